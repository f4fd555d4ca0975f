"""A table becomes records: every row is accounted for, nothing is coerced, and no value is made up."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.conforming.place import once_a_file
from etl.remarks import Observation
from tests.effort import tries
from tests.etl.sheets import faults, read, records, tally

LONG = ["Puskesmas", "Bulan", "Poli", "Penjamin", "Kunjungan Baru", "Kunjungan Lama", "Jumlah"]


# --- visits, in the arrangements that offices use --------------------------------------------------------------------


def test_the_long_form_with_its_total_and_foot() -> None:
    found = read(
        ["LAPORAN KUNJUNGAN PASIEN 2024"],
        LONG,
        ["PKM Muara Tebo", "Jan", "UMUM", "JKN PBI", "1.234", 10, 1244],
        ["PKM Muara Tebo", "Pebruari", "GIGI", "UMUM", "NIHIL", 6, 6],
        ["", "JUMLAH", "", "", 1234, 16, 1250],
        ["Mengetahui,", "", "", "", "", "Petugas,"],
        ["Kepala Puskesmas", "", "", "", "", "19800101 200501 1 001"],
    )
    assert records(found, "row", "unit", "period", "service", "payer", "new_count", "returning_count", "patients") == [
        (3, "PKM Muara Tebo", date(2024, 1, 1), "UMUM", "JKN PBI", 1234, 10, 1244),
        (4, "PKM Muara Tebo", date(2024, 2, 1), "GIGI", "UMUM", 0, 6, 6),
    ]
    assert tally(found) == (2, 0, 1, 2)
    assert not found.rejects
    assert not found.observations


def test_months_across_a_blank_is_missing_and_nihil_is_zero() -> None:
    found = read(
        ["REKAP KUNJUNGAN TAHUN 2024"],
        ["No", "Puskesmas", "Januari", "Februari", "Maret", "Jumlah"],
        [1, "Muara Tebo", 10, 20, 30, 60],
        [2, "Mengupeh", 1, "NIHIL", "", 1],
        [3, "Sungai Bengkal", "-", "TAD", 7, 7],
        ["", "JUMLAH", 11, 20, 37, 68],
    )
    assert sorted(records(found, "unit", "period", "patients")) == [
        ("Mengupeh", date(2024, 1, 1), 1),
        ("Mengupeh", date(2024, 2, 1), 0),
        ("Muara Tebo", date(2024, 1, 1), 10),
        ("Muara Tebo", date(2024, 2, 1), 20),
        ("Muara Tebo", date(2024, 3, 1), 30),
        ("Sungai Bengkal", date(2024, 3, 1), 7),
    ]
    assert tally(found) == (3, 0, 1, 0)


def test_months_across_with_new_and_returning_below() -> None:
    found = read(
        ["KUNJUNGAN PASIEN 2024"],
        ["Puskesmas", "Januari", "", "Februari", "", "Jumlah"],
        ["", "Baru", "Lama", "Baru", "Lama", ""],
        ["Mengupeh", 1, 2, 3, 4, 10],
    )
    assert records(found, "unit", "period", "new_count", "returning_count") == [
        ("Mengupeh", date(2024, 1, 1), 1, 2),
        ("Mengupeh", date(2024, 2, 1), 3, 4),
    ]


def test_services_across_months_down_the_unit_in_the_header_block() -> None:
    found = read(
        ["LAPORAN KUNJUNGAN PASIEN"],
        ["PUSKESMAS: MENGUPEH"],
        [],
        ["BULAN", "UMUM", "GIGI", "JUMLAH"],
        ["Januari 2024", 10, 5, 15],
        ["Februari 2024", 11, "", 11],
        ["JUMLAH", 21, 5, 26],
        ["Mengetahui", "", "", "Petugas"],
        ["Kepala Puskesmas", "", "", "Pengelola data"],
    )
    assert records(found, "unit", "period", "service", "patients") == [
        ("MENGUPEH", date(2024, 1, 1), "umum", 10),
        ("MENGUPEH", date(2024, 2, 1), "umum", 11),
        ("MENGUPEH", date(2024, 1, 1), "gigi", 5),
    ]
    assert tally(found) == (2, 0, 1, 2)


def test_a_groups_label_stands_only_on_its_first_row() -> None:
    found = read(
        ["Kecamatan", "Puskesmas", "Bulan", "Kunjungan Baru", "Kunjungan Lama"],
        ["Tengah Ilir", "Mengupeh", "Januari 2024", 1, 2],
        ["", "", "Februari 2024", 3, 4],
        ["Tebo Ilir", "Sungai Bengkal", "Januari 2024", 5, 6],
        ["", "", "Februari 2024", 7, 8],
    )
    assert records(found, "kecamatan", "unit", "period", "new_count") == [
        ("Tengah Ilir", "Mengupeh", date(2024, 1, 1), 1),
        ("Tengah Ilir", "Mengupeh", date(2024, 2, 1), 3),
        ("Tebo Ilir", "Sungai Bengkal", date(2024, 1, 1), 5),
        ("Tebo Ilir", "Sungai Bengkal", date(2024, 2, 1), 7),
    ]


# --- rows that are no data -------------------------------------------------------------------------------------------

SHORT = ["Puskesmas", "Bulan", "Jumlah Kunjungan"]


def test_a_last_row_without_a_name_is_a_total() -> None:
    found = read(SHORT, ["Mengupeh", "Jan 2024", 10], ["Muara Tebo", "Jan 2024", 20], ["", "", 30])
    assert tally(found) == (2, 0, 1, 0)
    assert not found.rejects
    assert not found.observations


def test_a_last_row_without_a_name_that_its_column_does_not_make_is_told_of() -> None:
    found = read(SHORT, ["Mengupeh", "Jan 2024", 10], ["Muara Tebo", "Jan 2024", 20], ["", "", 31])
    assert found.rows.accepted == 2
    if found.rows.totals:
        assert [(o.code, o.row, o.details["expected"], o.details["found"]) for o in found.observations] == [
            ("total_row_differs", 4, "30", "31")
        ]
    else:
        assert faults(found) == [(4, "row_without_key")]


def test_a_row_without_a_name_amid_the_others_is_rejected() -> None:
    found = read(SHORT, ["Mengupeh", "Jan 2024", 10], ["", "", 5], ["Muara Tebo", "Jan 2024", 20])
    assert faults(found) == [(3, "row_without_key")]
    assert records(found, "unit", "patients") == [("Mengupeh", 10), ("Muara Tebo", 20)]


def test_a_labelled_total_that_its_column_does_not_make_is_observed() -> None:
    found = read(SHORT, ["Mengupeh", "Jan 2024", 10], ["Muara Tebo", "Jan 2024", 20], ["JUMLAH", "", 35])
    assert [(o.code, o.details["expected"], o.details["found"]) for o in found.observations] == [
        ("total_row_differs", "30", "35")
    ]
    assert tally(found) == (2, 0, 1, 0)


def test_parts_that_do_not_make_their_total_are_observed_and_loaded_as_they_stand() -> None:
    found = read(LONG, ["Mengupeh", "Jan 2024", "UMUM", "UMUM", 5, 6, 12])
    assert [(o.code, o.row, o.details) for o in found.observations] == [
        ("parts_differ_from_total", 2, {"expected": "11", "found": "12"})
    ]
    assert records(found, "new_count", "returning_count", "patients") == [(5, 6, 12)]


def test_a_column_that_no_one_knows_is_observed_where_it_holds_numbers() -> None:
    found = read([*SHORT, "Rujukan", "Catatan lain"], ["Mengupeh", "Jan 2024", 10, 3, "x"])
    assert [(o.code, o.details) for o in found.observations] == [("column_unknown", {"column": "rujukan"})]


# --- cells that can't be read, and rows said twice -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.23", "not_whole"),
        (2.5, "not_whole"),
        (-3, "negative"),
        ("3 dari 5", "not_a_number"),
        ("63..", "not_a_number"),
    ],
)
def test_a_count_that_is_none_rejects_its_row(cell: str | float, code: str) -> None:
    found = read(SHORT, ["Mengupeh", "Jan 2024", cell], ["Muara Tebo", "Jan 2024", 20])
    assert faults(found) == [(2, code)]
    assert records(found, "unit", "patients") == [("Muara Tebo", 20)]
    assert tally(found) == (1, 1, 0, 0)


def test_a_formula_error_is_missing_and_told_of() -> None:
    found = read(LONG, ["Mengupeh", "Jan 2024", "UMUM", "UMUM", 5, "#REF!", 12])
    assert faults(found) == [(2, "formula_error")]
    assert records(found, "new_count", "returning_count", "patients") == [(5, None, 12)]
    assert (found.rows.partly, tally(found)) == (1, (0, 0, 0, 0))


def test_a_month_that_is_none_and_a_unit_that_is_blank_reject_their_rows() -> None:
    found = read(SHORT, ["", "Jan 2024", 1], ["Mengupeh", "Entahlah", 10], ["Muara Tebo", "Jan", 20])
    assert faults(found) == [(2, "key_blank"), (3, "not_a_month"), (4, "year_missing")]  # row 4: of which year?
    assert not found.records.height


def test_the_same_row_twice_counts_once_and_contradicting_rows_not_at_all() -> None:
    found = read(
        SHORT,
        ["Muara Tebo", "Jan 2024", 10],
        ["Muara Tebo", "Jan 2024", 10],
        ["Mengupeh", "Jan 2024", 20],
        ["Mengupeh", "Jan 2024", 21],
        ["Mengupeh", "Feb 2024", 21],
    )
    assert records(found, "row", "unit", "patients") == [(2, "Muara Tebo", 10), (6, "Mengupeh", 21)]
    assert faults(found) == [(3, "key_repeated"), (4, "key_contradicts"), (5, "key_contradicts")]
    assert [r.details["first"] for r in found.rejects if r.code == "key_repeated"] == ["2"]
    assert tally(found) == (2, 3, 0, 0)


# --- period and unit from the words around ---------------------------------------------------------------------------


def test_the_month_from_the_column_and_the_year_from_the_file_name_or_the_folder() -> None:
    rows = (["Puskesmas", "Periode", "Kunjungan Baru"], ["Mengupeh", "Agustus", 5])
    assert records(read(*rows, file="kunjungan-2022.csv", folder="x"), "period") == [(date(2022, 8, 1),)]
    assert records(read(*rows, file="kunjungan.csv", folder="2023"), "period") == [(date(2023, 8, 1),)]
    both = read(*rows, file="kunjungan agustus 2022.csv", folder="2023")
    assert records(both, "period") == [(date(2022, 8, 1),)]  # the file name is nearer


def test_month_and_year_in_columns_of_their_own() -> None:
    found = read(
        ["Puskesmas", "Tahun", "Bulan", "Kunjungan Baru"], ["Mengupeh", 2024, 3, 5], ["Mengupeh", "2024", "4", 6]
    )
    assert records(found, "period", "new_count") == [(date(2024, 3, 1), 5), (date(2024, 4, 1), 6)]


def test_a_name_that_contradicts_the_content_is_observed_and_the_content_counts() -> None:
    found = read(SHORT, ["Mengupeh", "Jan 2024", 10], file="kunjungan maret 2023.csv", folder="2022")
    assert records(found, "period") == [(date(2024, 1, 1),)]
    said = [(o.code, o.details["place"], o.details["found"], o.details["expected"]) for o in found.observations]
    assert said == [
        ("period_contradicts_name", "file", "2023-03", "2024-01"),
        ("period_contradicts_name", "folder", "2022", "2024-01"),
    ]


def test_what_many_sheets_say_against_the_name_of_their_file_is_said_once() -> None:
    def said(month: int, place: str = "file") -> Observation:
        details = {"place": place, "found": "????-10", "expected": f"2026-{month:02}"}
        return Observation("period_contradicts_name", f"lembar {month}", details=details)

    one, other = said(1), said(2, "sheet")
    assert once_a_file([one, other]) == [one, other]
    (told, kept) = once_a_file([*map(said, range(1, 10)), other])
    assert (told.sheet, told.details["expected"], kept) == ("", "2026-01 – 2026-09 (9 periode)", other)


def test_a_unit_in_the_file_name_that_contradicts_the_header_block_is_observed() -> None:
    found = read(
        ["PUSKESMAS : MENGUPEH"],
        ["Bulan", "Kunjungan Baru", "Kunjungan Lama"],
        ["Jan 2024", 1, 2],
        file="Kunjungan Muara Tebo 2024.xlsx",
    )
    assert records(found, "unit") == [("MENGUPEH",)]
    assert [(o.code, o.details["found"]) for o in found.observations] == [("unit_contradicts_name", "muara tebo")]


# --- every row accounted for, no value made up -----------------------------------------------------------------------

UNIT = st.sampled_from(["Mengupeh", "Muara Tebo", "Sungai Bengkal", "PKM Entah", "", "JUMLAH", "Total"])
MONTH = st.sampled_from(["Jan 2024", "Feb 2024", "Maret 2024", "4", "Entahlah", "", "-"])
COUNT = st.one_of(
    st.integers(0, 5000), st.sampled_from(["1.234", "12,5", "NIHIL", "", "-", "#REF!", "3 dari 5", "TAD", -4])
)
ROW = st.tuples(UNIT, MONTH, COUNT, COUNT).map(list)


def meant(cell: str | int) -> int | None:
    """Return what a count in these sheets means, read without the code under test."""
    return {"1.234": 1234, "NIHIL": 0}.get(cell) if isinstance(cell, str) else cell if cell >= 0 else None


@tries(60)
@given(st.lists(ROW, min_size=1, max_size=12))
def test_every_row_is_accounted_for_and_no_value_is_made_up(rows: list[list]) -> None:
    found = read(["Puskesmas", "Bulan", "Kunjungan Baru", "Kunjungan Lama"], *rows)
    written = {n: row for n, row in enumerate(rows, start=2) if any(cell != "" for cell in row)}
    assert found.rows.read == len(written)
    assert min(tally(found)) >= 0
    kept = set(found.records["row"])
    assert found.rows.accepted + found.rows.partly == len(kept)
    for row, new, returning in records(found, "row", "new_count", "returning_count"):
        assert (new, returning) == (meant(written[row][2]), meant(written[row][3]))
        assert written[row][0] not in ("JUMLAH", "Total")
    refused = {r.row for r in found.rejects}
    # A failed formula refuses its cell alone, and a blank beside new or returning visits is no zero.
    assert {r.code for r in found.rejects if r.row in kept} <= {"formula_error", "part_blank"}
    assert found.rows.partly == len(kept & refused)
    rejected = refused - kept
    assert found.rows.rejected == len(rejected)
    # A row of which something is kept loses its refused cells alone (a blank is none); one of which nothing is loses all.
    filled = {row: sum(cell != "" for cell in cells) for row, cells in written.items()}
    named = [len({r.col for r in found.rejects if r.row == row and r.value}) for row in kept & refused]
    lost = sum(filled[row] for row in rejected) + sum(named)
    assert (found.cells.accepted, found.cells.rejected) == (sum(filled[row] for row in kept | rejected) - lost, lost)
    # What is neither kept nor rejected says nothing that could be kept: a total by its name or its figures, or no figure at all.
    sums = [sum(meant(written[row][at]) or 0 for row in kept | rejected) for at in (2, 3)]
    for row in set(written) - kept - rejected:
        unit, period, *cells = written[row]
        figures = [meant(c) for c in cells]
        readable = [figure for figure in figures if figure is not None]
        is_sum = unit == period == "" and all(f in (None, total) for f, total in zip(figures, sums, strict=True))
        assert unit in ("JUMLAH", "Total") or not readable or is_sum or row > max(kept | rejected, default=0), written[
            row
        ]


@tries(25)
@given(
    st.lists(st.lists(st.one_of(st.integers(0, 999), st.just("")), min_size=12, max_size=12), min_size=1, max_size=5)
)
def test_months_across_keep_every_figure_where_it_stood(figures: list[list]) -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nop", "Des"]
    names = [f"Puskesmas {letter * 3}" for letter in "ABCDE"[: len(figures)]]
    found = read(
        ["KUNJUNGAN 2024"], ["Puskesmas", *months], *([n, *row] for n, row in zip(names, figures, strict=True))
    )
    written = {
        (name, date(2024, month, 1), value)
        for name, row in zip(names, figures, strict=True)
        for month, value in enumerate(row, start=1)
        if value != ""
    }
    assert Counter(records(found, "unit", "period", "patients")) == Counter(written)
    assert not found.rejects


@tries(25)
@given(
    st.lists(
        st.lists(st.sampled_from([7, 12, "", "-", "tiga", "#REF!"]), min_size=4, max_size=4), min_size=1, max_size=5
    )
)
def test_of_a_row_of_months_each_cell_is_accepted_or_refused_by_itself(figures: list[list]) -> None:
    names = [f"Puskesmas {letter * 3}" for letter in "ABCDE"[: len(figures)]]
    rows = [[name, 5, *row] for name, row in zip(names, figures, strict=True)]  # January is good, so each name is kept
    found = read(["KUNJUNGAN 2024"], ["Puskesmas", "Jan", "Feb", "Mar", "Apr", "Mei"], *rows)
    wrong = [sum(cell in ("tiga", "#REF!") for cell in row) for row in figures]
    assert (found.rows.accepted, found.rows.partly) == (wrong.count(0), len(wrong) - wrong.count(0))
    assert (found.cells.rejected, found.cells.other, found.cells.totals) == (sum(wrong), 0, 0)
