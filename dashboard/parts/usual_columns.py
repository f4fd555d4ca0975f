"""Columns that stand in tables of many pages: an attainment, visits, a series between its limits, where in a file a row stands."""

from dashboard.snapshot import Column, Follows, Format
from dashboard.words.text import _


def attainment(digits: int = 0) -> Column:
    """Return the attainment; value and target since January, that it follows from, may be shown as words or not at all."""
    of, labels = ("value_ytd", "target_ytd"), (_("Realisasi (angka)"), _("Target (angka)"))
    return Column("attainment_pct", _("Capaian"), "pct", digits, follows=Follows("attainment", of, labels))


def visits() -> tuple[Column, ...]:
    """Return the patients of a row of a report: new, returning, and all."""
    return (
        Column("new_count", _("Baru"), "int", is_additive=True),
        Column("returning_count", _("Lama"), "int", is_additive=True),
        Column("patients", _("Jumlah kunjungan"), "int", is_additive=True),
    )


def judged() -> tuple[Column, ...]:
    """Return the limits of what is usual in a series, and what happened beyond them."""
    return Column("usual", _("Batas wajar"), role="derived"), Column("happened", _("Sinyal"), role="finding")


def origin(link: str | None = None, row: Format = "text") -> tuple[Column, ...]:
    """Return file, sheet and row; `link` names the column with the URL of the file, `row` says how its number is shown."""
    return (
        Column("file", _("Berkas"), link=link, role="origin"),
        Column("sheet", _("Lembar"), role="origin"),
        Column("row", _("Baris"), row, role="origin"),
    )
