"""The monthly digest for who watches over reporting: what was due in a month, what of it came, what is missing, whom to thank."""

from datetime import date

from dashboard import access, db
from dashboard.access import Viewer
from dashboard.messages.thanks import Why, of_units
from dashboard.parts import due
from dashboard.parts.due import Due
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.months import first_of_month, moved_by


def month_of(day: date) -> date:
    """Return the month that a digest made on a day is of: the last that is over."""
    return moved_by(first_of_month(day), -1)


def words(of: str, month: date) -> str:
    """Return the digest of a unit with all under it. Raises db.NoBuild, db.OlderBuild, KeyError of a unit that there is not."""
    units = db.units_of(of)
    if not units:
        raise KeyError(of)
    viewer, day = Viewer("", units=units), due.today()
    dues = due.between(viewer, month, month, day)
    missing = [one for one in due.around(viewer, day) if one.state == "missing"]
    lines = [
        _("Pelaporan {district}, tenggat {month}", district=db.build().district, month=text.month_name(month)),
        *([_("(data contoh)")] if db.build().is_sample else []),
        "",
        *_kinds(dues),
        "",
        *_missing(missing),
        "",
        *_thanked(units),
    ]
    return "\n".join(lines).strip() + "\n"


def _kinds(dues: list[Due]) -> list[str]:
    if not dues:
        return [_("Tidak ada laporan yang jatuh tempo pada bulan itu.")]
    lines = []
    for kind in dict.fromkeys(one.kind for one in dues):
        same = [one for one in dues if one.kind == kind]
        came = sum(one.state in due.IN for one in same)
        late = sum(one.state == "late" for one in same)
        lines.append(_("{kind}: {came} dari {all} masuk, {late} di antaranya terlambat.", kind=same[0].kind_name,
                       came=text.number(came), all=text.number(len(same)), late=text.number(late)))  # fmt: skip
    return lines


def _missing(missing: list[Due]) -> list[str]:
    if not missing:
        return [_("Semua laporan yang jatuh tempo sudah masuk.")]
    head = n_("{n} laporan lewat tenggat dan belum masuk:", "{n} laporan lewat tenggat dan belum masuk:", len(missing))
    return [head, *(f"- {one.unit}: {one.what} ({text.date(one.due_on)})" for one in missing)]


def _thanked(units: tuple[str, ...]) -> list[str]:
    """Return who is to be thanked: the first of the district is told among its units alone."""
    rows = db.fetch("messages/years", access.Viewer("", units=None)).rows(named=True)
    names = {row["unit_id"]: row["unit_short_name"] for row in rows if row["unit_id"] in units}
    said: dict[Why, str] = {
        "on_time": _("Semua laporan setahun tepat waktu: {units}."),
        "clean": _("Setahun lengkap tanpa satu pun yang perlu dibetulkan: {units}."),
        "improved": _("Ketepatan lapor paling banyak membaik: {units}."),
    }
    lines = []
    for why, sentence in said.items():
        thanked = [
            names[unit]
            for unit, thanks in of_units(rows).items()
            if unit in names and any(each.why == why for each in thanks)
        ]
        if thanked:
            lines.append(sentence.format(units=", ".join(thanked)))
    return lines
