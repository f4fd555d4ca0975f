"""`rapor snapshot`: an agenda becomes a snapshot and its files, which are listed, verified and made again."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.access import Viewer
from dashboard.decisions import store as decision_store
from dashboard.decisions.values import Figure, Seen, Wording
from dashboard.meetings import store as meeting_store
from rapor import app

AGENDA = """
title = "Rapat evaluasi Oktober 2026"
held_on = 2026-11-25
viewer = "bappeda"
notes = "Bawa laporan."
bentuk = "lengkap"

[[page]]
page = "kunjungan"
unit = "pkm-sungai-bengkal"

[[page]]
page = "kepuasan"
"""
BEGINNING = {"pptx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "pdf": b"%PDF-", "html": b"<!doctype html"}


@pytest.fixture(scope="module")
def data_dir(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the sample district's build, so that snapshots can be written beside it."""
    folder = tmp_path_factory.mktemp("rapat")
    shutil.copytree(sample_data / "warehouse", folder / "warehouse")
    shutil.copytree(sample_data / "reference", folder / "reference")
    return folder


def _run(data_dir: Path, *arguments: object, code: int = 0) -> str:
    command = ["snapshot", *map(str, arguments), "--data-dir", str(data_dir)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def frozen(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of a snapshot made by the command."""
    path = tmp_path_factory.mktemp("agenda") / "bulanan.toml"
    path.write_text(AGENDA, encoding="utf-8")
    assert "Cuplikan:" in _run(data_dir, "create", "--agenda", path)
    assert "Cuplikan:" in _run(data_dir, "create", "--agenda", path)  # the same again is the same snapshot
    (made,) = [folder.name for folder in (data_dir / "snapshots").iterdir()]
    return made


def test_it_is_listed_found_and_whole(data_dir: Path, frozen: str) -> None:
    assert frozen.startswith("2026-11-25-rapat-evaluasi-oktober-2026-")
    said = _run(data_dir, "list")
    assert frozen in said
    assert "2026-11-25 · Rapat evaluasi Oktober 2026 · Kunjungan pasien, Kepuasan" in said
    assert frozen in _run(data_dir, "list", "kepuasan")
    assert "Belum ada cuplikan" in _run(data_dir, "list", "cuaca")
    assert f"{frozen}: utuh" in _run(data_dir, "verify")
    assert f"{frozen}: utuh" in _run(data_dir, "verify", frozen, "--rebuild")


@pytest.mark.by_turns(2)
@pytest.mark.parametrize("medium", sorted(BEGINNING))
def test_each_file_is_made_and_is_the_same_each_time(data_dir: Path, frozen: str, tmp_path: Path, medium: str) -> None:
    made = []
    for folder in ("satu", "dua"):
        _run(data_dir, "export", frozen, "--format", medium, "--to", tmp_path / folder)
        (path,) = (tmp_path / folder).iterdir()
        assert path.name == f"{frozen}-untuk-bappeda-data-contoh.{medium}"
        made.append(path.read_bytes())
    assert made[0].startswith(BEGINNING[medium])
    assert made[0] == made[1]


def test_an_altered_snapshot_is_named_and_not_exported(data_dir: Path, frozen: str, tmp_path: Path) -> None:
    other = tmp_path / "data"
    shutil.copytree(data_dir, other)
    page = other / "snapshots" / frozen / "01-kunjungan.json"
    page.write_text(page.read_text(encoding="utf-8").replace("Kunjungan", "kunjungan", 1), encoding="utf-8")
    assert "01-kunjungan.json: berubah" in _run(other, "verify", code=3)
    assert "01-kunjungan.json: berubah" in _run(other, "export", frozen, "--to", tmp_path, code=1)


def test_a_snapshot_of_a_newer_rapor_is_refused_with_what_to_do(data_dir: Path, frozen: str, tmp_path: Path) -> None:
    other = tmp_path / "data"
    shutil.copytree(data_dir, other)
    manifest = other / "snapshots" / frozen / "manifest.json"
    now, newer = (f'"format": {number}' for number in (meeting_store.FORMAT, meeting_store.FORMAT + 1))
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(now, newer), encoding="utf-8")
    said = "dibuat oleh Rapor yang lebih baru; perbarui Rapor dulu"
    assert f"{frozen}: {said}" in _run(other, "list").replace("\n", " ")
    assert said in _run(other, "verify", frozen, "--rebuild", code=3).replace("\n", " ")
    for command in ("export", "compare"):
        told = _run(other, command, frozen, code=1).replace("\n", " ")
        assert said in told
        assert "Traceback" not in told
    agenda = tmp_path / "berikut.toml"
    agenda.write_text(f'since = "{frozen}"\n' + AGENDA, encoding="utf-8")
    assert said in _run(other, "create", "--agenda", agenda, code=1).replace("\n", " ")


def test_a_meeting_is_made_again_as_it_was_whatever_was_decided_since(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_dir / "warehouse", data / "warehouse")
    shutil.copytree(data_dir / "reference", data / "reference")
    monkeypatch.setenv("RAPOR_DATA", str(data))
    figure = Figure("kunjungan", "visits", "pkm-sungai-bengkal")
    wording = Wording("Tambah jam buka", "Kepala Puskesmas", date(2020, 1, 1))
    decision_store.record("d1", figure, wording, Seen(), Viewer("bupati"))
    agenda = tmp_path / "bulanan.toml"
    agenda.write_text(AGENDA + '\n[[page]]\npage = "ringkasan"\n\n[[page]]\npage = "keputusan"\n', encoding="utf-8")
    _run(data, "create", "--agenda", agenda)
    (name,) = [folder.name for folder in (data / "snapshots").iterdir()]
    decision_store.close("d1", 1, "Buka sampai sore", Viewer("bupati"))
    decision_store.record("d2", figure, wording, Seen(), Viewer("bupati"))
    assert f"{name}: utuh" in _run(data, "verify", name, "--rebuild")
    moved = json.loads(_run(data, "compare", name, "--format", "json").split("Data contoh")[0])["kalimat"]
    assert ("1 keputusan terbuka, 0 selesai.", "1 keputusan terbuka, 1 selesai.") in [
        (each["Dahulu"], each["Sekarang"]) for each in moved
    ]  # what is so today is compared
    _run(data, "create", "--agenda", agenda)
    assert len(list((data / "snapshots").iterdir())) == 2
    (data / "notes.sqlite").unlink()
    assert "penyimpanan catatan yang lain" in _run(data, "verify", name, "--rebuild", code=3).replace("\n", " ")


def test_a_meeting_that_can_t_be_made_again_says_why(data_dir: Path, frozen: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_dir, data)
    (build,) = (data / "warehouse").glob("*.duckdb")
    build.write_bytes(b"no build" * 1000)
    assert "rusak atau dari versi Rapor yang lain" in _run(data, "verify", frozen, "--rebuild", code=3).replace(
        "\n", " "
    )
    build.unlink()
    assert "tidak disimpan lagi" in _run(data, "verify", frozen, "--rebuild", code=3).replace("\n", " ")


def test_what_is_not_there_is_said(data_dir: Path, tmp_path: Path) -> None:
    assert "Tidak ada cuplikan" in _run(data_dir, "verify", "tidak-ada", code=1)
    assert "Tidak ada cuplikan" in _run(data_dir, "export", "tidak-ada", code=1)
    agenda = tmp_path / "salah.toml"
    agenda.write_text('title = "x"\n[[page]]\npage = "cuaca"\n', encoding="utf-8")
    said = _run(data_dir, "create", "--agenda", agenda, code=1)
    assert "salah.toml: halaman 1: cuaca tidak dikenal" in said
    agenda.write_text("title = ", encoding="utf-8")
    assert "salah.toml: tidak terbaca sebagai TOML" in _run(data_dir, "create", "--agenda", agenda, code=1)
    assert "Belum ada data yang diterbitkan" in _run(tmp_path, "create", "--agenda", agenda, code=1)


def test_the_next_meeting_begins_with_what_changed_since_the_last(data_dir: Path, frozen: str, tmp_path: Path) -> None:
    agenda = tmp_path / "berikut.toml"
    agenda.write_text(f'since = "{frozen}"\n' + AGENDA.replace("Oktober", "November"), encoding="utf-8")
    _run(data_dir, "create", "--agenda", agenda)
    (made,) = [f.name for f in (data_dir / "snapshots").iterdir() if "november" in f.name]
    assert "Sejak rapat 25 Nov 2026, Kunjungan pasien, Kepuasan" in _run(data_dir, "list", "november")
    assert f"{made}: utuh" in _run(data_dir, "verify", made, "--rebuild")
    agenda.write_text('since = "tidak-ada"\n' + AGENDA, encoding="utf-8")
    assert "since: cuplikan tidak-ada tidak ada" in _run(data_dir, "create", "--agenda", agenda, code=1)
