"""What a row of a list is - a unit, a total under whatever name, a line - and that a blank cell takes no other unit's label."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import tries
from tests.etl.sheets import faults, read, records, tally

SHORT = ["Puskesmas", "Bulan", "Jumlah Kunjungan"]
BY_SERVICE = ["Puskesmas", "Bulan", "Poli", "Jumlah Kunjungan"]
TWO = (["Mengupeh", "Jan 2024", 10], ["Muara Tebo", "Jan 2024", 20])


# --- totals by their names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "J U M L A H", "T O T A L", "JUMLAH KAB.", "Jml.", "Σ", "Sub Jumlah", "Jumlah Total Kab. Tebo", "Grand Total",
        "TOTAL KESELURUHAN", "Total Keseluruhan", "JUMLAH (KAB/KOTA)", "Kab. Tebo", "KABUPATEN TEBO", "Kabupaten", "Se-Kabupaten",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_total_under_any_name_and_anywhere_is_no_data(name: str, place: int) -> None:
    rows = list(TWO)
    rows.insert(place, [name, "", 30])
    found = read(SHORT, *rows)
    assert records(found, "unit", "patients") == [("Mengupeh", 10), ("Muara Tebo", 20)]
    assert tally(found) == (2, 0, 1, 0)
    assert not found.observations


@pytest.mark.parametrize("name", ["Rata-rata", "Persentase", "%", "Bulan lalu", "s.d. bulan lalu", "S/D BULAN INI"])
def test_a_line_that_is_no_sum_is_held_against_nothing(name: str) -> None:
    found = read(SHORT, *TWO, [name, "", 15])
    assert records(found, "unit") == [("Mengupeh",), ("Muara Tebo",)]
    assert tally(found) == (2, 0, 1, 0)
    assert not found.observations


def test_the_district_with_other_figures_is_no_data_and_is_told_of() -> None:
    found = read(SHORT, *TWO, ["Kabupaten Tebo", "Jan 2024", 31])
    assert records(found, "unit") == [("Mengupeh",), ("Muara Tebo",)]
    assert [(o.code, o.row, o.details["expected"], o.details["found"]) for o in found.observations] == [
        ("total_row_differs", 4, "30", "31")
    ]


def test_the_health_office_is_a_total_where_it_sums_up_and_data_where_it_does_not() -> None:
    assert tally(read(SHORT, *TWO, ["Dinas Kesehatan", "Jan 2024", 30])) == (2, 0, 1, 0)
    own_clinic = read(SHORT, *TWO, ["Dinas Kesehatan", "Jan 2024", 3])
    assert records(own_clinic, "unit", "patients")[-1] == ("Dinas Kesehatan", 3)


def test_a_list_of_districts_alone_is_data() -> None:
    found = read(SHORT, ["Kabupaten Tebo", "Jan 2024", 10], ["Kabupaten Tebo", "Feb 2024", 20])
    assert records(found, "unit", "patients") == [("Kabupaten Tebo", 10), ("Kabupaten Tebo", 20)]


def test_kecamatan_above_their_health_centres_are_subtotals() -> None:
    found = read(
        SHORT,
        ["Kec. Tengah Ilir", "", 10],
        ["Mengupeh", "Jan 2024", 10],
        ["Kec. Tebo Ilir", "", 27],
        ["Sungai Bengkal", "Jan 2024", 20],
        ["Teluk Rendah", "Jan 2024", 7],
        ["JUMLAH", "", 37],
    )
    assert records(found, "row") == [(3,), (5,), (6,)]
    assert tally(found) == (3, 0, 3, 0)


def test_the_word_of_a_total_in_a_column_that_names_nothing_removes_no_row() -> None:
    found = read(
        ["Kode", "Indikator", "Satuan", "Definisi operasional", "Formula", "Polaritas", "Agregasi", "Cara hitung"],
        ["J1", "Panjang jalan", "Jumlah", "Total", "Rata-rata", "naik", "Jumlah", "Total"],
        ["J2", "Jumlah dokumen", "Persentase", "x", "y", "naik", "Total", "Jumlah"],
        file="daftar indikator.xlsx",
    )
    assert records(found, "code") == [("J1",), ("J2",)]


def test_the_subtotal_of_a_unit_is_held_against_its_own_rows() -> None:
    rows = [
        ["Mengupeh", "Jan 2024", "Umum", 1],
        ["Mengupeh", "Jan 2024", "Gigi", 3],
        ["Muara Tebo", "Jan 2024", "Umum", 5],
        ["Muara Tebo", "Jan 2024", "Gigi", 7],
    ]
    right = read(BY_SERVICE, *rows, ["Muara Tebo", "Jan 2024", "Jumlah", 12])  # 5 + 7
    assert not right.observations
    wrong = read(BY_SERVICE, *rows, ["Muara Tebo", "Jan 2024", "Jumlah", 13])
    assert [(o.code, o.details["expected"]) for o in wrong.observations] == [("total_row_differs", "12")]


def test_the_total_of_a_unit_without_services_is_its_figure() -> None:
    found = read(
        BY_SERVICE,
        ["Mengupeh", "Jan 2024", "Umum", 5],
        ["Mengupeh", "Jan 2024", "Gigi", 4],
        ["Mengupeh", "Jan 2024", "Jumlah", 9],
        ["Muara Tebo", "Jan 2024", "Jumlah", 12],
        ["TOTAL", "", "", 21],
    )
    assert records(found, "unit", "service", "patients") == [
        ("Mengupeh", "Umum", 5), ("Mengupeh", "Gigi", 4), ("Muara Tebo", None, 12),
    ]  # fmt: skip
    assert not found.observations


def test_a_total_counts_rows_as_they_stand_refused_ones_too() -> None:
    found = read(SHORT, *TWO, ["Sungai Bengkal", "Jan 2024", -3], ["JUMLAH", "", 27])  # 10 + 20 - 3
    assert faults(found) == [(4, "negative")]
    assert not found.observations


def test_a_quarter_among_months_is_a_total() -> None:
    found = read(
        ["Bulan", "Umum", "Gigi"],
        ["Januari 2024", 1, 2],
        ["Februari 2024", 3, 4],
        ["Maret 2024", 5, 6],
        ["Triwulan I", 9, 12],  # 1 + 3 + 5, 2 + 4 + 6
        ["April 2024", 7, 8],
        file="kunjungan Mengupeh 2024.xlsx",
    )
    assert tally(found) == (4, 0, 1, 0)


# --- totals by their figures alone -----------------------------------------------------------------------------------


def test_an_unknown_name_with_the_sums_of_all_columns_is_a_total_and_is_told_of() -> None:
    found = read(SHORT, ["Mengupeh", "Jan 2024", 100], ["Muara Tebo", "Jan 2024", 200], ["Rekapitulasi", "", 300])
    assert records(found, "unit") == [("Mengupeh",), ("Muara Tebo",)]
    assert [(o.code, o.details["found"]) for o in found.observations] == [("row_read_as_total", "Rekapitulasi")]


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("Sungai Bengkal", (100, 200, 300)),  # the register knows it
        ("Puskesmas Entah", (100, 200, 300)),  # its name says that it is one
        ("Entah", (500, 0, 500)),  # the sum of one row is chance
        ("Entah", (10, 20, 30)),  # one column and a small sum may be, too
    ],
)
def test_a_unit_that_happens_to_be_as_large_as_all_others_stays_a_unit(name: str, figures: tuple) -> None:
    names = ("Mengupeh", "Muara Tebo", name)
    found = read(SHORT, *([unit, "Jan 2024", n] for unit, n in zip(names, figures, strict=True)))
    assert records(found, "unit", "patients") == list(zip(names, figures, strict=True))


# --- blank cells -----------------------------------------------------------------------------------------------------


def test_a_label_reaches_down_until_a_column_to_its_left_says_something_else() -> None:
    found = read(
        BY_SERVICE,
        ["Mengupeh", "Jan 2024", "Umum", 1],
        ["", "", "Gigi", 2],
        ["Muara Tebo", "", "Umum", 3],  # of which month? not Mengupeh's
        ["", "Feb 2024", "Umum", 4],
        ["", "", "Gigi", 5],
    )
    assert [r[0] for r in records(found, "row")] == [2, 3, 5, 6]
    assert faults(found) == [(4, "group_blank")]
    assert records(found, "unit")[-1] == ("Muara Tebo",)


@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_blank_where_each_row_is_filled_in_is_a_blank(column: int) -> None:
    rows = [
        [unit, "Jan 2024", service, n]
        for n, (unit, service) in enumerate(
            [("Mengupeh", "Umum"), ("Mengupeh", "Gigi"), ("Muara Tebo", "Umum"), ("Muara Tebo", "Gigi"), ("Sungai Bengkal", "Umum")], 1
        )
    ]  # fmt: skip
    rows[2][column] = ""
    found = read(BY_SERVICE, *rows)
    assert [row for row, _ in faults(found)] == [4]
    assert {code for _, code in faults(found)} <= {"group_blank", "key_blank"}
    assert records(found, "row") == [(2,), (3,), (5,), (6,)]


def test_no_label_reaches_over_a_total() -> None:
    found = read(
        BY_SERVICE,
        ["Mengupeh", "Jan 2024", "Umum", 1],
        ["", "", "Gigi", 2],
        ["JUMLAH", "", "", 3],
        ["", "", "KIA", 4],
        ["", "", "KB", 5],
    )
    assert records(found, "row") == [(2,), (3,)]
    assert [row for row, _ in faults(found)] == [5, 6]


def test_a_row_that_would_say_the_same_as_another_is_not_of_its_group() -> None:
    found = read(BY_SERVICE, ["Mengupeh", "Jan 2024", "Umum", 1], ["", "Jan 2024", "Umum", 2])
    assert records(found, "unit", "patients") == [("Mengupeh", 1)]
    assert faults(found) == [(3, "key_blank")]


# --- what holds of any list ------------------------------------------------------------------------------------------

FIGURES = st.lists(st.lists(st.integers(0, 60), min_size=2, max_size=2), min_size=1, max_size=6)
HEAD = ["Puskesmas", "Bulan", "Kunjungan Baru", "Kunjungan Lama"]


def _list(figures: list[list[int]], name: str) -> list[list]:
    return [[f"{name} {letter * 3}", "Jan 2024", *row] for letter, row in zip("BCDFGH", figures, strict=False)]


@tries(25)
@given(FIGURES, st.sampled_from(["Puskesmas Desa", "PKM Sumber", "UPTD Puskesmas Kota"]))
def test_what_a_unit_is_called_does_not_matter(figures: list[list[int]], name: str) -> None:
    one, other = read(HEAD, *_list(figures, "Puskesmas")), read(HEAD, *_list(figures, name))
    assert tally(one) == tally(other) == (len(figures), 0, 0, 0)
    assert records(one, "row", "new_count", "returning_count") == records(other, "row", "new_count", "returning_count")


@tries(25)
@given(FIGURES, st.sampled_from(["JUMLAH", "T O T A L", "Kabupaten Tebo", "Rata-rata", ""]), st.booleans())
def test_a_total_changes_no_figure(figures: list[list[int]], name: str, is_first: bool) -> None:
    rows = _list(figures, "Puskesmas")
    total = [name, "", *(sum(column) for column in zip(*figures, strict=True))]
    with_it = read(HEAD, *([total, *rows] if is_first else [*rows, total]))
    alone = read(HEAD, *rows)
    kept = ("unit", "period", "new_count", "returning_count")
    assert records(with_it, *kept) == records(alone, *kept)
    assert not with_it.observations


@tries(25)
@given(FIGURES, st.randoms(use_true_random=False))
def test_the_order_of_full_rows_does_not_matter(figures: list[list[int]], order: random.Random) -> None:
    rows = [[*row[:2], service, *row[2:]] for row in _list(figures, "Puskesmas") for service in ("Umum", "Gigi")]
    head = [*HEAD[:2], "Poli", *HEAD[2:]]
    shuffled = order.sample(rows, len(rows))
    kept = ("unit", "period", "service", "new_count", "returning_count")
    assert sorted(records(read(head, *rows), *kept)) == sorted(records(read(head, *shuffled), *kept))
