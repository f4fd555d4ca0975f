"""Units in order with their intervals: what may be said of the first and the last, and what the interval is from."""

import polars as pl
import pytest

from dashboard.parts import league
from dashboard.words import text

# Attainment and half width; A and B overlap, D is alone at the bottom, E has no attainment.
UNITS = pl.DataFrame(
    [
        ("a", "A", 92.0, 90.0, 94.0, 1, 12, 12),
        ("b", "B", 91.0, 89.0, 93.0, 2, 12, 12),
        ("c", "C", 86.0, 84.0, 88.0, 3, 12, 12),
        ("d", "D", 70.0, 68.0, 72.0, 4, 11, 12),
        ("e", "E", None, None, None, None, 0, 0),
    ],
    schema=[
        "unit_id", "short_name", "attainment_pct", "lower_pct", "upper_pct", "rank", "varied_indicators", "rated_indicators",
    ],
    orient="row",
)  # fmt: skip


def _of(*names: str) -> pl.DataFrame:
    return UNITS.filter(pl.col("unit_id").is_in(names))


@pytest.mark.parametrize(
    ("names", "said", "english"),
    [
        ("ac", "A tertinggi (92,0 %), C terendah (86,0 %)", "A highest (92.0%), C lowest (86.0%)"),
        ("abcd", "A dan 1 unit lain teratas, D terendah (70,0 %)", "A and 1 other unit on top, D lowest (70.0%)"),
        ("abe", "Capaian 2 unit tidak dapat dibedakan", "The attainment of 2 units can't be told apart"),
        ("ae", "", ""),
        ("e", "", ""),
    ],
)
def test_nobody_is_crowned_who_cannot_be_told_apart(names, said, english) -> None:
    assert league.title(_of(*names), text.pct).replace("\u00a0", " ") == said
    with text.speaking("en"):
        assert league.title(_of(*names), text.pct) == english


def test_intervals_that_touch_overlap_and_an_unknown_one_tells_nothing_apart() -> None:
    row = {"lower_pct": 80.0, "upper_pct": 90.0}
    assert league.is_alike(row, {"lower_pct": 90.0, "upper_pct": 95.0})
    assert not league.is_alike(row, {"lower_pct": 90.1, "upper_pct": 95.0})
    assert not league.is_alike({"lower_pct": 90.1, "upper_pct": 95.0}, row)
    assert league.is_alike(row, {"lower_pct": None, "upper_pct": None})


def test_the_place_of_one_unit_says_whom_it_is_like() -> None:
    rows = UNITS.rows(named=True)
    assert league.place(UNITS, rows[1]) == "B: urutan 2 dari 4; 1 unit lain tidak dapat dibedakan darinya"
    assert league.place(UNITS, rows[3]) == "D: urutan 4 dari 4"


def test_the_note_says_from_how_many_indicators_and_where_there_is_no_interval() -> None:
    assert "diketahui untuk 47 dari 48 indikator" in league.note(UNITS)
    assert "diketahui untuk" not in league.note(_of("a", "b"))
    assert league.note(_of("e")).startswith("Belum ada kisaran")


def test_an_interval_in_words() -> None:
    rows = UNITS.rows(named=True)
    assert (league.interval(rows[0]), league.interval(rows[4])) == ("antara 90,0 dan 94,0", text.MISSING)
