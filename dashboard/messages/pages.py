"""What /pesan and /langganan answer: messages to units with their cards, and calendars of due dates."""

import asyncio
import os
import re
from functools import wraps

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard import asking, db, notes, record, registry
from dashboard.messages import card, facts, feed, shown, subscriptions, told
from dashboard.signin import html
from dashboard.signin.pages import form_of
from dashboard.signin.small import Answer, for_whom, lead, show
from dashboard.words import text
from dashboard.words.text import _

UNIT = re.compile(r"[\w.-]{1,128}")
NO_CALENDAR = "Alamat kalender ini tidak berlaku.\nThis calendar's address is not valid.\n"


def _calm(answer: Answer) -> Answer:
    """Return what answers, and says in words where there is no build that it can read, or no store."""

    @wraps(answer)
    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except db.OlderBuild as older:
            words = f"{older.what} {older.mend}"
        except db.NoBuild:
            words = _("Belum ada data yang diterbitkan.")
        except notes.Unavailable as fault:
            words = str(fault)
        return show(request, _("Belum bisa"), html.notice(words), 503)

    return answered


def _none(request: Request, words: str) -> Response:
    return show(request, _("Tidak ada"), html.notice(words), status=403)


_of_messages = for_whom(registry.MESSAGES, lambda: _("Pesan adalah untuk yang mengirim laporan atau mengelolanya."))
_of_calendars = for_whom(registry.SUBSCRIBE, lambda: _("Peran Anda tidak membuka kalender laporan."))


# --- messages ---


@_of_messages
@_calm
async def messages(request: Request) -> Response:
    """Answer /pesan: a message for each unit that who asks covers."""
    viewer = asking.current()
    every = await asyncio.to_thread(_of_all, viewer, text.language())
    known = await asyncio.to_thread(told.every)
    return show(request, _("Pesan untuk unit"), shown.messages(every, known, dict(request.query_params)))


def _of_all(viewer: asking.Viewer, language: str) -> list[facts.Facts]:
    with text.speaking(language):
        return facts.of_all(viewer)


@_of_messages
@_calm
async def picture(request: Request) -> Response:
    """Answer /pesan/<unit>.png: the card of a unit that who asks covers."""
    viewer, unit = asking.current(), request.path_params["unit"]
    found = facts.of_unit(unit, viewer) if UNIT.fullmatch(unit) else None
    if found is None:
        return _none(request, _("Tidak ada pesan untuk unit ini."))
    headers = {"content-disposition": f"attachment; filename=pesan-{unit}.png"}
    return Response(await asyncio.to_thread(_drawn, found, text.language()), media_type="image/png", headers=headers)


def _drawn(found: facts.Facts, language: str) -> bytes:
    with text.speaking(language):
        return card.png(found)


@_of_messages
@_calm
async def passed_on(request: Request) -> Response:
    """Answer /pesan/sampai: somebody told a unit what its message said; what is new since stays new."""
    viewer, form = asking.current(), await form_of(request)
    unit = form.get("unit", "")
    found = facts.of_unit(unit, viewer) if UNIT.fullmatch(unit) else None
    if found is not None and found.digest == form.get("keadaan"):
        told.by_hand(unit, found.digest, found.items)
        record.tried("message_sent", {"unit": unit, "way": "hand"})
    return lead(request, registry.MESSAGES)


# --- calendars ---


@_of_calendars
@_calm
async def calendars(request: Request) -> Response:
    """Answer /langganan: calendars to take along, and the addresses of those that programs fetch."""
    asker = asking.asker()
    viewer = asking.current()
    notice, status = "", 200
    if request.method == "POST":
        notice, status = _changed(request, await form_of(request), asking.Asker(asker.name, viewer))
    account = None if viewer.may("manage") else asker.name
    every = [one for one in subscriptions.listed() if account in (None, one.account)]
    units = facts.units(viewer)
    body = notice + shown.subscriptions(every, asker, dict(request.query_params), units)
    return show(request, _("Kalender di ponsel"), body, status)


def _changed(request: Request, form: dict[str, str], asker: asking.Asker) -> tuple[str, int]:
    """Make or revoke a subscription, and return what is said of it."""
    if which := form.get("cabut"):
        gone = subscriptions.revoke(which, None if asker.viewer.may("manage") else asker.name)
        if gone:
            record.tried("subscribed", {"unit": gone.unit, "change": "revoked"})
        return html.notice(_("Langganan dicabut: alamatnya tidak membuka apa pun lagi."), "good"), 200
    unit = form.get("unit", "")
    try:
        secret = subscriptions.make(asker, _known(unit, asker.viewer))
    except KeyError:
        return html.notice(_("Unit ini tidak ada, atau bukan unit Anda.")), 400
    except subscriptions.TooMany:
        words = _("Anda punya {n} langganan; cabut dulu yang tidak dipakai.", n=subscriptions.MOST)
        return html.notice(words), 400
    record.tried("subscribed", {"unit": unit, "change": "created"})
    english = "?bahasa=en" if text.language() == "en" else ""
    return shown.made(f"{_outside(request)}{registry.SUBSCRIBE}/{secret}.ics{english}"), 200


def _known(unit: str, viewer: asking.Viewer) -> str:
    """Return a unit that there is, or '' for all; raises KeyError of any other: what is written down of it is no text of a form."""
    if unit and unit not in facts.units(viewer):
        raise KeyError(unit)
    return unit


def _outside(request: Request) -> str:
    """Return where programs reach Rapor: RAPOR_URL, else as who asks reached it."""
    given = os.environ.get("RAPOR_URL", "").strip().rstrip("/")
    return f"{given}/" if given else str(request.base_url)


@_of_calendars
@_calm
async def download(request: Request) -> Response:
    """Answer /langganan/unduh.ics: a calendar of a unit, or of all that who asks covers."""
    viewer, unit = asking.current(), request.query_params.get("unit", "")
    try:
        made = await asyncio.to_thread(_ics, viewer, _known(unit, viewer) or None, text.language())
    except KeyError:
        return _none(request, _("Unit ini tidak ada, atau bukan unit Anda."))
    name = f"tenggat-{unit}.ics" if UNIT.fullmatch(unit) else "tenggat.ics"
    return Response(made, media_type=feed.MEDIA_TYPE, headers={"content-disposition": f"attachment; filename={name}"})


async def subscribed(request: Request) -> Response:
    """Answer /langganan/<secret>.ics, whoever asks: what the secret opens, and to all other secrets the same word."""
    try:
        found = await asyncio.to_thread(subscriptions.opened, request.path_params["secret"])
        if found is None:
            made: Response = PlainTextResponse(NO_CALENDAR, 404)
        else:
            language = "en" if request.query_params.get("bahasa") == "en" else "id"
            words = await asyncio.to_thread(_ics, found.viewer, found.unit or None, language)
            made = Response(words, media_type=feed.MEDIA_TYPE)
    except (db.NoBuild, db.OlderBuild, notes.Unavailable):
        made = PlainTextResponse("", 503)
    made.headers["cache-control"] = "no-store"
    return made


def _ics(viewer: asking.Viewer, unit: str | None, language: str) -> bytes:
    with text.speaking(language):
        return feed.ics(viewer, unit)
