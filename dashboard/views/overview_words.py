"""The sentences of the Ringkasan: what happened, since when, how sure, and where to read on."""

from collections.abc import Mapping
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
    match row["kind"]:
        case "visits":
            amount = text.pct(abs(row["value"]))
            if row["count"] >= 2:
                words = _(
                    "kunjungan tiga bulan terakhir turun {amount} dibanding tahun lalu, {n} bulan berturut-turut turun"
                )
                return words.format(amount=amount, n=text.number(row["count"]))
            return _("kunjungan tiga bulan terakhir turun {amount} dibanding tahun lalu", amount=amount)
        case "reports":
            name = text.named(row["message"], row["message_en"])
            return _("{n} laporan belum masuk: {name}", n=text.number(row["count"]), name=name)
        case "sample":
            found, needed = text.number(row["value"]), text.number(row["reference"])
            return _("sampel survei kurang: {found} dari {needed} responden", found=found, needed=needed)
        case "satisfaction":
            amount, index = text.number(abs(row["value"]), 2), text.number(row["reference"], 2)
            return _("kepuasan turun {amount} poin menjadi {index}", amount=amount, index=index)
        case "indicator":
            name = text.named(row["message"], row["message_en"])
            return _("capaian {name} hanya {value}", name=name, value=text.pct(row["value"]))
        case _:
            return text.named(row["message"], row["message_en"]).rstrip(".")


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
    match row["kind"]:
        case "visits":
            return _("melewati ambang perubahan wajar")
        case "satisfaction":
            return _("di luar kebetulan (95 %)")
        case "sample":
            return _("hasil survei belum mewakili")
        case "reports":
            return _("pasti: lewat tenggat")
        case "indicator":
            return _("dari angka yang dilaporkan")
        case _:
            return _("perlu diperiksa pada laporannya")


def link(row: Row, chosen: Filters) -> str:
    """Return the page of the matter, filtered to its unit (and indicator)."""
    changes = {"unit": row["unit_id"]}
    if row["kind"] == "indicator":
        changes["indicator"] = row["indicator_id"]
    return chosen.link(PAGES[row["kind"]], **changes)


def rated(known: int, due: int) -> str:
    """Return how complete attainments are."""
    return _("{known} dari {due} indikator unit sudah dapat dinilai", known=text.number(known), due=text.number(due))
