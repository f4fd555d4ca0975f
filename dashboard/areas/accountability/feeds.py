"""Which indicators of the unit a person's own ones feed."""

import polars as pl

from dashboard.parts.row_words import with_text
from dashboard.snapshot import Column, Shown, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_


def block(feeds: pl.DataFrame) -> tuple[TableBlock, ...]:
    """Return a person's indicators beside those of the unit that they feed; nothing where none is known to."""
    if feeds.is_empty():
        return ()
    table = with_text(
        feeds,
        span=lambda row: text.span(row["period"], row["period_months"]),
        until=lambda row: text.month(row["last_month"]),
    )
    return (
        TableBlock(
            "feeds",
            n_(
                "{n} indikator unit yang disumbang",
                "{n} indikator unit yang disumbang",
                feeds.select("indicator_id").n_unique(),
            ),
            table,
            (
                Column("indicator", _("Indikator individu"), role="name"),
                Column("span", _("Periode"), role="period"),
                Column("attainment_pct", _("Capaian sendiri"), "pct", 1),
                Column("indicator_name", _("Indikator unit"), role="name"),
                Column("unit_short_name", _("Unit"), role="name"),
                Column("unit_attainment_pct", _("Capaian unit"), "pct", 1),
                Column("until", _("sampai"), role="period"),
            ),
            note=_("Penyelarasan indikator individu dengan indikator unit: tabel rujukan cascade."),
            shows=Shown("accountability"),
            keys=keys("indicator_id", "unit_id", last_month="period"),
        ),
    )
