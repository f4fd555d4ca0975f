"""The rows of the reports behind the visits of a unit."""

import polars as pl

from dashboard.parts import usual_columns
from dashboard.parts.row_words import with_text
from dashboard.snapshot import Column, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _


def origin(rows: pl.DataFrame) -> TableBlock:
    """Return the rows of the reports behind the figures of the chosen unit."""
    frame = with_text(
        rows,
        service_label=lambda row: text.named(row["service"], row["service_en"]),
        payer_label=lambda row: text.named(row["payer"], row["payer_en"]),
    )
    columns = (
        Column("month", _("Bulan"), "month", role="period"),
        Column("service_label", _("Layanan"), role="name"),
        Column("payer_label", _("Pembayar"), role="name"),
        *usual_columns.visits(),
        *usual_columns.origin(),
    )
    empty = _("Belum ada baris laporan untuk unit dan periode ini. Periksa halaman Mutu data.")
    title = _("Baris laporan di balik angka ini")
    note = _("Jumlah kecil digabung dan dibulatkan; baru dan lama tidak ikut bila salah satunya kecil.")
    rounded = note if frame["is_merged"].any() else None
    return TableBlock("baris", title, frame, columns, rounded, empty, keys=keys("unit_id", as_of="as_of"))
