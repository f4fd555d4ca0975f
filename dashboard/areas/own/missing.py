"""What is missing in a person's record, and how it is mended: each line says what, of when, and who does what."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import polars as pl

from dashboard.areas.accountability.person import Record
from dashboard.areas.accountability.words import missing_reasons, states
from dashboard.snapshot import Column, Shown, TableBlock
from dashboard.words import text
from dashboard.words.text import _


class Lack(NamedTuple):
    """One thing that is missing in a period, newest first when sorted backwards."""

    period: date
    months: int
    what: str
    why: str
    mend: str


def missing_block(record: Record) -> TableBlock:
    """Return what is missing of the last twelve months in the record, the newest first."""
    found = sorted(lacks(record), key=lambda one: (one.period, one.months), reverse=True)
    rows = [
        {"span": text.span(one.period, one.months), "what": one.what, "why": one.why, "mend": one.mend} for one in found
    ]
    return TableBlock(
        "missing",
        _("Yang belum ada, dan cara memperbaikinya"),
        pl.DataFrame(rows, schema=dict.fromkeys(("span", "what", "why", "mend"), pl.String)),
        (
            Column("span", _("Periode"), role="period"),
            Column("what", _("Apa"), role="name"),
            Column("why", _("Keadaan")),
            Column("mend", _("Cara memperbaiki")),
        ),
        empty=_("Tidak ada yang belum dilaporkan dalam dua belas bulan terakhir."),
        shows=Shown("accountability"),
    )


def lacks(record: Record) -> Iterator[Lack]:
    """Yield what is missing in the last twelve months that the record speaks of."""
    periods = [*record.history["period"], *record.indicators["period"]]
    if not periods:
        return
    newest = max(periods)
    first = date(newest.year - 1, newest.month, 1)
    reasons, names = missing_reasons(), states()
    for row in record.history.filter(pl.col("period") > first).iter_rows(named=True):
        if row["missing_reason"] in _of_evaluations():
            mend = _of_evaluations()[row["missing_reason"]]
            yield Lack(row["period"], row["period_months"], _("Penilaian"), reasons[row["missing_reason"]], mend)
    for row in record.indicators.filter(pl.col("period") > first).iter_rows(named=True):
        when = (row["period"], row["period_months"], row["indicator"])
        if row["state"] in _of_indicators():
            yield Lack(*when, names[row["state"]], _of_indicators()[row["state"]])
        elif row["has_evidence_column"] and not row["is_evidence_verified"]:  # a blank cell there verifies nothing
            yield Lack(
                *when,
                _("Bukti belum diverifikasi"),
                _("Serahkan buktinya kepada penilai, lalu minta kolom bukti diisi."),
            )


def _of_evaluations() -> dict[str, str]:
    return {
        "no_evaluation": _("Minta atasan mengirim lembar penilaian periode ini."),
        "no_ratings": _("Minta atasan mengisi hasil kerja dan perilaku kerja."),
        "no_result": _("Minta atasan mengisi hasil kerja."),
        "no_behaviour": _("Minta atasan mengisi perilaku kerja."),
    }


def _of_indicators() -> dict[str, str]:
    return {
        "not_reported": _("Isi realisasi indikator ini pada formulir indikator individu, lalu kirim lagi lewat unit."),
        "no_target": _("Sepakati targetnya dengan atasan, lalu isi kolom target."),
        "zero_target": _("Periksa target nol bersama atasan: isi target yang benar."),
    }
