"""Units in order of their attainment with the interval of it: which of them can be told apart, said in words."""

from collections.abc import Callable

import polars as pl

from dashboard.parts import funnel
from dashboard.parts.row_words import Row
from dashboard.words import text
from dashboard.words.text import _, n_


def interval(row: Row) -> str:
    """Return 'antara 91,9 dan 93,8', a dash where no variation is known."""
    return funnel.between(row["lower_pct"], row["upper_pct"])


def is_alike(one: Row, other: Row) -> bool:
    """Return whether ordinary variation may have put two units in this order: their intervals overlap, or one has none."""
    ends = (one["lower_pct"], one["upper_pct"], other["lower_pct"], other["upper_pct"])
    if None in ends:
        return True
    return ends[0] <= ends[3] and ends[2] <= ends[1]


def title(units: pl.DataFrame, percent: Callable[[float], str]) -> str:
    """Return who is first and who is last as far as they can be told from the others; `units` best first, empty text for one.

    Columns: short_name, attainment_pct, lower_pct, upper_pct; units without an attainment are left out.
    """
    known = units.drop_nulls("attainment_pct").rows(named=True)
    if len(known) < 2:
        return ""
    first, last = known[0], known[-1]
    if is_alike(first, last):
        return _("Capaian {n} unit tidak dapat dibedakan", n=text.number(len(known)))
    above = sum(is_alike(first, row) for row in known[1:])
    below = sum(is_alike(last, row) for row in known[:-1])
    best, worst = ({"name": row["short_name"], "pct": percent(row["attainment_pct"])} for row in (first, last))
    top = (
        n_("{name} dan {n} unit lain teratas", "{name} dan {n} unit lain teratas", above, name=best["name"])
        if above
        else _("{name} tertinggi ({pct})", **best)
    )
    bottom = (
        n_("{name} dan {n} unit lain terbawah", "{name} dan {n} unit lain terbawah", below, name=worst["name"])
        if below
        else _("{name} terendah ({pct})", **worst)
    )
    return text.joined([top, bottom], ", ")


def place(units: pl.DataFrame, row: Row) -> str:
    """Return the place of one unit, and how many it can't be told from; `row` is its row in `units`."""
    known = units.drop_nulls("attainment_pct")
    sentence = _(
        "{name}: urutan {rank} dari {n}",
        name=row["short_name"],
        rank=text.number(row["rank"]),
        n=text.number(known.height),
    )
    alike = sum(is_alike(row, other) for other in known.rows(named=True) if other["unit_id"] != row["unit_id"])
    if not alike:
        return sentence
    also = n_("{n} unit lain tidak dapat dibedakan darinya", "{n} unit lain tidak dapat dibedakan darinya", alike)
    return text.joined([sentence, also], "; ")


def note(units: pl.DataFrame) -> str:
    """Return what the whiskers mean, and from how many indicators they are where that is not all."""
    if not units["lower_pct"].count():
        return _("Belum ada kisaran: riwayat indikatornya terlalu pendek, jadi urutan ini belum membedakan unit.")
    sentence = _(
        "Garis di ujung batang: kisaran 95 %, sejauh capaian dapat naik turun tanpa ada yang berubah. "
        "Unit yang kisarannya bertumpang tindih tidak dapat dibedakan; urutannya tidak berarti."
    )
    varied, rated = (int(units[column].sum()) for column in ("varied_indicators", "rated_indicators"))
    if varied == rated:
        return sentence
    part = _(
        "Variasi biasa diketahui untuk {varied} dari {rated} indikator.",
        varied=text.number(varied),
        rated=text.number(rated),
    )
    return f"{sentence} {part}"


def definition() -> tuple[str, str]:
    """Return how the interval is worked out, for the foot of a page."""
    return (
        _("Kisaran capaian unit"),
        _(
            "Variasi satu periode adalah sepertiga jarak dari rata-rata ke batas wajar deret indikator itu; capaian yang "
            "menjumlahkan k periode bervariasi sebesar itu dibagi akar k. Untuk bagian dari terlalu sedikit orang dipakai "
            "peluang binomial (Wilson). Kisaran rata-rata tertimbang: ± 1,96 × √Σ(bobot × variasi)² ÷ Σ bobot; yang "
            "melampaui batas atas aturannya tidak dihitung. Yang variasinya belum diketahui dianggap bervariasi seperti yang "
            "lain."
        ),
    )
