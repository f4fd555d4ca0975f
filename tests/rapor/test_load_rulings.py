"""`rapor load --confirm`, `--withdraw`, `--reinstate`, `--as`, and `rapor builds`: what a person decides of a load, and takes back."""

import shutil
from pathlib import Path

import pytest

from etl.folder import PRODUCT_REFERENCE
from etl.lake import FORMAT, RULED, Lake
from queries.builds import current
from tests.rapor.keeping import run

pytestmark = pytest.mark.slow

HEADER = "Puskesmas;Bulan;Tahun;Poli;Jumlah Kunjungan\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data folder with one report of March: 400 + 90."""
    shutil.copytree(PRODUCT_REFERENCE, tmp_path / "data" / "reference")
    (tmp_path / "masuk").mkdir()
    report = tmp_path / "masuk" / "maret_20260405.csv"
    report.write_text(
        f"{HEADER}Puskesmas Mengupeh;Maret;2026;Umum;400\nPuskesmas Mengupeh;Maret;2026;Gigi;90\n", "utf-8"
    )
    run("load", report, "--data-dir", tmp_path / "data")
    return tmp_path / "data"


def _patients(folder: Path) -> str:
    text = run("query", "visits/trend", "--format", "csv", "--data-dir", folder)
    return ",".join(line.split(",")[1] for line in text.splitlines() if line.startswith("2026-03"))


def test_a_held_version_is_confirmed_withdrawn_and_reinstated(folder: Path) -> None:
    first = current(folder)
    assert first
    newer = folder.parent / "masuk" / "maret_20260505.csv"
    newer.write_text(f"{HEADER}Puskesmas Mengupeh;Maret;2026;Umum;410\n", "utf-8")
    held = run("load", newer, "--data-dir", folder, code=4)
    assert "1 berkas ditahan sampai disahkan" in held
    assert "490 (di maret_20260405.csv) menjadi 410" in held
    assert _patients(folder) == "490"
    run("load", "--confirm", newer.name, "--data-dir", folder)
    assert _patients(folder) == "410"
    assert "1 berkas ditarik" in run("load", "--withdraw", newer, "--data-dir", folder)
    assert _patients(folder) == "490"
    run("load", "--reinstate", newer.name, "--data-dir", folder)
    assert _patients(folder) == "410"
    listed = run("builds", "--data-dir", folder)
    assert listed.count("dipakai sekarang") == 1
    assert "1 baris  ← dipakai sekarang" not in listed  # two files, 2 + 1 rows
    run("builds", "use", first.stem, "--data-dir", folder)
    assert current(folder) == first
    assert _patients(folder) == "490"
    (entry,) = (entry for entry in Lake(folder).manifest().values() if entry.rulings)
    assert [ruling.what for ruling in entry.rulings] == ["confirm", "withdraw", "reinstate"]
    assert all(ruling.at.endswith("+00:00") for ruling in entry.rulings)


def test_what_cannot_be_ruled_or_stated_is_said(folder: Path) -> None:
    def said(*words: object, lang: str = "id") -> str:
        return run(*words, "--lang", lang, "--data-dir", folder, code=1)

    assert "Tidak ada berkas entah.csv" in said("load", "--confirm", "entah.csv")
    assert "There is no file entah.csv" in said("load", "--withdraw", "entah.csv", lang="en")
    assert "--only-named goes with --confirm." in said("load", "--only-named", lang="en")
    assert "Sebut berkasnya" in said("load", "--unit", "Puskesmas Mengupeh")
    assert "Tidak dikenal: entah" in said("load", "--as", "entah", folder.parent / "masuk")
    assert "Tidak ada data terbitan 2026" in said("builds", "use", "2026")


def test_a_file_is_read_with_what_is_stated_of_it(folder: Path) -> None:
    bare = folder.parent / "masuk" / "rekap.csv"
    bare.write_text("Poli;Jumlah\nUmum;410\nGigi;77\n", encoding="utf-8")
    run("load", bare, "--data-dir", folder, code=3)
    run("load", bare, "--as", "kunjungan", "--unit", "PKM Mengupeh", "--period", "2026-02", "--data-dir", folder)
    text = run("query", "visits/trend", "--format", "csv", "--data-dir", folder)
    assert "2026-02-01,487," in text  # 410 + 77
    assert Lake(folder).format() == FORMAT  # a new lake is of the format of today


@pytest.mark.parametrize("older", [1, 2])
def test_what_is_ruled_makes_an_older_lake_one_that_knows_rulings(folder: Path, older: int) -> None:
    lake = Lake(folder)
    lake.write_manifest(lake.manifest(), older)
    run("load", folder.parent / "masuk", "--data-dir", folder)
    assert lake.format() == older
    run("load", "--withdraw", "maret_20260405.csv", "--data-dir", folder)
    assert lake.format() == RULED
