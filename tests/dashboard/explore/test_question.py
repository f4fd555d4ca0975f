"""The address of Jelajah: what is asked comes back whole from its link, and what nobody knows is named."""

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import filters
from dashboard.explore import question as explore_question
from dashboard.explore.question import Asked
from dashboard.filters import Filters
from dashboard.words import text
from queries import months
from queries.explore.slices import AGGREGATIONS, COMPARISONS, GRAINS, Condition, Slice
from queries.explore.tables import Column, tables

FIRST, LAST = date(2023, 11, 1), date(2026, 10, 1)
YEAR = Filters(date(2026, 1, 1), LAST)
HOSTILE = [
    "",
    ";",
    ":",
    ",",
    "%",
    "%2C",
    "a;b:c,d",
    "'",
    '"',
    "<b>&amp;",
    "+ +",
    "مرحبا",
    "\u202egnirts",
    "x" * 200,
    "\n\t",
    "#?&=/",
]
WORDS = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
MONTHS = st.sampled_from(months.starts(FIRST, LAST))


def _read(link: str) -> tuple[Asked, Filters]:
    """Return what a link says, read as the page reads it."""
    said = dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))
    chosen = filters.read(said, FIRST, LAST)
    return explore_question.read(said, chosen), chosen


@st.composite
def conditions(draw: st.DrawFn, column: Column) -> Condition:
    """Return a condition that its column takes."""
    values = {
        "number": st.floats(-1e9, 1e9).map(str), "time": MONTHS.map(str), "flag": st.sampled_from(["true", "false"])
    }.get(column.kind, WORDS)  # fmt: skip
    between = st.tuples(values, values | st.just("")).map(lambda pair: Condition(column.name, "between", pair))
    among = st.sampled_from(["in", "not_in"]).flatmap(
        lambda operator: st.lists(values, min_size=1, max_size=4).map(
            lambda v: Condition(column.name, operator, tuple(v))
        )
    )
    within = WORDS.filter(bool).map(lambda word: Condition(column.name, "contains", (word,)))
    alone = st.sampled_from(["missing", "present"]).map(lambda operator: Condition(column.name, operator))
    ways = [among, alone, *([between] if column.kind in ("number", "time") else [])]
    return draw(st.one_of(*ways, *([within] if column.kind in ("category", "text", "origin") else [])))


@st.composite
def questions(draw: st.DrawFn) -> tuple[Asked, Filters]:
    """Return anything that the page can be asked, with the filters that it stands under."""
    table = draw(st.sampled_from(list(tables().values())))
    dimensions = [None, *(column.name for column in table.of_kind("category", "time"))]
    row, column = draw(st.tuples(st.sampled_from(dimensions), st.sampled_from(dimensions)))
    compare = draw(st.sampled_from([None, *COMPARISONS]))
    start, end = sorted((draw(MONTHS), draw(MONTHS)))
    asked_of = draw(st.lists(st.sampled_from([c for c in table.columns.values() if c.kind != "key"]), max_size=3))
    agency, unit = draw(st.sampled_from([(None, None), ("dinkes", None), (None, "pkm-mengupeh"), ("a&b", "c=d")]))
    slice_ = Slice(
        table=table.name,
        measure=draw(st.sampled_from(list(table.measures))),
        row=row,
        column=None if column == row else column,
        grain=draw(st.sampled_from(list(GRAINS))),
        aggregation=draw(st.sampled_from(AGGREGATIONS)),
        conditions=tuple(draw(conditions(each)) for each in asked_of),
        period_from=start,
        period_to=end,
        agency=agency,
        unit=unit,
        compare=compare,
        compare_unit=draw(st.sampled_from([None, "pkm-a"])) if compare == "unit" else None,
    )
    asked = Asked(
        slice_,
        chart=draw(st.sampled_from([None, *explore_question.CHARTS])),
        look=draw(st.sampled_from(["groups", "rows"])),
        part=draw(st.integers(1, 10**9 - 1)),
        build=draw(st.sampled_from([None, "20261112T080000-abcdef12"])),
        second=draw(st.sampled_from([None, ("satisfaction", "index"), ("visits", "units")])),
        sort=draw(st.sampled_from([None, "-nilai:2026-07-01", "nama", "perubahan2:a b;c"])),
    )
    return asked, Filters(start, end, agency=agency, unit=unit)


@given(questions())
def test_what_a_link_says_is_what_was_asked(question: tuple[Asked, Filters]) -> None:
    asked, chosen = question
    assert _read(explore_question.link(chosen, asked)) == (asked, chosen)
    with text.speaking("en"):
        link = explore_question.link(chosen, asked)
        assert "bahasa=en" in link
        assert _read(link)[0] == asked


@given(st.dictionaries(st.sampled_from(explore_question.KEYS), WORDS))
def test_any_words_are_read_and_what_is_read_stands_in_its_own_link(said: dict[str, str]) -> None:
    asked = explore_question.read(said, YEAR)
    again, _chosen = _read(explore_question.link(YEAR, asked))
    assert again.ignored == ()
    assert again == replace(asked, ignored=())


@pytest.mark.parametrize(
    "key",
    [
        "tabel",
        "ukuran",
        "hitung",
        "baris",
        "kolom",
        "butir",
        "terhadap",
        "pembanding",
        "grafik",
        "saring",
        "lihat",
        "lembar",
        "bersama",
        "urut",
    ],
)
def test_a_word_that_nobody_knows_is_named_and_the_rest_stands(key: str) -> None:
    asked = explore_question.read({"saring": "payer:masuk:Gratis", key: "tidak-ada"}, YEAR)
    assert asked.ignored == (f"{key}=tidak-ada",)
    assert asked.slice.conditions == (() if key == "saring" else (Condition("payer", "in", ("Gratis",)),))


@pytest.mark.parametrize(
    "part",
    ["payer", "payer:seperti:a", "nip:masuk:1", "patients:antara:x,", "patients:antara:,", "patients:antara:1,2,3",
     "month:antara:2026-13-01,", "patients:memuat:1", "is_merged:masuk:mungkin", "patients:antara:inf,", "payer:memuat:"],
)  # fmt: skip
def test_a_condition_that_its_column_does_not_take_is_named_and_the_others_hold(part: str) -> None:
    asked = explore_question.read({"saring": f"{part};unit:ada:"}, YEAR)
    assert asked.ignored == (f"saring={part}",)
    assert asked.slice.conditions == (Condition("unit", "present"),)


def test_a_filter_of_another_page_is_named_and_does_not_apply() -> None:
    chosen = filters.read({"layanan": "gigi", "unit": "pkm-a", "kategori": "R"}, FIRST, LAST)
    assert explore_question.read({}, chosen).ignored == ("layanan=gigi", "kategori=R")
    applying = explore_question.applying(chosen)
    assert (applying.service, applying.band, applying.unit) == (None, None, "pkm-a")


def test_an_address_that_says_nothing_asks_for_the_usual_by_time() -> None:
    asked = explore_question.read({}, YEAR)
    assert asked == Asked(Slice("visits", "patients", "unit", "month", period_from=date(2026, 1, 1), period_to=LAST))
    assert explore_question.query_of(asked) == {"kolom": "month"}
    plain = replace(asked, slice=replace(asked.slice, column=None))
    assert explore_question.query_of(plain) == {"kolom": "-"}  # something always stands, or it would be by time again
    for table in tables().values():
        slice_ = explore_question.read({"tabel": table.name}, YEAR).slice  # as links and saved views have it
        assert (slice_.row, slice_.column, slice_.grain) == (table.row, None, table.grain)
        assert slice_.measure == next(iter(table.measures))
    assert explore_question.read({"baris": "-", "kolom": "-"}, YEAR).slice.dimensions == ()
    assert explore_question.read({"baris": "payer", "kolom": "payer"}, YEAR).slice.column is None


def test_what_a_table_is_sorted_by_comes_back_from_its_word() -> None:
    for column in (
        "d0",
        "value",
        "value2:2026-07-01",
        "compared:Gigi dan mulut",
        "change_pct2",
        "change:",
        "row_count",
    ):
        for is_down in (False, True):
            word = explore_question.sort_of(column, is_down=is_down)
            assert explore_question.sorted_by(word) == (column, is_down)
    assert explore_question.sort_of("value:2026-07-01", is_down=True) == "-nilai:2026-07-01"
    assert explore_question.sorted_by(None) == ("", False)


def test_a_missing_value_is_a_value() -> None:
    (among,) = explore_question.read({"saring": "kecamatan:masuk:"}, YEAR).slice.conditions
    assert among == Condition("kecamatan", "in", ("",))
    (besides,) = explore_question.read({"saring": "kecamatan:masuk:,Tebo%20Ilir"}, YEAR).slice.conditions
    assert besides.values == ("", "Tebo Ilir")


def test_a_condition_takes_the_place_of_that_on_its_column() -> None:
    held = (Condition("payer", "in", ("a",)), Condition("unit", "present"), Condition("payer", "contains", ("b",)))
    assert explore_question.with_condition(held, None, "payer") == (Condition("unit", "present"),)
    new = Condition("payer", "missing")
    assert explore_question.with_condition(held, new, "payer") == (Condition("unit", "present"), new)


def test_a_comparison_with_a_unit_is_answered_once_the_unit_is_known() -> None:
    waiting = explore_question.read({"terhadap": "unit"}, YEAR)
    assert waiting.slice.compare == "unit"
    assert explore_question.answerable(waiting).slice.compare is None
    known = explore_question.read({"terhadap": "unit", "pembanding": "pkm-a"}, YEAR)
    assert explore_question.answerable(known) == known


def test_the_link_to_the_sql_page_keeps_text_build_and_language() -> None:
    sql = "select '&=#;\n%' as \"ä\""
    with text.speaking("en"):
        link = explore_question.sql_link(sql, "b1")
    assert dict(parse_qsl(urlsplit(link).query)) == {"sql": sql, "data": "b1", "bahasa": "en"}
    assert dict(parse_qsl(urlsplit(explore_question.sql_link(sql)).query)) == {"sql": sql}
