"""The sentences of the Ringkasan: what happened, since when, how sure, and where to read on."""

from collections.abc import Callable, Iterable

from dashboard import registry
from dashboard.areas.attainment.words import amount
from dashboard.filters import Filters
from dashboard.parts import signal_words, signals
from dashboard.parts.row_words import Row
from dashboard.snapshot import Headline, Tile
from dashboard.words import text
from dashboard.words.text import _, n_

NEARLY_NONE = 0.01  # a probability that rounds to nothing is said to be less than this
PAGES = {
    "forecast": registry.ATTAINMENT,
    "indicator": registry.ATTAINMENT,
    "reports": registry.QUALITY,
    "sample": registry.SATISFACTION,
    "finding": registry.QUALITY,
}


def matter(row: Row, newest: Row | None, chosen: Filters) -> dict[str, str]:
    """Return the cells of a matter: unit, what, since when, how sure, link; `newest` is the point of the series of a signal."""
    if newest is not None:
        cells = {
            "what": signal_words.finding(newest),
            "since": text.span(newest["since"], newest["period_months"]),
            "sure": "; ".join(
                part for part in (signal_words.surprise(newest["p_value"]), signal_words.caution(newest)) if part
            ),
            "link": signals.link(newest, chosen),
        }
    else:
        cells = {"what": what(row), "since": since(row), "sure": sure(row), "link": link(row, chosen)}
    return {"unit": row["unit_name"]} | cells


def what(row: Row) -> str:
    """Return what is so, with its figure and what it is compared with."""
    sentence = _SENTENCES.get(row["kind"])
    return sentence(row) if sentence else text.named(row["message"], row["message_en"]).rstrip(".")


def _reports(row: Row) -> str:
    name = text.named(row["message"], row["message_en"])
    return n_("{n} laporan belum masuk: {name}", "{n} laporan belum masuk: {name}", row["count"], name=name)


def _sample(row: Row) -> str:
    found, needed = text.number(row["value"]), text.number(row["reference"])
    return _("Sampel survei kurang: {found} dari {needed} responden", found=found, needed=needed)


def _indicator(row: Row) -> str:
    name = text.named(row["message"], row["message_en"])
    return _("Capaian {name} hanya {value} dari target", name=name, value=text.pct(row["value"]))


def _forecast(row: Row) -> str:
    return _(
        "{name}: ramalan akhir tahun {forecast}, target {target}",
        name=text.named(row["message"], row["message_en"]),
        forecast=amount(row["value"], row["unit_of_measure"]),
        target=amount(row["reference"], row["unit_of_measure"]),
    )


_SENTENCES: dict[str, Callable[[Row], str]] = {
    "forecast": _forecast,
    "indicator": _indicator,
    "reports": _reports,
    "sample": _sample,
}


def since(row: Row) -> str:
    """Return since when, or as of which report: a quarter for what is reported by quarter, else a month."""
    return text.span(row["since"], row["period_months"] or 1)


def sure(row: Row) -> str:
    """Return how sure it is, in words."""
    if row["kind"] == "forecast":
        if row["probability"] < NEARLY_NONE:
            return _("peluang tercapai kurang dari 1 %")
        return _("peluang tercapai {chance}", chance=text.pct(100 * row["probability"], 0))
    grounds = {
        "sample": _("hasil survei belum mewakili"),
        "reports": _("pasti: lewat tenggat"),
        "indicator": _("dari angka yang dilaporkan"),
    }
    return grounds.get(row["kind"]) or _("perlu diperiksa pada laporannya")


def link(row: Row, chosen: Filters) -> str:
    """Return the page of the matter, filtered to its unit (and indicator)."""
    changes = {"unit": row["unit_id"]}
    if row["kind"] in {"indicator", "forecast"}:
        changes["indicator"] = row["item_id"]
    return chosen.link(PAGES[row["kind"]], **changes)


def levels(tiles: Iterable[Tile]) -> tuple[Headline, ...]:
    """Return a sentence for each figure that is known: its level, its period, and how it compares with last year."""
    return tuple(Headline(_level(tile), tile.link, "none") for tile in tiles if tile.value is not None)


def _level(tile: Tile) -> str:
    known = {"label": tile.label, "value": tile.value, "period": tile.period}
    if not tile.change:
        return _("{label}: {value} ({period}); belum dapat dibandingkan dengan tahun lalu.", **known)
    return _("{label}: {value} ({period}), {change}.", change=tile.change, **known)


def rated(known: int, due: int) -> str:
    """Return how complete attainments are."""
    return _("{known} dari {due} indikator unit sudah dapat dinilai", known=text.number(known), due=text.number(due))
