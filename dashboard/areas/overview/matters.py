"""What needs a decision, in words: a short line, the whole sentence, since when, how sure, the cause given, and where to decide."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from dashboard import registry
from dashboard.access import Viewer
from dashboard.areas.attainment.words import amount
from dashboard.decisions import marks
from dashboard.filters import Filters
from dashboard.parts import signal_words, signals
from dashboard.parts.row_words import Row
from dashboard.snapshot import Column, TableBlock
from dashboard.tracing import links as trace_links
from dashboard.words import text
from dashboard.words.text import _, n_

NAME_WORDS = 5  # of an indicator's name within a line
PAGES = {
    "forecast": registry.ATTAINMENT,
    "indicator": registry.ATTAINMENT,
    "grade": registry.SATISFACTION,
    "sample": registry.SATISFACTION,
    "late": registry.QUALITY,
    "reports": registry.QUALITY,
    "finding": registry.QUALITY,
}
# The figure that a decision on a matter is made on; a signal's is its measure's.
FIGURES = {
    "forecast": "attainment",
    "indicator": "attainment",
    "grade": "satisfaction",
    "sample": "satisfaction",
    "late": "reporting",
    "reports": "reporting",
}


@dataclass(frozen=True)
class Matter:
    """One matter in words; `link` is the page of its figure, `decide` the form for a decision on it (None: it has no figure)."""

    unit: str
    line: str
    what: str
    since: str
    sure: str
    cause: str | None
    link: str
    trace: str | None


def of(rows: pl.DataFrame, newest: pl.DataFrame, chosen: Filters) -> list[Matter]:
    """Return the matters of overview/attention in words; `newest` holds the newest point of each series."""
    series = {(row["measure"], row["unit_id"], row["item_id"]): row for row in newest.iter_rows(named=True)}
    return [
        matter(row, series.get((row["measure"], row["unit_id"], row["item_id"])), chosen)
        for row in rows.iter_rows(named=True)
    ]


def in_all(rows: pl.DataFrame) -> int:
    """Return how many matters there are, those that are not shown among them."""
    return rows["in_all"][0] if rows.height else 0


def matter(row: Row, point: Row | None, chosen: Filters) -> Matter:
    """Return a matter in words; `point` is the newest point of the series of a signal."""
    return Matter(
        unit=row["unit_name"],
        line=_signal_line(point) if point else _LINES[row["matter"]](row),
        what=signal_words.finding(point) if point else _SENTENCES[row["matter"]](row),
        since=text.span(row["since"], row["period_months"] or 1),
        sure=certainty(row),
        cause=row["cause"] or (_("belum dijelaskan") if row["matter"] in {"forecast", "indicator"} else None),
        link=signals.link(point, chosen) if point else link(row, chosen),
        trace=_trace(row, chosen),
    )


def block(found: Iterable[Matter], chosen: Filters, viewer: Viewer) -> TableBlock:
    """Return the matters, what weighs most first, each with the decisions on its figure or the way to record one."""
    rows = [
        {
            "unit": one.unit, "what": one.what, "since": one.since, "sure": one.sure, "cause": one.cause, "link": one.link,
            "decided": marks.still_open(one.trace, viewer), "decide": marks.form(one.trace, viewer),
        }
        for one in found
    ]  # fmt: skip
    names = ("unit", "what", "since", "sure", "cause", "link", "decided", "decide")
    return TableBlock(
        id="perhatian",
        title=_("Yang perlu diputuskan"),
        table=pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String)),
        columns=(
            Column("what", _("Apa"), link="link", role="name"),
            Column("unit", _("Unit"), role="name"),
            Column("since", _("Sejak")),
            Column("sure", _("Kepastian")),
            Column("cause", _("Penyebab menurut instansi")),
            Column("decided", _("Keputusan"), link="decide", asks=_("Catat keputusan")),
        ),
        note=_("Yang terberat dahulu: bobot × selisih × kepastian."),
        empty=_("Tidak ada yang perlu diputuskan pada pilihan ini."),
    )


def certainty(row: Row) -> str:
    """Return how sure it is, in words."""
    if row["matter"] in {"late", "reports", "sample", "indicator"}:
        return _("pasti")
    return {"sure": _("hampir pasti"), "strong": _("kuat")}.get(row["sure"]) or _("lemah")


def brief_name(name: str | None, words: int = NAME_WORDS) -> str:
    """Return an indicator's name in so many words: without the one that only says how it is counted, shortened in the middle.

    What tells names apart mostly stands at their end: 'orang pada usia produktif', 'orang pada usia lanjut'.
    """
    every = (name or text.MISSING).split()
    if len(every) > words and every[0].lower() in {"persentase", "percentage"}:
        every = every[1:]
        every[0] = every[0][:1].upper() + every[0][1:]
    if len(every) <= words:
        return " ".join(every)
    first = words // 2
    return " ".join([*every[:first], "…", *every[first - words :]])


# --- the short lines: at most twelve words and two figures ---


def _target_line(row: Row) -> str:
    name = brief_name(text.named(row["message"], row["message_en"]))
    outlook = _outlook(row)
    if row["value"] is None or row["value"] >= 100:  # not reported; or reached so far, which is not what matters
        return _("{name}: {outlook}", name=name, outlook=outlook)
    return _("{name} {pct} dari target, {outlook}", name=name, pct=text.pct(row["value"], 0), outlook=outlook)


def _outlook(row: Row) -> str:
    if row["chance"] == "missed":
        return _("tidak tercapai")
    if row["chance"] == "out_of_reach":
        return _("tidak terkejar tahun ini")
    return _("hampir pasti meleset") if row["sure"] == "sure" else _("kemungkinan besar meleset")


def _indicator_line(row: Row) -> str:
    name = brief_name(text.named(row["message"], row["message_en"]))
    return _("{unit}: {name} {pct} dari target", unit=row["short_name"], name=name, pct=text.pct(row["value"], 0))


def _grade_line(row: Row) -> str:
    return _(
        "{unit}: mutu pelayanan {grade} selama {periods}",
        unit=row["short_name"],
        grade=row["grade"],
        periods=signal_words.length(row["count"], row["period_months"]),
    )


def _late_line(row: Row) -> str:
    return _(
        "{unit}: {late} dari {all} laporan terlambat setahun ini",
        unit=row["short_name"],
        late=text.number(row["count"]),
        all=text.number(row["total"]),
    )


def _reports_line(row: Row) -> str:
    return _("{unit}: {what}", unit=row["short_name"], what=_reports(row))


def _sample_line(row: Row) -> str:
    found, needed = text.number(row["value"]), text.number(row["reference"])
    return _("{unit}: hanya {found} dari {needed} responden survei", unit=row["short_name"], found=found, needed=needed)


def _finding_line(row: Row) -> str:
    return _("{unit}: {what}", unit=row["short_name"], what=brief_name(_finding(row), 8))


def _signal_line(point: Row) -> str:
    return _(
        "{subject} {gap} sejak {since}",
        subject=signal_words.subject(point),
        gap=signal_words.brief_gap(point),
        since=text.span(point["since"], point["period_months"]),
    )


_LINES: Mapping[str, Callable[[Row], str]] = {
    "forecast": _target_line,
    "indicator": _indicator_line,
    "grade": _grade_line,
    "late": _late_line,
    "reports": _reports_line,
    "sample": _sample_line,
    "finding": _finding_line,
}


# --- the sentences ---


def _target(row: Row) -> str:
    name = text.named(row["message"], row["message_en"])
    amounts = {name: amount(row[name], row["unit_of_measure"]) for name in ("forecast", "reference")}
    if row["chance"] == "missed":
        ends = _("hasil tahun {forecast}, target {reference}", **amounts)
    else:
        ends = _("perkiraan akhir tahun {forecast}, target {reference}", **amounts)
    if row["value"] is None or row["value"] >= 100:
        return _("{name}: {ends}", name=name, ends=ends)
    return _("{name} {pct} dari target; {ends}", name=name, pct=text.pct(row["value"], 0), ends=ends)


def _indicator(row: Row) -> str:
    name = text.named(row["message"], row["message_en"])
    return _("Capaian {name} hanya {value} dari target", name=name, value=text.pct(row["value"], 0))


def _grade(row: Row) -> str:
    return _(
        "Mutu pelayanan {grade} (IKM {index}), sudah {periods}",
        grade=row["grade"],
        index=text.number(row["value"], 2),
        periods=signal_words.length(row["count"], row["period_months"]),
    )


def _late(row: Row) -> str:
    return _(
        "{late} dari {all} laporan dalam dua belas bulan terlambat",
        late=text.number(row["count"]),
        all=text.number(row["total"]),
    )


def _reports(row: Row) -> str:
    name = text.named(row["message"], row["message_en"])
    return n_("{n} laporan belum masuk: {name}", "{n} laporan belum masuk: {name}", row["count"], name=name)


def _sample(row: Row) -> str:
    found, needed = text.number(row["value"]), text.number(row["reference"])
    return _("Sampel survei kurang: {found} dari {needed} responden", found=found, needed=needed)


def _finding(row: Row) -> str:
    return text.named(row["message"], row["message_en"]).rstrip(".")


_SENTENCES: Mapping[str, Callable[[Row], str]] = {
    "forecast": _target,
    "indicator": _indicator,
    "grade": _grade,
    "late": _late,
    "reports": _reports,
    "sample": _sample,
    "finding": _finding,
}


# --- where it leads ---


def link(row: Row, chosen: Filters) -> str:
    """Return the page of the matter, filtered to its unit (and indicator)."""
    return _at(row, chosen).link(PAGES[row["matter"]], indicator=_item(row))


def _item(row: Row) -> str | None:
    return row["item_id"] if row["matter"] in {"indicator", "forecast"} or row["measure"] == "attainment" else None


def _at(row: Row, chosen: Filters) -> Filters:
    """Return what was chosen, narrowed to the unit of the matter."""
    if row["unit_kind"] == "district":
        return replace(chosen, agency=None, unit=None, area=None)
    if row["unit_kind"] == "agency":
        return replace(chosen, agency=row["unit_id"], unit=None, area=None)
    return replace(chosen, unit=row["unit_id"], area=None)


def _trace(row: Row, chosen: Filters) -> str | None:
    """Return the link to the origin of the figure that a decision on the matter is made on; None where it has none."""
    kind = FIGURES.get(row["matter"], row["measure"])
    if kind is None:
        return None
    service = row["item_id"] if row["measure"] == "visits" and row["item_id"] != "all" else None
    return trace_links.link(_at(row, chosen), kind, registry.OVERVIEW, indicator=_item(row), service=service)
