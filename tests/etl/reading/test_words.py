"""Months, dates, numbers, blanks and NIP as Indonesian spreadsheets write them (domain.md, sections 4 and 7)."""

from datetime import date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from etl.reading.dates import MONTHS, find_date, find_moment
from etl.reading.periods import Period, find_period
from etl.reading.words import DATE, NUMBER, Cell, is_missing, label, nip, yes_no

MONTH_WORDS = {
    1: "Januari JANUARI Jan January",
    2: "Pebruari Februari Feb Peb February",
    3: "Maret Mar March",
    4: "April Apr",
    5: "Mei MEI May",
    6: "Juni Jun June",
    7: "Juli Jul July",
    8: "Agustus Agt Agu Ags August Aug",
    9: "September Sep Sept",
    10: "Oktober Okt October Oct",
    11: "Nopember November Nop Nov",
    12: "Desember Des December Dec",
}


@pytest.mark.parametrize(("month", "words"), MONTH_WORDS.items())
def test_every_spelling_of_a_month_is_that_month(month: int, words: str) -> None:
    for word in words.split():
        beside = (f"{word} 2024", f"{word}_2024", f"{word}-2024")
        for written in (word, word.upper(), f" {word}. ", f"Bulan {word}", *beside):
            found = find_period(written)[0]
            assert (found.month, found.months) == (month, 1), written
            assert found.year == (2024 if "2024" in written else None), written


@pytest.mark.parametrize(
    ("text", "year", "month", "months"),
    [
        ("TW I", None, 1, 3),
        ("TW1", None, 1, 3),
        ("TW.II", None, 4, 3),
        ("TW-3", None, 7, 3),
        ("tw iv", None, 10, 3),
        ("Triwulan I (Jan-Mar)", None, 1, 3),
        ("Triwulan II (April - Juni) 2025", 2025, 4, 3),
        ("TRIWULAN KE IV TAHUN 2023", 2023, 10, 3),
        ("Triwulan III/2026", 2026, 7, 3),
        ("Kuartal 2", None, 4, 3),
        ("Q3 2026", 2026, 7, 3),
        ("2026 TW 2", 2026, 4, 3),
        ("Smt 1", None, 1, 6),
        ("Semester II 2025", 2025, 7, 6),
        ("Sem 1", None, 1, 6),
        ("Tahun 2024", 2024, None, None),
        ("2024", 2024, None, None),
        (f"{NUMBER}2024", 2024, None, None),
        ("JANUARI 2024", 2024, 1, 1),
        ("BULAN : JANUARI 2024", 2024, 1, 1),
        ("Jan-24", 2024, 1, 1),
        ("Agustus'22", 2022, 8, 1),
        ("202608", 2026, 8, 1),
        ("2026-08", 2026, 8, 1),
        ("08/2026", 2026, 8, 1),
        ("05/02/2026", 2026, 2, 1),
        ("5 Februari 2026", 2026, 2, 1),
        ("2026-02-05 10:30", 2026, 2, 1),
        (f"{DATE}2024-03-31T00:00:00", 2024, 3, 1),
        ("MSitAE-APRIL-2025", 2025, 4, 1),
        ("kunjungan_agustus_2022", 2022, 8, 1),
    ],
)
def test_a_period_is_read_from_its_words(text: str, year: int | None, month: int | None, months: int | None) -> None:
    assert find_period(text)[0] == Period(year, month, months)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Jumlah",
        "mayang",
        "marketing",
        "Marta",
        "Desa",
        "TW 5",
        "TW V",
        "S1",
        "I",
        "III",
        "45292",
        "Rimbo Bujang II",
        "2022/2023",
    ],
)
def test_a_text_that_names_no_period_gives_none(text: str) -> None:
    assert not find_period(text)[0]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Januari 2024", ""),
        ("Baru Januari", "baru"),
        ("TW I Realisasi", "realisasi"),
        ("Target 2026", "target"),
        ("Baru", "baru"),
    ],
)
def test_what_is_left_of_a_heading_without_its_period(text: str, rest: str) -> None:
    assert find_period(text)[1] == rest


def test_several_months_in_one_text_name_the_span_between_them() -> None:
    assert find_period("Laporan Mei dan Juni 2024")[0] == Period(2024, 5, 2)
    assert find_period("Januari s/d Juni 2024")[0] == Period(2024, 1, 6)
    # From November to February: two months of the year before, two of this one.
    assert find_period("November - Februari 2024")[0] == Period(2023, 11, 4)


def test_a_period_covers_its_months() -> None:
    assert (Period(2026, 7, 3).start(), Period(2026, 7, 3).length_months()) == (date(2026, 7, 1), 3)
    assert (Period(2026).start(), Period(2026).length_months()) == (date(2026, 1, 1), 12)
    assert (Period(None, 3, 1).start(), Period(None, 3, 1).length_months()) == (None, 1)
    assert Period(None, 8, 1).fill(Period(2022, 5, 1)) == Period(2022, 8, 1)  # the month said first stays
    assert Period(2024).fill(Period(2022, 4, 3)) == Period(2024, 4, 3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05/02/2026", date(2026, 2, 5)),  # day first
        ("5-2-2026", date(2026, 2, 5)),
        ("05.02.2026", date(2026, 2, 5)),
        ("2026-02-05", date(2026, 2, 5)),
        ("20260205", date(2026, 2, 5)),
        ("laporan_20260714", date(2026, 7, 14)),
        ("5 Februari 2026", date(2026, 2, 5)),
        ("Muara Tebo, 5 Pebruari 2026", date(2026, 2, 5)),
        ("5-Agt-2026", date(2026, 8, 5)),
        ("02/13/2026", date(2026, 2, 13)),  # 13 can be no month
        (f"{DATE}2026-02-05T08:00:00", date(2026, 2, 5)),
        ("31/02/2026", None),
        ("2026-02-30", None),
        ("13/14/2026", None),
        ("1/2/26", date(2026, 2, 1)),  # reports are of this century
        ("26/1/12", None),  # which of the two is the year is a guess
        ("1/2/3/26", None),
        ("1234202607145", None),
        ("5 Foo 2026", None),
    ],
)
def test_a_date_is_read_day_first(text: str, day: date | None) -> None:
    assert find_date(text) == day


def test_a_date_is_read_month_first_where_the_source_says_so() -> None:
    assert find_date("05/02/2026", month_first=True) == date(2026, 5, 2)
    assert find_date("25/02/2026", month_first=True) == date(2026, 2, 25)  # 25 can be no month
    assert find_date("2026-02-05", month_first=True) == date(2026, 2, 5)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("12/11/2026 08:15", datetime(2026, 11, 12, 8, 15)),
        ("12/11/2026", datetime(2026, 11, 12)),
        ("12/11/2026 25:61", datetime(2026, 11, 12)),  # no time of day
        (f"{DATE}2026-11-12T08:15:00", datetime(2026, 11, 12, 8, 15)),
        # Serial 45292 is 1 January 2024: since 1899-12-30 124 years of 365 days (45260), 30 leap days, and 2 days.
        (f"{NUMBER}45292", datetime(2024, 1, 1)),
        (f"{NUMBER}45292.0", datetime(2024, 1, 1)),
        (f"{NUMBER}12", None),
        ("besok", None),
    ],
)
def test_a_moment(text: str, moment: datetime | None) -> None:
    assert find_moment(text) == moment


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_date_in_every_way_of_writing_reads_back(day: date) -> None:
    word = next(word for word, month in MONTHS.items() if month == day.month)
    for way in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", f"%d {word} %Y", f"%d-{word}-%Y"):
        assert find_date(day.strftime(way)) == day, way
    assert find_moment(f"{NUMBER}{(day - date(1899, 12, 30)).days}") == datetime(day.year, day.month, day.day)


@pytest.mark.parametrize("text", ["", " ", "-", "–", "—", "TAD", "Kosong", "Belum Lapor", "n/a", "…", "tidak ada data"])
def test_blanks(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize("text", ["NIHIL", "0", "nol", "#REF!", "WTP", "tidak"])
def test_what_is_no_blank(text: str) -> None:
    assert not is_missing(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Nama  Puskesmas ", "nama puskesmas"),
        ("Poli/Ruangan", "poli ruangan"),
        ("Capaian (%)", "capaian persen"),
        ("Kunjungan\u00a0Baru", "kunjungan baru"),
        ("Moro\ufffdKrembangan", "morokrembangan"),
        (f"{NUMBER}2024.0", "2024"),
    ],
)
def test_a_label_is_what_a_heading_says(text: str, expected: str) -> None:
    assert label(text) == expected


@given(st.text())
def test_a_label_of_a_label_is_itself(text: str) -> None:
    assume(not text.startswith((NUMBER, DATE)))
    assert label(label(text)) == label(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ya", True),
        ("TIDAK", False),
        ("Tepat waktu", True),
        ("Terlambat", False),
        ("Belum ada", False),
        (f"{NUMBER}1.0", True),
    ],
)
def test_yes_and_no(text: str, expected: bool) -> None:
    assert yes_no(text) == Cell(expected)


def test_what_is_neither_yes_nor_no() -> None:
    assert yes_no("mungkin") == Cell(None, "not_yes_no")
    assert yes_no("-") == Cell(None, "missing")


@pytest.mark.parametrize(
    "text",
    [
        "199112062011121032",  # born 6 Dec 1991, appointed Dec 2011, male, 032
        "19911206 201112 1 032",
        "'199112062011121032",
        "\u2019199112062011121032",
        "19911206\u00a0201112\u00a01\u00a0032",
        "19911206.201112.1.032",
        "19911206-201112-1-032",
    ],
)
def test_a_nip_in_every_style(text: str) -> None:
    assert nip(text) == Cell("199112062011121032")


def test_a_nip_of_a_contract_employee() -> None:
    assert nip("198506102025212036") == Cell("198506102025212036")  # PPPK: digits 13-14 are 21, no month


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nip_missing"),
        ("-", "nip_missing"),
        (f"{NUMBER}1.9911206201112102e+17", "nip_rounded"),
        ("1.98E+17", "nip_rounded"),
        ("1,98507E+17", "nip_rounded"),
        ("199112062011121", "nip_rounded"),  # 15 digits: a spreadsheet's precision
        ("19911206201112103", "nip_length"),  # 17
        ("19911206201112103212", "nip_length"),  # 20
        ("NIP. 1991", "nip_malformed"),
        ("Arsiparis", "nip_malformed"),
        ("199113062011121032", "nip_birth_date"),  # month 13
        ("199102302011121032", "nip_birth_date"),  # 30 February
        ("189112062011121032", "nip_birth_date"),
        ("199112062011131032", "nip_appointment"),  # 13 is no month and no PPPK
        ("199112062011001032", "nip_appointment"),
        ("199112062011123032", "nip_sex"),
    ],
)
def test_a_nip_that_is_none_says_why(text: str, code: str) -> None:
    assert nip(text) == Cell(None, code)


BORN = st.dates(date(1950, 1, 1), date(2006, 12, 31))


@given(BORN, st.integers(1, 12) | st.integers(21, 32), st.integers(1, 2), st.integers(1, 999))
def test_every_well_formed_nip_reads_back_and_no_part_of_it_does(born: date, month: int, sex: int, nth: int) -> None:
    whole = f"{born:%Y%m%d}2019{month:02d}{sex}{nth:03d}"
    assert nip(whole) == Cell(whole)
    assert all(nip(whole[:length]).value is None for length in range(18))
