"""What a page says of a unit that was renamed, merged or split, in both languages."""

from datetime import date

import polars as pl

from dashboard.parts import unit_changes
from dashboard.words import text

MAY = date(2026, 5, 1)


def _one(kind: str, is_comparable: bool) -> pl.DataFrame:
    row = {"month": MAY, "kind": kind, "is_comparable": is_comparable, "names": "Puskesmas A"}
    return pl.DataFrame([row])


def test_a_merger_says_whether_the_series_crosses_it() -> None:
    crossed = "Unit ini sejak Mei 2026 mencakup Puskesmas A; angka sebelumnya dijumlahkan dengan angka unit itu."
    assert unit_changes.sentences(_one("merged", is_comparable=True)) == crossed
    assert unit_changes.sentences(_one("merged", is_comparable=False)) == (
        "Unit ini sejak Mei 2026 mencakup Puskesmas A. "
        "Angka sebelumnya tidak dapat dibandingkan: deret dan pembandingnya mulai Mei 2026."
    )
    assert unit_changes.marks(_one("merged", is_comparable=True)) == [(MAY, "bergabung: Puskesmas A")]


def test_an_end_and_a_name_are_of_the_month_before() -> None:
    ended, renamed = _one("ended", is_comparable=False), _one("renamed", is_comparable=True)
    assert unit_changes.sentences(ended) == "Unit ini berakhir Apr 2026; sejak itu: Puskesmas A."
    with text.speaking("en"):
        assert unit_changes.sentences(ended) == "This unit ended in Apr 2026; since then: Puskesmas A."
        assert unit_changes.sentences(renamed) == "Until Apr 2026 this unit was called Puskesmas A."
        assert unit_changes.marks(_one("split", is_comparable=False)) == [(MAY, "split from Puskesmas A")]


def test_a_unit_that_nothing_became_of_has_no_words() -> None:
    nothing = _one("ended", is_comparable=True).clear()
    assert (unit_changes.sentences(nothing), unit_changes.marks(nothing)) == ("", [])
    assert unit_changes.sentences(pl.DataFrame()) == ""  # of a build that knows of no changes
