"""Measures in words, as queries/measures.toml declares them: what they are called, their units, their values."""

from collections.abc import Mapping
from typing import Any

from dashboard.words import text
from dashboard.words.text import _
from queries.measures import measures


def name(code: str) -> str:
    """Return what a measure is called."""
    return text.named(*measures()[code].name)


def label(code: str) -> str:
    """Return what a measure is called where room is short."""
    return text.named(*measures()[code].label)


def unit(code: str) -> str:
    """Return the unit of a measure."""
    return text.named(*measures()[code].unit)


def unit_over_time(code: str) -> str:
    """Return the unit of the values of a measure's series, as it stands at a chart."""
    series = measures()[code].series
    return text.named(*series.unit) if series else unit(code)


def written(code: str, value: float | None, digits: int | None = None) -> str:
    """Return a value of a measure as it is read: whole counts, scores with their decimals, shares in %."""
    entry = measures()[code]
    digits = entry.digits if digits is None else digits
    return text.pct(value, digits) if entry.format == "pct" else text.number(value, digits)


def open_range(row: Mapping[str, Any]) -> str:
    """Return in which range a mean may still be: 'kisaran 83,2–98,3 bila yang belum melapor 0 atau 100'; empty where all reported."""
    least, most = row["least_pct"], row["most_pct"]
    if least is None or most is None or text.number(least, 1) == text.number(most, 1):
        return ""
    return _(
        "kisaran {least}–{most} bila yang belum melapor 0 atau 100",
        least=text.number(least, 1),
        most=text.number(most, 1),
    )


def reasons() -> dict[str, str]:
    """Return code -> why there is no attainment."""
    return {
        "not_registered": _("belum ada di daftar indikator"),
        "no_polarity": _("arah indikator belum ditetapkan"),
        "no_rule": _("aturan capaian belum ditetapkan"),
        "no_target": _("belum ada target"),
        "not_reported": _("belum melapor"),
        "looks_cumulative": _("angka tampak sejak Januari; tulis di register: per periode atau sejak Januari"),
        "not_additive": _("angka unit tidak dapat digabung tanpa pembilang dan penyebut"),
        "unknown_predicate": _("predikat tidak dikenal"),
        "target_not_numeric": _("target bukan angka"),
        "not_numeric": _("realisasi bukan angka"),
        "denominator_zero": _("penyebut nol: tidak ada yang dihitung"),
        "bound_unsaid": _("target satu angka tidak menyebut batas bawah atau atas rentangnya"),
        "target_zero": _("target nol"),
        "realisation_zero": _("realisasi nol"),
    }
