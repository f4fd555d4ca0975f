"""Due dates as an iCalendar (RFC 5545), for a phone's calendar: an event keeps its UID whatever becomes of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone

from dashboard import db
from dashboard.access import Viewer
from dashboard.parts import due
from dashboard.parts.due import Due
from dashboard.words import text
from dashboard.words.harmless import harmless
from dashboard.words.text import _, n_
from queries.months import first_of_month, moved_by

ZONES = {7.0: "Asia/Jakarta", 8.0: "Asia/Makassar", 9.0: "Asia/Jayapura"}  # by hours ahead of UTC
BEGINS, HOURS = time(8), 8  # of the working day on which a report is due
ALARM_BEFORE = timedelta(days=3)
MONTHS_BEFORE, MONTHS_AHEAD = 3, 12
REFRESH = timedelta(hours=6)
BEGUN = datetime(2020, 1, 1, tzinfo=UTC)  # revisions are counted in minutes since then
MEDIA_TYPE = "text/calendar; charset=utf-8"


def ics(viewer: Viewer, unit: str | None = None) -> bytes:
    """Return the calendar of a unit, or of all that a viewer covers; the same build gives the same bytes.

    Raises db.NoBuild, db.OlderBuild, and KeyError of a unit that the viewer does not cover.
    """
    if unit is not None and viewer.units is not None and unit not in viewer.units:
        raise KeyError(unit)
    day = due.today()
    month = first_of_month(day)
    first, last = moved_by(month, -MONTHS_BEFORE), moved_by(month, MONTHS_AHEAD)
    dues = due.between(viewer, first, last, day, unit=unit)
    build = db.build()
    name = dues[0].unit if unit and dues else build.district
    zone, made = _zone(viewer), _made(build)
    calendar = Calendar()
    calendar.add("prodid", "-//Rapor//Kalender laporan//ID")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Tenggat laporan {name}", name=harmless(name, 80)))
    calendar.add("x-wr-timezone", zone.key)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")  # the same to older programs
    calendar.add_component(Timezone.from_tzinfo(zone, first_date=date(2020, 1, 1), last_date=date(2038, 1, 1)))
    grouped = [[one] for one in dues] if unit else _by_report(dues)
    for each in grouped:
        calendar.add_component(_event(each, zone, made, build.district, is_of_all=unit is None))
    return calendar.to_ical()


def _by_report(dues: Sequence[Due]) -> list[list[Due]]:
    """Return what falls due together: reports of a kind and period on one day."""
    found: dict[tuple[date, str, date], list[Due]] = {}
    for one in dues:
        found.setdefault((one.due_on, one.kind, one.period), []).append(one)
    return list(found.values())


def _event(each: list[Due], zone: ZoneInfo, made: datetime, district: str, *, is_of_all: bool) -> Event:
    one = each[0]
    waiting = [due_ for due_ in each if due_.state not in due.IN]
    starts = datetime.combine(one.due_on, BEGINS, zone)
    if any(each_.state == "missing" for each_ in each):  # what it says changed when the day had passed
        made = max(made, datetime.combine(one.due_on + timedelta(days=1), time(0), zone).astimezone(UTC))
    event = Event()
    # Of all units a day that moves for some of them is an event of its own.
    about = (district, "" if is_of_all else one.unit_id, one.kind, one.period.isoformat(), str(one.months),
             one.due_on.isoformat() if is_of_all else "")  # fmt: skip
    event.add("uid", f"{sha256('|'.join(about).encode()).hexdigest()[:32]}@rapor")
    event.add("dtstamp", made)
    event.add("last-modified", made)
    event.add("sequence", max(int((made - BEGUN).total_seconds() // 60), 0))
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(hours=HOURS))
    event.add("summary", _summary(one, waiting))
    event.add("description", _description(each, waiting, is_of_all=is_of_all))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # it takes no time of anybody's day
    if waiting:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _summary(one, waiting))
        alarm.add("trigger", -ALARM_BEFORE)
        event.add_component(alarm)
    return event


def _summary(one: Due, waiting: Sequence[Due]) -> str:
    if not waiting:
        return _("Sudah masuk: {what}", what=harmless(one.what, 120))
    if any(each.state == "missing" for each in waiting):
        return _("Belum masuk: {what}", what=harmless(one.what, 120))
    return _("Tenggat: {what}", what=harmless(one.what, 120))


def _description(each: Sequence[Due], waiting: Sequence[Due], *, is_of_all: bool) -> str:
    one = each[0]
    lines = [_("Paling lambat {day}.", day=text.day(one.due_on))]
    if one.moved_from:
        lines.append(_("Digeser dari {day}, hari libur.", day=text.day(one.moved_from)))
    if is_of_all:
        lines.append(n_("{n} unit wajib, {left} belum masuk.", "{n} unit wajib, {left} belum masuk.", len(each),
                        left=text.number(len(waiting))))  # fmt: skip
    else:
        lines.append(harmless(one.unit, 120))
    return "\n".join(lines)


def _zone(viewer: Viewer) -> ZoneInfo:
    hours = db.fetch("messages/clock", viewer)["hours_ahead"][0]
    return ZoneInfo(ZONES.get(hours, ZONES[7.0]))


def _made(build: db.Build) -> datetime:
    """Return when a build was made, as its name says; of one named otherwise the moment of its data."""
    try:
        return datetime.strptime(build.id[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return (build.as_of or BEGUN).replace(tzinfo=UTC)
