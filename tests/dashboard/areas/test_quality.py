"""Mutu data, on a few files whose figures are worked out by hand."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard.areas.quality import blocks
from dashboard.areas.quality import page as quality
from etl.building import blank, build
from tests.dashboard.builds import shown

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with two health centres, one refused and one partly accepted file."""
    return _folder(
        tmp_path_factory.mktemp("data"),
        "insert into unit (unit_id, name, short_name, kind, parent_id) values"
        " ('tebo', 'Kabupaten Tebo', 'Tebo', 'district', null),"
        " ('dinkes', 'Dinkes', 'Dinkes', 'agency', 'tebo'),"
        " ('pkm-a', 'PKM A', 'PKM A', 'health_centre', 'dinkes'),"
        " ('pkm-b', 'PKM B', 'PKM B', 'health_centre', 'dinkes')",
        "insert into load.file"
        " (file_id, sha256, name, status, reason, reason_en, rows_read, rows_accepted, rows_rejected) values "
        " ('f1', 'x', 'kunjungan [a](b).csv', 'partly', null, null, 100, 97, 3),"
        " ('f2', 'y', 'catatan.xlsx', 'refused', 'Kolom bulan tidak ada', 'No month column', 5, 0, 0)",
        "insert into load.reject values ('f1', 'kunjungan [a](b).csv', 'Lembar1', 12, 'Jumlah', '<img src=x>',"
        " 'number', 'Bukan angka', 'Not a number', 'Tulis angka saja', 'Write digits only')",
        "insert into load.reject values ('f1', 'kunjungan [a](b).csv', 'Lembar1', 13, 'NIP', '198001012005011000',"
        " 'nip', 'NIP terpotong', 'The NIP was cut', 'Simpan NIP sebagai teks', 'Keep the NIP as text')",
        "insert into load.expected_report values"
        " ('pkm-a', 'visit', '2026-01-01', 1, '2026-02-10', '2026-02-09', 'on_time', false, 1),"
        " ('pkm-a', 'visit', '2026-02-01', 1, '2026-03-10', '2026-03-14', 'late', false, 1),"
        " ('pkm-b', 'visit', '2026-01-01', 1, '2026-02-10', '2026-02-10', 'on_time', true, 2),"
        " ('pkm-b', 'visit', '2026-02-01', 1, '2026-03-10', null, 'missing', false, 0),"
        " ('pkm-b', 'evaluation', '2026-01-01', 3, '2026-04-20', null, 'missing', false, 0)",
    )


def _folder(folder: Path, *statements: str) -> Path:
    (folder / "warehouse").mkdir()
    connection = duckdb.connect(str(folder / "warehouse" / "one.duckdb"))
    blank.begin(connection, PROJECT / "data" / "reference")
    for statement in statements:
        connection.execute(statement)
    connection.execute(
        "insert into load.build values"
        " ('b1', '2026-03-20', '2026-03-20', 'Kabupaten Tebo', false, '2026-01-01', '2026-02-01', 'x')"
    )
    build.make_marts(connection)
    connection.close()
    (folder / "warehouse" / "current").write_text("one.duckdb", encoding="utf-8")
    return folder


def test_the_page_says_what_came_in_and_what_is_missing(page: Callable, data: Path) -> None:
    words = shown(page("mutu-data", data_dir=data))
    assert "1 dari 2 berkas yang dimuat ditolak seluruhnya" in words
    assert "Kolom bulan tidak ada" in words
    # Five reports due: three in (60 %), two of them by the due day (40 %), two missing. 97 + 0 rows accepted.
    assert "2 dari 5 laporan yang jatuh tempo pada Jan–Feb 2026 belum masuk." in words
    assert "3 dari 5 laporan masuk" in words
    assert "60,0 %" in words
    assert "2 dari 5 laporan sampai tenggat" in words
    assert "40,0 %" in words
    assert "<div class='rp-value'>97 " in words
    # The matrix of visits: one missing (pkm-b), one late by 14 - 10 = 4 days (pkm-a); PKM B is behind.
    assert "Laporan kunjungan bulanan: 1 belum masuk, 1 terlambat" in words
    assert ">+4<" in words
    assert "Laporan kunjungan bulanan Feb 2026 belum masuk dari 1 dari 2 unit: PKM B." in words
    assert "Laporan terbaru: Feb 2026 dari 1 unit; tertinggal: PKM B (Jan 2026)." in words


def test_another_kind_of_report_can_be_chosen(page: Callable, data: Path) -> None:
    words = shown(page("mutu-data", data_dir=data, laporan="evaluation"))
    assert "Evaluasi kinerja pegawai: 1 belum masuk, 0 terlambat" in words
    assert "TW I 2026" in words


def test_what_files_say_is_shown_as_text_and_numbers_of_people_are_cut(page: Callable, data: Path) -> None:
    words = shown(page("mutu-data", data_dir=data, bahasa="id"))
    for piece in ("&lt;img src=x&gt;", "Lembar1", "Jumlah", "Bukan angka", "Tulis angka saja", "kunjungan [a](b).csv"):
        assert piece in words, piece
    assert "<img src=x>" not in words
    assert "…000" in words
    assert "198001012005011000" not in words


def test_one_file_can_be_chosen(page: Callable, data: Path) -> None:
    words = shown(page("mutu-data", data_dir=data, berkas="f2"))
    assert "Rincian untuk berkas catatan.xlsx" in words
    assert "Tidak ada temuan." in words
    assert "Bukan angka" not in words


def test_a_file_that_is_held_is_said_first_and_stands_first(page: Callable, tmp_path: Path) -> None:
    data = _folder(
        tmp_path,
        "insert into load.file (file_id, sha256, name, status, reason, rows_read, rows_accepted, rows_partly) values"
        " ('f1', 'x', 'a ditolak.csv', 'refused', 'Kolom bulan tidak ada', 5, 0, 0),"
        " ('f2', 'y', 'kunjungan baru.csv', 'held', 'Ditahan: memuat 2 dari 640 pasien', 2, 1, 1)",
    )
    words = shown(page("mutu-data", data_dir=data))
    assert "1 berkas ditahan karena mengurangi" in words
    assert "Ditahan: memuat 2 dari 640 pasien" in words
    assert words.index("kunjungan baru.csv") < words.index("a ditolak.csv")


def test_a_folder_without_files_says_what_to_do(page: Callable, tmp_path: Path) -> None:
    words = shown(page("mutu-data", data_dir=_folder(tmp_path)))
    assert "Belum ada berkas yang dimuat." in words
    assert "Kirim berkas laporan di halaman Kirim" in words


def test_months_run_to_the_right_also_where_the_first_unit_lacks_a_month() -> None:
    cells = [("b", date(2026, 2, 1), "late"), ("a", date(2026, 1, 1), "on_time"), ("a", date(2026, 2, 1), "missing")]
    rows = [
        {"unit_id": u, "unit_name": u, "unit_short_name": u, "period": d, "period_months": 1, "state": s}
        for u, d, s in cells
    ]
    grid = blocks.full_grid(pl.DataFrame(rows))
    assert grid.select("unit_id", "period", "state").rows() == [
        ("b", date(2026, 1, 1), "not_owed"),
        ("b", date(2026, 2, 1), "late"),
        ("a", date(2026, 1, 1), "on_time"),
        ("a", date(2026, 2, 1), "missing"),
    ]


@pytest.mark.parametrize(
    ("newest", "said"),
    [
        ([date(2026, 10, 1), date(2026, 10, 1)], "Laporan terbaru dari setiap unit: Okt 2026."),
        (
            [date(2026, 10, 1), None],
            "Laporan terbaru: Okt 2026 dari 1 unit; tertinggal: B (belum pernah).",
        ),
        ([None, None], ""),
    ],
)
def test_who_is_behind_is_named_with_the_newest_report(newest: list[date | None], said: str) -> None:
    rows = {"unit_short_name": ["A", "B"], "newest_period": newest, "period_months": [1, 1]}
    assert blocks.freshness(pl.DataFrame(rows, schema_overrides={"newest_period": pl.Date})) == said


def test_the_kind_of_report_falls_back_to_visits_then_to_what_there_is() -> None:
    kinds = pl.DataFrame({"report_kind": ["evaluation", "visit"]})
    assert quality.pick_kind(kinds, "evaluation") == "evaluation"
    assert quality.pick_kind(kinds, "nonsense") == "visit"
    assert quality.pick_kind(kinds.head(1), None) == "evaluation"
    assert quality.pick_kind(kinds.clear(), None) is None


def test_the_sample_district_shows_its_planted_faults(page: Callable) -> None:
    words = shown(page("mutu-data"))
    assert "berkas yang dimuat ditolak seluruhnya" in words
    assert "belum masuk dari 2 dari 20 unit: Suo-Suo, Alai Ilir." in words
    assert "Teluk Lancang" in words  # the stale copy
    assert "masuk, lalu diperbaiki" in words  # the corrected report of Mengupeh
