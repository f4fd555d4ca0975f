"""The sentences of the Ringkasan: what happened, since when, how sure, and where to read on."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard import text
from dashboard.filters import Filters
from dashboard.text import _

Row = Mapping[str, Any]
PAGES = {
    "visits": "visits",
    "reports": "quality",
    "sample": "satisfaction",
    "satisfaction": "satisfaction",
    "indicator": "attainment",
    "finding": "quality",
}


def what(row: Row) -> str:
    """Return what happened, as part of a sentence."""
    words = _SENTENCES.get(row["kind"])
    return words(row) if words else text.named(row["message"], row["message_en"]).rstrip(".")


def _visits(row: Row) -> str:
    amount = text.pct(abs(row["value"]))
    words = _("kunjungan tiga bulan terakhir turun {amount} dibanding tahun lalu", amount=amount)
    if row["count"] < 2:
        return words
    return words + ", " + _("{n} bulan berturut-turut turun", n=text.number(row["count"]))


def _reports(row: Row) -> str:
    name = text.named(row["message"], row["message_en"])
    return _("{n} laporan belum masuk: {name}", n=text.number(row["count"]), name=name)


def _sample(row: Row) -> str:
    found, needed = text.number(row["value"]), text.number(row["reference"])
    return _("sampel survei kurang: {found} dari {needed} responden", found=found, needed=needed)


def _satisfaction(row: Row) -> str:
    amount, index = text.number(abs(row["value"]), 2), text.number(row["reference"], 2)
    return _("kepuasan turun {amount} poin menjadi {index}", amount=amount, index=index)


def _indicator(row: Row) -> str:
    name = text.named(row["message"], row["message_en"])
    return _("capaian {name} hanya {value}", name=name, value=text.pct(row["value"]))


_SENTENCES: dict[str, Callable[[Row], str]] = {
    "visits": _visits,
    "reports": _reports,
    "sample": _sample,
    "satisfaction": _satisfaction,
    "indicator": _indicator,
}


def better(row: Row) -> str:
    """Return what improved, as part of a sentence."""
    if row["kind"] == "visits":
        return _("kunjungan tiga bulan terakhir naik {amount} dibanding tahun lalu", amount=text.pct(row["value"]))
    return _("kepuasan naik {amount} poin, di luar kebetulan", amount=text.number(row["value"], 2))


def since(row: Row) -> str:
    """Return since when: a quarter for what is reported by quarter, else a month."""
    quarterly = row["kind"] in {"sample", "satisfaction", "indicator"}
    return text.quarter(row["since"]) if quarterly else text.month(row["since"])


def sure(row: Row) -> str:
    """Return how sure it is, in words."""
    words = {
        "visits": _("melewati ambang perubahan wajar"),
        "satisfaction": _("di luar kebetulan (95 %)"),
        "sample": _("hasil survei belum mewakili"),
        "reports": _("pasti: lewat tenggat"),
        "indicator": _("dari angka yang dilaporkan"),
    }
    return words.get(row["kind"]) or _("perlu diperiksa pada laporannya")


def link(row: Row, chosen: Filters) -> str:
    """Return the page of the matter, filtered to its unit (and indicator)."""
    changes = {"unit": row["unit_id"]}
    if row["kind"] == "indicator":
        changes["indicator"] = row["indicator_id"]
    return chosen.link(PAGES[row["kind"]], **changes)


def rated(known: int, due: int) -> str:
    """Return how complete attainments are."""
    return _("{known} dari {due} indikator unit sudah dapat dinilai", known=text.number(known), due=text.number(due))
