"""What an address shows to a viewer: the page that it names, composed once for each build, choice, viewer, language and day.

The live page, what a page's address answers at once, and the pieces that are fetched by themselves all come from here.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2s
from pathlib import Path
from urllib.parse import urlencode

from dashboard import db, filters, kept, record, registry, roles
from dashboard.access import Viewer
from dashboard.decisions import marks as decision_marks
from dashboard.decisions import page as decision_page
from dashboard.decisions import store as decision_store
from dashboard.filters import Filters
from dashboard.kept import Kept
from dashboard.parts import ways
from dashboard.render import body
from dashboard.replies import blocks as reply_blocks
from dashboard.replies import store as reply_store
from dashboard.sending import box as sending_box
from dashboard.snapshot import Snapshot
from dashboard.tracing import links as trace_links
from dashboard.tracing import page as trace_page
from dashboard.words import text
from queries.explore import viewer_file
from queries.explore.tables import tables

WHOLE = "semua"  # the piece of a page that is one's own: all of it as a workbook
FREEZE = "bekukan"  # the key of the address of the page Rapat that names the page to freeze
# What a page's address may say beside the page's own keys.
MORE_KEYS = {
    registry.DECISIONS: decision_page.NEW_KEYS,
    registry.EXPLORE: (filters.BUILD_KEY,),
    registry.ACCOUNTABILITY: (reply_blocks.ASKED,),
}
UNIT = re.compile(r"[\w.-]{1,40}")  # what a unit id is made of; nothing else that an address says is written down
SOFTWARE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Key:
    """What a page is a function of: where one differs, another page may come of it.

    `today` holds the day, the state of the notes store, how many there are of what is counted and what the role may as its table
    says today, `values` what the address says under the page's own keys.
    """

    build: str
    address: str
    chosen: Filters
    viewer: Viewer
    language: str
    today: tuple[object, ...]
    values: tuple[tuple[str, str], ...]


def key(address: str, query: Mapping[str, str], viewer: Viewer) -> Key:
    """Return what the page at an address is made from; raises NoBuild, and Withheld where the viewer's role does not have it."""
    if not viewer.opens(address):
        raise roles.Withheld(address)
    build, path = db.build(), db.current_path()
    chosen = filters.read(query, build.first_month, build.last_month)
    own = (*registry.page(address).asked, *MORE_KEYS.get(address, ()))
    values = tuple((name, query[name]) for name in own if query.get(name))
    # of what people decide and freeze, and what is overdue
    counts = tuple(page.count(viewer) for page in registry.PAGES if page.is_counted)
    replies = reply_store.stamp() if address in (registry.OWN, registry.ACCOUNTABILITY) else 0
    told = record.state() if address == registry.RECORD else 0
    menu = tuple(registry.small(viewer))
    sent = sending_box.stamp() if address == registry.BURDEN else 0
    told = (told, sent, menu)
    today = (decision_store.today(), decision_store.stamp(), replies, counts, told, roles.known(viewer.role))
    return Key(str(path), address, chosen, viewer, text.language(), today, values)


def filters_of(address: str, query: Mapping[str, str]) -> tuple[str, ...]:
    """Return the filters that stand over a page."""
    more = trace_page.more_filters(trace_page.read(query)) if address == registry.TRACE else ()
    return (*registry.page(address).filters, *more)


def is_whole(address: str, query: Mapping[str, str]) -> bool:
    """Whether a page is one piece under its filters, with no form in it."""
    if address == registry.DECISIONS:
        asked = decision_page.read(query)
        return not (asked.is_new or asked.opened)
    if address in (registry.OWN, registry.ACCOUNTABILITY):
        return not query.get(reply_blocks.ASKED)
    return address not in (registry.EXPLORE, registry.SQL, registry.MEETINGS)


def looked(address: str, query: Mapping[str, str], viewer: Viewer) -> None:
    """Write down that who asks sees names of people at an address, whatever is kept of the page; raises record.Unwritable."""
    if not viewer.opens(address):
        return  # he is shown nothing of it
    page = registry.page(address)
    table = tables().get(query.get(page.asked[0], "")) if address == registry.EXPLORE else None
    if viewer.sees_names and (page.names_people or (table and set(viewer_file.PERSONAL) & set(table.columns))):
        asked = {name: query.get(filters.KEYS[name], "") for name in ("agency", "unit")}
        known = {name: value for name, value in asked.items() if UNIT.fullmatch(value)}
        record.once("named_ranking_viewed", {"page": address, **known})


_composed: Kept[Snapshot] = Kept(200, kept.one)


def composed(key: Key) -> Snapshot:
    """Return the page, each figure with the links to its origin and to a decision on it; it is kept."""
    return _composed.of(key, lambda: _made(key))


def let_go() -> None:
    """Compose every page anew."""
    _composed.clear()


def _made(key: Key) -> Snapshot:
    snapshot = registry.page(key.address).compose(key.chosen, key.viewer, dict(key.values))
    shown = decision_marks.marked(trace_links.marked(snapshot, key.chosen), key.chosen, key.viewer)
    return ways.open_to(reply_blocks.marked(shown, key.chosen, key.viewer), key.viewer)


def linked(key: Key, query: Mapping[str, str]) -> Snapshot:
    """Return the page with the ways on that stand in its first line: to freeze it, to its data in Jelajah."""
    snapshot, entry, links = composed(key), registry.page(key.address), {}
    is_current = filters.BUILD_KEY not in query  # a meeting freezes the current build, not one that is pinned
    if is_current and snapshot.page in registry.frozen() and freezes(key.viewer):
        asked = {name: value for name, value in query.items() if name != FREEZE} | {FREEZE: snapshot.page}
        links |= {
            "freeze_link": f"{registry.MEETINGS}?{urlencode(asked)}",
            "meetings_link": key.chosen.link(registry.MEETINGS),
        }
    setup = next((each for each in registry.SMALL if each.address == registry.SETUP and each.is_for(key.viewer)), None)
    if is_current and snapshot.page == registry.OVERVIEW and setup and (left := setup.left(key.viewer)):
        links |= {"setup_link": setup.address, "setup_left": text.number(left)}
    if entry.is_own and key.viewer.employee:
        links["file_link"] = parts(key, query).url(WHOLE, "xlsx")
    if entry.table and key.viewer.asks(entry.table) and key.viewer.opens(registry.EXPLORE):
        explore = registry.page(registry.EXPLORE)
        links["explore_link"] = f"{key.chosen.link(explore.address)}&{explore.asked[0]}={entry.table}"
    return replace(snapshot, extra=snapshot.extra | links)


def freezes(viewer: Viewer) -> bool:
    """Whether a viewer freezes pages for a meeting: who may, and has the page where that is done."""
    return viewer.may("freeze") and viewer.opens(registry.MEETINGS)


def version(key: Key) -> str:
    """Return a word that changes with everything but the address and the build that what is drawn depends on."""
    return _digest(key.viewer, key.language, key.today, _software())


def sight(key: Key, query: Mapping[str, str]) -> str:
    """Return a word that two drawings of a page share where they show the same."""
    return _digest(key, sorted(query.items()), _software())


def parts(key: Key, query: Mapping[str, str]) -> body.Parts:
    """Return where the pieces of a page are fetched; what comes from there never changes, so a browser keeps it."""
    own = {name: value for name, value in query.items() if name not in (filters.BUILD_KEY, body.VERSION, body.WIDTH)}
    pinned = {filters.BUILD_KEY: Path(key.build).stem, body.VERSION: version(key)}
    return body.Parts(key.address, urlencode(own | pinned), has_files=key.viewer.may("export"))


def _digest(*values: object) -> str:
    return blake2s(repr(values).encode(), digest_size=6).hexdigest()


@cache
def _software() -> str:
    """Return a word that changes with the code, the queries and the words that are installed."""
    files = (path for folder in ("dashboard", "queries") for path in (SOFTWARE / folder).rglob("*"))
    found = sorted((os.fspath(path), path.stat().st_mtime_ns) for path in files if path.suffix not in ("", ".pyc"))
    return blake2s(repr(found).encode(), digest_size=6).hexdigest()
