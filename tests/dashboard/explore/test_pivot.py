"""The table of Jelajah on a district whose figures are worked out by hand: totals, last year, what is missing, files."""

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from dashboard import access
from dashboard.explore import page as explore_page
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot, TableBlock, mark_of
from dashboard.web import pieces
from tests.dashboard.builds import begin, publish

SPAN = Filters(date(2026, 1, 1), date(2026, 4, 1))
VIEWER = access.of("pimpinan")
# Patients from January to April; of b, whose February report of 2026 is missing, every second one is new, of a every tenth.
PATIENTS = {
    ("a", 2025): (100, 200, 300, 400), ("a", 2026): (110, 220, 330, 440),
    ("b", 2025): (50, 50, 50, 50), ("b", 2026): (60, None, 60, 60),
}  # fmt: skip
NEW = {"a": 10, "b": 2}  # of so many patients one


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with these reports, and a survey of each unit in the first quarter."""
    folder = tmp_path_factory.mktemp("data")
    connection = begin(folder)
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id) values"
        " ('dinkes', 'Dinkes', 'Dinkes', 'agency', null), ('a', 'Puskesmas A', 'Alfa', 'health_centre', 'dinkes'),"
        " ('b', 'Puskesmas B', '=Beta', 'health_centre', 'dinkes')"
    )
    connection.execute("insert into load.file (file_id, sha256, name, status) values ('f1', 'x', 'a.xlsx', 'accepted')")
    for (unit, year), months in PATIENTS.items():
        for month, patients in enumerate(months, 1):
            if patients is not None:
                new = patients // NEW[unit]
                connection.execute(
                    "insert into visit values (?, make_date(?, ?, 1), 'umum', 'jkn_pbi', ?, ?, ?, 'f1', 'Jan', ?)",
                    [unit, year, month, new, patients - new, patients, month + 6],
                )
    elements = ", ".join(f"u{n}" for n in range(1, 10))
    for unit, year, answers, answer in (("a", 2026, 10, 4), ("b", 2026, 30, 3), ("b", 2025, 10, 2)):
        connection.execute(
            f"insert into response (unit_id, month, period_months, respondents, {elements}, file_id, sheet, row)"
            f" values ('{unit}', '{year}-01-01', 3, {answers}, {', '.join([str(answer)] * 9)}, 'f1', 'Rekap', 5)"
        )
    connection.execute(
        "insert into load.build values"
        " ('b1', '2026-05-20', '2026-05-20', 'Kabupaten Tebo', true, '2025-01-01', '2026-04-01', 'x')"
    )
    return publish(folder, connection)


@pytest.fixture(autouse=True)
def _reads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(folder))
    monkeypatch.setenv("RAPOR_VIEWER", "pimpinan")


def _page(**words: str) -> Snapshot:
    return explore_page.compose(SPAN, VIEWER, words)


def _table(**words: str) -> TableBlock:
    return next(block for block in _page(**words).flat() if isinstance(block, TableBlock) and block.id == "tabel")


def _shown(**words: str) -> dict[str, list]:
    """Return the rows of a table: name -> figures in the order of the columns."""
    block = _table(**words)
    columns = [column.name for column in block.columns]
    return {line["d0"]: [line[name] for name in columns[1:]] for line in block.table.iter_rows(named=True)}


def test_units_down_and_quarters_across_with_last_year_and_the_change_beside() -> None:
    block = _table(kolom="month", butir="triwulan", terhadap="tahun-lalu")
    assert [column.label for column in block.columns] == [
        "Unit", "TW I 2026", "TW I 2025", "Perubahan TW I 2026", "TW II 2026 (hanya Apr 2026)", "TW II 2025 (hanya Apr 2025)",
        "Perubahan TW II 2026", "Jumlah", "Jan–Apr 2025", "Perubahan Jumlah",
    ]  # fmt: skip
    shown = _shown(kolom="month", butir="triwulan", terhadap="tahun-lalu")
    # a: 110 + 220 + 330 = 660 against 600, +10 %; 440 against 400, +10 %; 1,100 against 1,000, +10 %.
    assert shown["Alfa"] == pytest.approx([660, 600, 10, 440, 400, 10, 1100, 1000, 10])
    # b: 60 + 60 = 120 against 150, but February is missing: 120 against 50 + 50 = 100, +20 %; 60 against 50, +20 %;
    # 180 against 200, of the three months that both have 180 against 150, +20 %. Not -20 % and -10 %.
    assert shown["=Beta"] == pytest.approx([120, 150, 20, 60, 50, 20, 180, 200, 20])
    # All: 780 against 750, alike 660 + 120 = 780 against 600 + 100 = 700, 80 / 700 = 11.4286 %; 500 against 450, 11.1111 %;
    # 1,280 against 1,200, alike 1,280 against 1,150, 130 / 1,150 = 11.3043 %.
    alike = [100 * 80 / 700, 100 * 50 / 450, 100 * 130 / 1150]
    assert shown["Jumlah"] == pytest.approx([780, 750, alike[0], 500, 450, alike[1], 1280, 1200, alike[2]])


def test_what_is_not_whole_is_marked_and_a_missing_month_is_no_zero() -> None:
    block = _table(kolom="month", butir="triwulan", terhadap="tahun-lalu")
    alfa, beta, whole = block.table.to_dicts()
    first = mark_of("value:2026-01-01")
    assert [line[first] for line in (alfa, beta, whole)] == [None, "2 dari 3 laporan", "5 dari 6 laporan"]
    assert whole[mark_of("value")] == "7 dari 8 laporan"
    assert beta[mark_of("change_pct:2026-01-01")] == "dari unit dan bulan yang melapor pada keduanya"
    assert mark_of("value:2026-04-01") not in block.table.columns  # April is whole
    assert block.note == (
        "* Belum lengkap: 7 dari 8 laporan masuk; belum melapor: =Beta (Feb 2026). "
        "* Perubahan dihitung dari unit dan bulan yang melapor pada keduanya."
    )
    months = _table(kolom="month")
    assert months.table["value:2026-02-01"].to_list() == [220, None, 220]
    assert months.table[mark_of("value:2026-02-01")].to_list() == [None, "belum melapor", "1 dari 2 laporan"]
    by_service = _table(kolom="month", baris="service")  # of a service nobody says that it is due, but its month is
    assert by_service.table[mark_of("value:2026-02-01")].to_list() == ["1 dari 2 laporan", "1 dari 2 laporan"]


def test_a_total_is_worked_out_as_its_measure_says() -> None:
    # New of all: a 11 + 22 + 33 = 66 of 660, 10 %; b 30 + 30 = 60 of 120, 50 %; both 126 of 780 = 16.1538 %, not 30 %.
    shares = _shown(tabel="new_visits", ukuran="new_share", kolom="month", butir="triwulan")
    assert [shares[name][0] for name in ("=Beta", "Alfa", "Semua")] == pytest.approx([50, 10, 100 * 126 / 780])
    # Ten people say 4 and thirty say 3: (40 + 90) / 40 = 3.25 of 4, 81.25; not (100 + 75) / 2 = 87.5.
    index = _shown(tabel="satisfaction", kolom="month", butir="triwulan")
    assert {name: figures[0] for name, figures in index.items()} == {"Alfa": 100, "=Beta": 75, "Semua": 81.25}


def test_a_change_of_the_index_is_of_the_units_and_quarters_that_both_years_have() -> None:
    # In 2025 only b was asked: (10 * 2) / 10 = 2, 50. This year 81.25 in all, of b 75: +25 and not +31.25.
    shown = _shown(tabel="satisfaction", terhadap="tahun-lalu")
    assert shown["Semua"][:3] == [81.25, 50, 25]
    assert shown["Alfa"][:3] == [100, None, None]


def test_two_measures_stand_side_by_side_each_with_its_own_total() -> None:
    asked = {"kolom": "month", "butir": "triwulan", "bersama": "satisfaction.index"}
    block = _table(**asked)
    assert [column.label for column in block.columns][1:5] == [
        "TW I 2026 · Kunjungan", "TW I 2026 · Indeks kepuasan", "TW II 2026 (hanya Apr 2026) · Kunjungan",
        "TW II 2026 · Indeks kepuasan",
    ]  # fmt: skip
    shown = _shown(**asked)
    assert [shown[name][:2] for name in ("Alfa", "=Beta", "Semua")] == [[660, 100], [120, 75], [780, 81.25]]
    assert shown["Semua"][-2:] == [1280, 81.25]
    assert [block.id for block in _page(**asked).flat()] == ["tabel", "grafik", "grafik2"]
    # Services have no appraisals: that is said, and nothing is shown beside what does not belong there.
    refused = _page(baris="service", bersama="accountability.signal")
    assert refused.headlines[-1].text.startswith("Akuntabilitas pegawai tidak menurut layanan;")


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("-nilai:2026-02-01", ["Alfa", "=Beta", "Jumlah"]),
        ("nilai:2026-02-01", ["Alfa", "=Beta", "Jumlah"]),  # who has no figure comes last either way
        ("nilai", ["=Beta", "Alfa", "Jumlah"]),
        ("nama", ["=Beta", "Alfa", "Jumlah"]),
        ("-nama", ["Alfa", "=Beta", "Jumlah"]),
        ("nilai:2031-01-01", ["Alfa", "=Beta", "Jumlah"]),  # a column that is not there: the usual order
    ],
)
def test_rows_are_sorted_by_any_head_and_the_total_stays_last(sort: str, names: list[str]) -> None:
    assert list(_shown(kolom="month", urut=sort)) == names


def test_files_hold_the_table_its_filters_and_notes_and_nothing_runs() -> None:
    asked = {"kolom": "month", "butir": "triwulan", "dari": "2026-01", "sampai": "2026-04", "saring": "service:ada:"}
    answer = pieces.answer("jelajah", "tabel", "csv", asked)
    assert 'filename="rapor-kunjungan-per-unit-per-triwulan-' in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(bytes(answer.body).decode("utf-8-sig"), newline="")))
    assert rows[0] == ["Unit", "TW I 2026", "TW II 2026 (hanya Apr 2026)", "Jumlah", "Data contoh"]
    assert [row[:4] for row in rows[1:4]] == [
        ["Alfa", "660", "440", "1100"], ["'=Beta", "120", "60", "180"], ["Jumlah", "780", "500", "1280"],
    ]  # fmt: skip
    facts = dict(row[:2] for row in rows[5:] if row)
    assert facts["Yang dipilih"] == "Jan–Apr 2026 · Layanan terisi"
    assert "belum melapor: =Beta (Feb 2026)" in facts["Catatan"]
    assert "Bulan tanpa laporan kosong, bukan nol" in facts["Kunjungan"]  # what the measure means

    answer = pieces.answer("jelajah", "tabel", "xlsx", asked)
    book = openpyxl.load_workbook(io.BytesIO(bytes(answer.body)))
    table, notes = book["Tabel"], book["Keterangan"]
    assert [[cell.value for cell in row] for row in table["A5:D8"]] == [
        ["Unit", "TW I 2026", "TW II 2026 (hanya Apr 2026)", "Jumlah"],
        ["Alfa", 660, 440, 1100], ["=Beta", 120, 60, 180], ["Jumlah", 780, 500, 1280],
    ]  # fmt: skip
    assert table["A7"].data_type == "s"  # a name that looks like a formula is a name
    assert table["B7"].number_format == '#,##0"*"'  # a figure that is not whole stays one, with a star
    assert table.auto_filter.ref == "A5:D7"  # the total is none of the rows to sort
    said = {row[0].value: row[1].value for row in notes.iter_rows(max_col=2) if row[0].value}
    assert said["Yang dipilih"] == facts["Yang dipilih"]
    assert said["Catatan"] == facts["Catatan"]
