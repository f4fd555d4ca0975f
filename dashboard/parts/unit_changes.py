"""What became of a unit: sentences beside its series, and marks on the chart, from the rows of visits/changes."""

from datetime import date

import polars as pl

from dashboard.words import text
from dashboard.words.text import _
from queries.months import moved_by


def sentences(changes: pl.DataFrame, *, is_summed: bool = True) -> str:
    """Return what happened to the unit, and what that makes of its series; empty where nothing did.

    `is_summed`: before a comparable merger the series is the sum of the units that it was made of; else it is of this unit alone.
    """
    return " ".join(
        _sentence(row["kind"], row["is_comparable"], row["month"], row["names"], is_summed=is_summed)
        for row in changes.to_dicts()
    )


def marks(changes: pl.DataFrame) -> list[tuple[date, str]]:
    """Return (month, a few words) of each change."""
    words = {
        "merged": _("bergabung: {names}"),
        "split": _("dipecah dari {names}"),
        "renamed": _("semula {names}"),
        "gave": _("sebagian ke {names}"),
        "ended": _("menjadi {names}"),
    }
    return [(row["month"], words[row["kind"]].format(names=row["names"])) for row in changes.to_dicts()]


def _sentence(kind: str, is_comparable: bool, month: date, names: str, *, is_summed: bool) -> str:
    when = text.month(month)
    last = text.month(moved_by(month, -1))
    if kind == "ended":
        return _("Unit ini berakhir {last}; sejak itu: {names}.", last=last, names=names)
    if kind == "renamed" and is_comparable:
        return _("Sampai {last} unit ini bernama {names}.", last=last, names=names)
    if kind == "merged" and is_comparable and not is_summed:
        return _(
            "Unit ini sejak {month} mencakup {names}; angka sebelumnya adalah angka unit ini sendiri.",
            month=when,
            names=names,
        )
    if kind == "merged" and is_comparable:
        return _(
            "Unit ini sejak {month} mencakup {names}; angka sebelumnya dijumlahkan dengan angka unit itu.",
            month=when,
            names=names,
        )
    happened = {
        "merged": _("Unit ini sejak {month} mencakup {names}.", month=when, names=names),
        "split": _("Unit ini sejak {month} dipecah dari {names}.", month=when, names=names),
        "renamed": _("Sampai {last} unit ini bernama {names}.", last=last, names=names),
        "gave": _("Sebagian unit ini sejak {month} menjadi {names}.", month=when, names=names),
    }[kind]
    return " ".join(
        (happened, _("Angka sebelumnya tidak dapat dibandingkan: deret dan pembandingnya mulai {month}.", month=when))
    )
