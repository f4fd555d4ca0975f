"""The verdict of the Ringkasan: one sentence on the year's targets, then the first of what needs a decision."""

from collections.abc import Sequence

from dashboard import registry
from dashboard.areas.overview import matters
from dashboard.filters import Filters
from dashboard.parts.row_words import Row
from dashboard.snapshot import Headline, Signal
from dashboard.words import text
from dashboard.words.text import _, n_

LINES = 3  # under the verdict


def headlines(
    verdict: Row, in_all: int, found: Sequence[matters.Matter], chosen: Filters, link: str | None = None
) -> tuple[Headline, ...]:
    """Return the verdict, which leads to the score card or to `link`, and at most three lines, each a link to its figure.

    `in_all` is how many matters there are, those that are not shown among them.
    """
    signal: Signal = "bad" if verdict["state"] in {"unsafe", "watch"} or in_all else "ordinary"
    first = Headline(sentence(verdict, in_all), link or chosen.link(registry.SCORE_CARD), signal, is_verdict=True)
    return (first, *(Headline(one.line, one.link, "bad") for one in found[:LINES]))


def sentence(row: Row, matters_found: int) -> str:
    """Return 'Belum aman: 26 dari 44 target 2026 kecil kemungkinannya tercapai; terberat Prevalensi stunting, 59,0 % dari target.'"""
    if row["state"] == "open":
        return _open(matters_found) if row["targets"] else _without_targets(matters_found)
    year = text.year(row["year"])
    targets = text.number(row["targets"])
    if row["state"] == "over":
        missed = text.number(row["unlikely"])
        said = _("{missed} dari {targets} target {year} tidak tercapai", missed=missed, targets=targets, year=year)
        return _heaviest(said, row) if row["unlikely"] else _("{said}.", said=said)
    if not row["unlikely"]:
        if matters_found:
            return n_(
                "Target {year} masih berpeluang tercapai, tetapi {n} hal perlu diputuskan.",
                "Target {year} masih berpeluang tercapai, tetapi {n} hal perlu diputuskan.",
                matters_found,
                year=year,
            )
        if row["foreseen"] < row["targets"]:
            return _(
                "Sejauh dapat diramalkan aman: {foreseen} dari {targets} target {year} masih berpeluang tercapai.",
                foreseen=text.number(row["foreseen"]),
                targets=targets,
                year=year,
            )
        return _("Aman sejauh ini: {targets} target {year} masih berpeluang tercapai.", targets=targets, year=year)
    states = {"unsafe": _("Belum aman"), "watch": _("Perlu perhatian"), "safe": _("Cukup aman")}
    said = _(
        "{state}: {unlikely} dari {targets} target {year} kecil kemungkinannya tercapai",
        state=states[row["state"]],
        unlikely=text.number(row["unlikely"]),
        targets=targets,
        year=year,
    )
    return _heaviest(said, row)


def _heaviest(said: str, row: Row) -> str:
    name = matters.brief_name(row["heaviest_name"])
    if row["heaviest_pct"] is None:
        return _("{said}; terberat {name}.", said=said, name=name)
    return _("{said}; terberat {name}, {pct} dari target.", said=said, name=name, pct=text.pct(row["heaviest_pct"], 0))


def _without_targets(matters_found: int) -> str:
    if matters_found:
        return n_(
            "Belum ada target indikator; {n} hal perlu diputuskan.",
            "Belum ada target indikator; {n} hal perlu diputuskan.",
            matters_found,
        )
    return _("Belum dapat disimpulkan: belum ada target indikator.")


def _open(matters_found: int) -> str:
    if matters_found:
        return n_(
            "Target tahun ini belum dapat diramalkan; {n} hal perlu diputuskan.",
            "Target tahun ini belum dapat diramalkan; {n} hal perlu diputuskan.",
            matters_found,
        )
    return _("Belum dapat disimpulkan: target tahun ini belum dapat diramalkan.")
