"""What was read is kept without what is of persons, and gives the same again; what is stated of a file fills in what it lacks."""

import hashlib
import os
import stat
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl import stating
from etl.conforming import kept
from etl.conforming.report import read_kept, read_report
from etl.lake import Lake, Outcome, Sighting, Stated
from etl.recognising.source import load_all
from tests import effort
from tests.etl.lakes import KNOWN
from tests.etl.test_cases import CASES

BOOK = """PUSKESMAS: MENGUPEH;;;
Poli;Januari 2026;Februari 2026;Keterangan
Umum;12;13;dibantu Pustu
Gigi;3;x;
JUMLAH;15;13;
Mengetahui, NIP 198001012010011001;;;
"""
REGISTER = "Tanggal;Nama Pasien;NIK;Puskesmas;Jenis Kunjungan;Poli/Ruangan;Asuransi;Keluhan\n" + "".join(
    f"{day:02d}/03/2026;Pasien Contoh {day};1509{day:012d};Puskesmas Mengupeh;Baru;{'Gigi' if day < 9 else 'Siti Contoh'};Umum;batuk\n"
    for day in range(1, 10)
)
ANSWERS = "Puskesmas;Periode;No. Responden;Nama Responden;U1;U2;Saran\n" + "".join(
    f"Puskesmas Mengupeh;Triwulan I 2026;{n};Warga {n};3;4;antre lama\n" for n in range(1, 4)
)
CLOSED = (
    "No. Responden;Nama Responden;Puskesmas;Periode;U1;U2\n"
    + "".join(f"{n};Warga {n};Puskesmas Mengupeh;Triwulan I 2026;3;4\n" for n in range(1, 4))
    + ";Nilai per unsur;;;9;12\nNRR per unsur;;;;3,00;4,00\n;Jumlah;;;9;12\n"
)
STAFF = "NIP;Nama;Jabatan\n198001012010011001;Pegawai Contoh;Perawat\n"


def _read(text: str, name: str = "laporan.csv", **stated: Any) -> Outcome:
    content = text.encode()
    named = Sighting("masuk", name, 1_800_000_000.0, **stated)
    return read_report("k", hashlib.sha256(content).hexdigest(), content, named, load_all(), KNOWN())


@pytest.mark.parametrize("text", [BOOK, REGISTER, ANSWERS, CLOSED], ids=["book", "register", "answers", "closed"])
def test_what_is_kept_gives_the_same_records_and_rejects(text: str) -> None:
    first = _read(text)
    assert first.kept.height
    _assert_read_again(first, Sighting("masuk", "laporan.csv", 1_800_000_000.0))


def test_every_report_of_the_cases_reads_the_same_again() -> None:
    paths = sorted(path for path in CASES.glob("*/*") if path.name != "expected.toml")[:: effort.of(12, 1)]
    read = 0
    for path in paths:
        content, named = path.read_bytes(), Sighting("masuk", path.name, 1_800_000_000.0)
        first = read_report("k", hashlib.sha256(content).hexdigest(), content, named, load_all(), KNOWN())
        if first.kept.height:
            _assert_read_again(first, named)
            read += 1
    assert read > len(paths) / 2


def _assert_read_again(first: Outcome, named: Sighting) -> None:
    again = read_kept(first.reading, "k", first.kept, named, load_all(), KNOWN())
    assert again.records.keys() == first.records.keys(), named.name
    for kind, frame in first.records.items():
        assert again.records[kind].equals(frame), named.name
    assert again.rejects.equals(first.rejects), named.name
    told = first.observations.filter(~pl.col("code").is_in(kept.NOT_TOLD_AGAIN))
    assert again.observations.equals(told), named.name
    assert again.kept.equals(first.kept), named.name


@pytest.mark.parametrize(
    ("text", "gone", "there"),
    [
        (BOOK, ["198001012010011001"], ["dibantu Pustu", "\u2026001"]),
        (REGISTER, ["Pasien Contoh", "000000000001", "batuk", "Siti Contoh"], ["Gigi", "(11 karakter)", "01/03/2026"]),
        (ANSWERS, ["Warga 1", "antre lama"], ["Puskesmas Mengupeh"]),
    ],
    ids=["book", "register", "answers"],
)
def test_what_is_of_persons_is_not_kept(text: str, gone: list[str], there: list[str]) -> None:
    cells = _read(text).kept["cells"].explode().to_list()
    assert not [word for word in gone if any(word in cell for cell in cells)]
    assert all(any(word in cell for cell in cells) for word in there)


def test_a_list_of_persons_and_a_file_of_too_many_cells_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _read(STAFF).kept.height
    monkeypatch.setenv(kept.SETTING, "0")
    assert not _read(BOOK).kept.height


def test_a_file_as_it_came_is_for_its_owner_alone_and_goes_after_its_days(tmp_path: Path) -> None:
    lake, path = Lake(tmp_path), tmp_path / "a.csv"
    (tmp_path / "lake").mkdir()
    path.write_text(BOOK, encoding="utf-8")
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    with path.open("rb") as file:
        lake.keep_original(sha, file)
    original = lake.original(sha)
    assert original is not None
    assert stat.S_IMODE(original.stat().st_mode) == 0o600
    assert stat.S_IMODE(original.parent.stat().st_mode) == 0o700
    with path.open("rb") as file:
        lake.keep_original("0" * 64, file)  # of other bytes by now
    assert lake.original("0" * 64) is None
    lake.tidy(30)
    assert lake.original(sha)
    month_ago = time.time() - 31 * 86_400
    os.utime(original, (month_ago, month_ago))
    lake.tidy(30)
    assert lake.original(sha) is None


BARE = "Poli;Jumlah\nUmum;410\nGigi;77\n"


def test_what_is_stated_fills_in_what_the_file_lacks() -> None:
    assert _read(BARE).reading.status == "refused"
    stated = {"stated_source": "kunjungan", "stated_unit": "Puskesmas Mengupeh", "stated_period": "2025-10"}
    records = _read(BARE, **stated).records["visit"]
    assert records.select("unit", "service", "patients").rows() == [
        ("Puskesmas Mengupeh", "Umum", 410),
        ("Puskesmas Mengupeh", "Gigi", 77),
    ]
    assert {f"{month:%Y-%m}" for month in records["period"]} == {"2025-10"}


def test_what_is_stated_against_the_file_is_found_and_the_file_counts() -> None:
    outcome = _read(BOOK, stated_unit="Puskesmas Muara Tebo", stated_period="2024")
    assert set(outcome.records["visit"]["unit"].str.to_lowercase()) == {"mengupeh"}
    said = outcome.observations.filter(pl.col("details").str.contains("stated"))
    assert set(said["code"]) == {"unit_contradicts_name", "period_contradicts_name"}


def test_what_means_nothing_is_not_stated(tmp_path: Path) -> None:
    (tmp_path / "reference").symlink_to(Path(__file__).parents[2] / "data" / "reference")
    for stated, known in (
        (Stated(source="entah"), "visits"),
        (Stated(unit="Puskesmas Entah"), "Puskesmas"),
        (Stated(period="kapan-kapan"), "2025-10"),
    ):
        with pytest.raises(stating.Unknown) as unknown:
            stating.check(tmp_path, stated)
        assert any(known in each for each in unknown.value.known)
    stating.check(tmp_path, Stated("kunjungan", "PKM Mengupeh", "TW III 2025"))
