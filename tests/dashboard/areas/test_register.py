"""Daftar indikator, on a small register whose problems are worked out by hand, and on the sample district."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard.areas.register import blocks
from dashboard.filters import Filters
from dashboard.render import table
from dashboard.snapshot import Snapshot
from dashboard.words import text
from tests.dashboard.builds import begin, publish, shown

SOUND = (
    "insert into indicator (indicator_id, name, definition, formula, unit_of_measure, polarity, aggregation, weight, owner_unit_id,"
    " data_source, baseline, frequency, is_registered, file_id, sheet, row) values"
    " ('A-1', 'Persentase jalan mantap', 'IRI di bawah 8', 'Mantap / panjang x 100', '%', 'higher', 'last', 5, 'pupr',"
    " 'Survei', 60, 'yearly', true, 'f1', 'Indikator', 4)"
)
FAULTY = (
    "insert into indicator (indicator_id, name, unit_of_measure, polarity, aggregation, weight, owner_unit_id, data_source, baseline,"
    " frequency, definition, is_registered, file_id, sheet, row) values"
    " ('A-2', 'Meningkatnya <b>gizi</b> balita', '%', 'higher', 'last', 5, 'dinkes', 'Posyandu', 50, 'yearly', 'Balita gizi baik',"
    " true, 'f1', 'Indikator', 5)"
)
FIGURES = (
    "insert into target values ('A-1', 'pupr', '2026-01-01', 12, 70, null, null, 'f2', null, 2)",
    "insert into realisation (indicator_id, unit_id, period, period_months, value, file_id, row) values"
    " ('A-1', 'pupr', '2025-01-01', 12, 66, 'f2', 3), ('A-2', 'dinkes', '2025-01-01', 12, 66, 'f2', 4)",
)


def _folder(folder: Path, *statements: str) -> Path:
    connection = begin(folder)
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id) values ('tebo', 'Kabupaten Tebo', 'Tebo', 'district', null),"
        " ('dinkes', 'Dinas Kesehatan', 'Dinkes', 'agency', 'tebo'), ('pupr', 'Dinas PUPR', 'PUPR', 'agency', 'tebo')"
    )
    connection.execute(
        "insert into load.file (file_id, sha256, name, status) values ('f1', 'a', 'Daftar.xlsx', 'accepted'),"
        " ('f2', 'b', 'k.csv', 'accepted')"
    )
    connection.execute(
        "insert into load.build values ('b1', '2026-03-20', '2026-03-20', 'Tebo', false, '2026-01-01', '2026-02-01', 'x')"
    )
    for statement in statements:
        connection.execute(statement)
    return publish(folder, connection)


def test_the_page_says_what_to_mend_where_and_who(page: Callable, tmp_path: Path) -> None:
    words = shown(page("register-indikator", data_dir=_folder(tmp_path, SOUND, FAULTY, *FIGURES)))
    # a wish, no formula, no target of 2026: three that must be mended, nothing that should.
    assert "1 dari 2 indikator lengkap dan terukur." in words
    assert "1 dari 2 indikator belum punya target 2026." in words
    assert "2 isian kosong dan 1 belum jelas pada 1 dari 2 indikator" in words
    assert "Daftar perbaikan: 3 hal" in words
    for piece in (
        "adalah harapan, bukan ukuran.",
        "Tulis misalnya “Persentase … yang …”",
        "Indikator, baris 5",
        "Daftar.xlsx",
        "Dinkes",
    ):
        assert piece in words, piece
    assert "Tidak ada indikator yang tampak ganda." in words
    assert "&lt;b&gt;gizi&lt;/b&gt;" in words
    assert "<b>gizi</b>" not in words


def test_a_kind_of_problem_and_an_agency_can_be_chosen(page: Callable, tmp_path: Path) -> None:
    data = _folder(tmp_path, SOUND, FAULTY, *FIGURES)
    words = shown(page("register-indikator", data_dir=data, masalah="formula_missing"))
    assert "Daftar perbaikan: 1 hal, hanya “Formula kosong”" in words
    assert "adalah harapan" not in words.split("Daftar perbaikan: 1 hal")[1]
    words = shown(page("register-indikator", data_dir=data, masalah="nonsense", opd="pupr"))
    assert "Satu-satunya indikator lengkap dan terukur." in words
    assert "Tidak ada yang perlu diperbaiki: semua indikator lengkap dan terukur." in words


def test_a_sound_register_says_so_in_both_languages(page: Callable, tmp_path: Path) -> None:
    data = _folder(tmp_path, SOUND, *FIGURES[:1], FIGURES[1].split(", ('A-2'")[0])
    words = shown(page("register-indikator", data_dir=data))
    assert "Satu-satunya indikator lengkap dan terukur." in words
    assert "Semua kolom daftar indikator terisi dan jelas" in words
    assert "Tidak ada masalah pada daftar indikator." in words
    with text.speaking("en"):  # AppTest formats the options of a widget in this thread
        english = shown(page("register-indikator", data_dir=data, bahasa="en"))
    assert "The only indicator is complete and measurable." in english
    assert "Nothing to mend: all indicators are complete and measurable." in english


def test_without_a_register_it_says_what_to_load(page: Callable, tmp_path: Path) -> None:
    words = shown(page("register-indikator", data_dir=_folder(tmp_path)))
    assert "Belum ada daftar indikator" in words
    assert "Kirim daftar indikator kinerja di halaman Kirim" in words


def test_the_sample_district_shows_its_planted_entries(page: Callable) -> None:
    with text.speaking("en"):
        words = shown(page("register-indikator", bahasa="en"))
    # 45 sound entries, one of which (DK-01) shares its name with the faulty BP-04; five faulty ones.
    assert "44 of 50 indicators are complete and measurable." in words
    assert "5 of 50 indicators have no target for 2026 yet." in words
    assert "1 pair of indicators looks like duplicates" in words
    assert "DP-08 Persentase sekolah ramah anak dan jumlah siswa berprestasi" in words
    assert "Split it into two indicators, each with its target." in words


@pytest.mark.parametrize("rows", [0, 1])
def test_the_worklist_can_be_downloaded_as_it_is_shown(rows: int) -> None:
    entry = {
        "severity": "must", "owner_unit_id": None, "owner_short_name": None, "indicator_id": "A-9", "indicator_name": "=1+1",
        "problem": "Kosong.", "problem_en": "Empty.", "mend": "Isi.", "mend_en": "Fill in.", "why": "Perlu.", "why_en": "Needed.",
        "other_id": None, "other_name": None, "file_id": None, "file": None, "sheet": None, "row": None,
    }  # fmt: skip
    schema = {name: pl.Int64 if name == "row" else pl.String for name in entry}
    chosen = Filters(date(2026, 1, 1), date(2026, 10, 1))
    block = blocks.worklist(pl.DataFrame([entry] * rows, schema=schema), pl.DataFrame(), chosen, None)
    snapshot = Snapshot(page="register", title="", period="")
    lines = list(csv.DictReader(io.StringIO(table.as_csv(block.table, block.columns, snapshot).decode("utf-8-sig"))))
    assert [(line["Kode"], line["Indikator"], line["Yang memperbaiki"]) for line in lines] == [
        ("A-9", "A-9 =1+1", "Bappeda (pemilik belum ada)")
    ] * rows
