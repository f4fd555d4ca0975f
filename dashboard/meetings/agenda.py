"""Which pages a meeting looks at: an agenda in TOML, and the meeting snapshot that comes of it."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dashboard import asking, db, filters, registry, roles
from dashboard.access import Viewer
from dashboard.decisions import marks as decision_marks
from dashboard.decisions import store as decision_store
from dashboard.filters import Filters
from dashboard.meetings import brief as briefs
from dashboard.meetings import comparison_page
from dashboard.meetings import page as meetings_page
from dashboard.meetings.brief import BLOCKS, Query
from dashboard.meetings.store import Altered, Newer, identify
from dashboard.meetings.store import read as read_meeting
from dashboard.snapshot import Ask, Block, Meeting, Snapshot
from dashboard.tracing import links as trace_links
from dashboard.words import text
from dashboard.words.text import _
from queries import months

# The page that says what changed since an earlier meeting, and the key that names its snapshot.
SINCE, BEFORE = registry.MEETINGS, "sejak"
FORMS = ("ringkas", "lengkap")  # a brief with the pages behind it, or every page in full
BRIEF, WHOLE = FORMS
KEYS = ("title", "held_on", "notes", "language", "viewer", "bentuk", "since", "satuan", "permintaan", "page")
CHECKED = ("agency", "unit", "area", "indicator", "service", "payer", "job_group")  # filters whose values a build knows
ASK_KEYS = {"minta": "what", "pilihan": "options", "angka": "figure", "pemilik": "owner"}


class Unclear(Exception):
    """An agenda that can't be followed; the message says where, what was found, and what would do."""


@dataclass(frozen=True)
class Agenda:
    """`pages` are (address, ((key of the URL, value), ...)) in the order of the meeting; `form` is one of FORMS.

    `is_each_unit`: it stands for one agenda a unit (`each`).
    """

    title: str
    pages: tuple[tuple[str, Query], ...]
    held_on: date | None = None
    notes: str = ""
    language: str = "id"
    viewer: str = "pimpinan"
    form: str = BRIEF
    asks: tuple[Ask, ...] = ()
    is_each_unit: bool = False


def read(path: Path) -> Agenda:
    """Return the agenda of a TOML file; raises Unclear, naming file, key, what was found and what would do."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise Unclear(_("{file}: tidak terbaca sebagai TOML: {wrong}", file=path.name, wrong=str(wrong))) from wrong
    try:
        return of(content)
    except Unclear as wrong:
        raise Unclear(f"{path.name}: {wrong}") from wrong


def of(content: Mapping[str, Any]) -> Agenda:
    """Return the agenda of a mapping such as a TOML file gives; raises Unclear."""
    unknown = set(content) - set(KEYS)
    if unknown:
        keys = sorted(unknown)
        raise Unclear(_("kunci tidak dikenal: {keys}", keys=", ".join(keys)) + nearest(keys[0], KEYS))
    title, held_on, pages = content.get("title"), content.get("held_on"), content.get("page")
    if not isinstance(title, str) or not title.strip():
        raise Unclear(_('title belum ada; contoh: title = "Rapat evaluasi Oktober 2026"'))
    if held_on is not None and (not isinstance(held_on, date) or isinstance(held_on, datetime)):
        raise Unclear(_("held_on bukan tanggal: {found}; contoh: held_on = 2026-11-25", found=str(held_on)))
    form = content.get("bentuk", BRIEF)
    if form not in FORMS:
        raise Unclear(_("bentuk {found} tidak dikenal; yang ada: {names}", found=str(form), names=", ".join(FORMS)))
    pages = [{"page": registry.OVERVIEW}] if pages is None and form == BRIEF else pages
    if not isinstance(pages, list) or not pages:
        raise Unclear(_('belum ada halaman; contoh: [[page]] lalu page = "kunjungan"'))
    language, viewer = content.get("language", "id"), content.get("viewer", "pimpinan")
    if language not in text.LANGUAGES:
        raise Unclear(_("language {found} tidak dikenal; yang ada: {names}", found=str(language), names="id, en"))
    whose = str(viewer)
    viewer_named(whose)
    asked = tuple(_page(position, page) for position, page in enumerate(pages, 1))
    asked = beginning(str(content.get("since", ""))) + asked
    each_of = content.get("satuan", "")
    if each_of not in {"", "unit"}:
        raise Unclear(_("satuan {found} tidak dikenal; yang ada: {names}", found=str(each_of), names="unit"))
    asks = tuple(_ask(position, one) for position, one in enumerate(content.get("permintaan", []), 1))
    return Agenda(
        title.strip(),
        asked,
        held_on,
        str(content.get("notes", "")).strip(),
        language,
        whose,
        form,
        asks,
        bool(each_of),
    )


def viewer_named(whose: str) -> Viewer:
    """Return for whom an agenda is: 'bappeda', or of who covers some units 'kepala-dinas:dinkes'; raises Unclear."""
    code, _colon, unit = whose.partition(":")
    known = roles.known(code)
    viewer = asking.viewer_of(code, unit) if known and known.scope != "self" else None
    if viewer is None:
        every = [
            f"{one.code}{'' if one.scope == 'district' else ':UNIT'}"
            for one in roles.roles().values()
            if one.scope != "self"
        ]
        raise Unclear(_("viewer {found} tidak dikenal; yang ada: {names}", found=whose, names=", ".join(every)))
    return viewer


def beginning(before: str) -> tuple[tuple[str, Query], ...]:
    """Return what asks for the page that says what changed since an earlier meeting; nothing where none is named."""
    return ((SINCE, ((BEFORE, before),)),) if before else ()


def nearest(found: str, names: Mapping[str, str] | Iterable[str]) -> str:
    """Return up to three names that somebody most likely meant, by their ids or, of a mapping, by what they are called."""
    called = {str(label).lower(): key for key, label in names.items()} if isinstance(names, Mapping) else {}
    called |= {name.lower(): name for name in names}
    alike = get_close_matches(found.lower(), called, n=3, cutoff=0.5)
    shown = ", ".join(dict.fromkeys(called[words] for words in alike))
    return _("; mungkin maksudnya {names}", names=shown) if shown else ""


def check_values(agenda: Agenda) -> None:
    """Raise Unclear where a filter of a page names a month, unit or thing that the build does not have."""
    build, viewer = db.build(), viewer_named(agenda.viewer)
    every = Filters(months.first_of_year(build.first_month), build.last_month)
    for n, (address, query) in enumerate(agenda.pages, 1):
        for key, value in query:
            name = next((field for field, own in filters.KEYS.items() if own == key), "")
            if name.startswith("period_") and filters.month_of(value) is None:
                raise Unclear(_("halaman {n} ({page}): {key} {found} bukan bulan; contoh: {key} = \"2026-10\"",
                                n=n, page=address, key=key, found=value))  # fmt: skip
            if name not in CHECKED or not value:
                continue
            known = filters.options(name, viewer, every)
            if value not in known:
                why = _("halaman {n} ({page}): {key} {found} tidak dikenal", n=n, page=address, key=key, found=value)
                raise Unclear(why + nearest(value, known))


def _ask(position: int, entry: Any) -> Ask:
    said = dict(entry) if isinstance(entry, Mapping) else {}
    options = said.get("pilihan", [])
    if set(said) - set(ASK_KEYS) or not str(said.get("minta", "")).strip() or not isinstance(options, list):
        example = 'minta = "Tambah tenaga gizi", pilihan = ["setujui", "tunda"], angka = "…", pemilik = "Dinkes"'
        raise Unclear(_("permintaan {n} tidak jelas; contoh: {example}", n=position, example=example))
    words = {ASK_KEYS[key]: str(value).strip() for key, value in said.items() if key != "pilihan"}
    return Ask(options=tuple(str(option).strip() for option in options), **words)


def _page(position: int, entry: Any) -> tuple[str, Query]:
    address = entry.get("page") if isinstance(entry, dict) else None
    if not isinstance(address, str) or address not in registry.frozen():
        names = ", ".join(registry.frozen())
        why = _("halaman {n}: {found} tidak dikenal; yang ada: {names}", n=position, found=str(address), names=names)
        raise Unclear(why + nearest(str(address), registry.frozen()))
    known = {*filters.KEYS.values(), *registry.page(address).asked, BLOCKS}
    unknown = set(entry) - known - {"page"}
    if unknown:
        keys, names = ", ".join(sorted(unknown)), ", ".join(sorted(known))
        raise Unclear(
            _("halaman {n}: saringan {keys} tidak dikenal; yang ada: {names}", n=position, keys=keys, names=names)
            + nearest(sorted(unknown)[0], known)
        )
    return address, tuple(sorted((key, str(value)) for key, value in entry.items() if key != "page"))


def each(agenda: Agenda) -> list[Agenda]:
    """Return the agenda, or where it stands for each unit, one a unit of its agency, or of the district, in their order."""
    if not agenda.is_each_unit:
        return [agenda]
    build = db.build()
    with text.speaking(agenda.language):
        chosen = filters.read(dict(briefs.scope(agenda.pages)), build.first_month, build.last_month)
        units = filters.options("unit", viewer_named(agenda.viewer), chosen)
    own = filters.KEYS["unit"]
    found = []
    for unit, name in units.items():
        pages = tuple(
            (address, query if address == SINCE else tuple(sorted({**dict(query), own: unit}.items())))
            for address, query in agenda.pages
        )
        found.append(replace(agenda, title=f"{agenda.title} · {name}", pages=pages, is_each_unit=False))
    return found


def compose(agenda: Agenda, created_at: datetime) -> Meeting:
    """Return the meeting snapshot of the build that is read now, with the decisions known at a moment in universal time.

    The same build, agenda and moment give the same content, whatever is decided later.
    Raises Unclear where a block, or the earlier meeting of `since`, is not there or may not be opened by the agenda's role.
    """
    with text.speaking(agenda.language), decision_store.as_of(created_at.replace(tzinfo=UTC)):
        check_values(agenda)
        is_brief = agenda.form == BRIEF
        asked = briefs.with_needed(agenda.pages) if is_brief else agenda.pages
        own = tuple(one for one in asked if one[0] != SINCE)
        viewer = viewer_named(agenda.viewer)
        head = (agenda.title, agenda.held_on, agenda.notes, agenda.language, viewer.role)
        scope: dict[str, Any] = {"of": viewer.of, "units": viewer.units}
        pages = tuple(page(address, query, agenda.viewer, is_whole=is_brief) for address, query in own)
        earlier = [dict(query)[BEFORE] for address, query in asked if address == SINCE]
        if earlier:
            meeting = identify(*head, pages, created_at, own, **scope)
            pages = (*(_since(name, meeting, viewer) for name in earlier), *pages)
        settings = tuple(sorted(asked, key=lambda one: one[0] != SINCE))
        if not is_brief:
            return identify(*head, pages, created_at, settings, **scope)
        build = db.build()
        chosen = filters.read(dict(briefs.scope(asked)), build.first_month, build.last_month)
        brief = briefs.compose(agenda.asks, settings, pages, chosen, viewer)
        return identify(*head, pages, created_at, settings, brief, **scope)


def _since(name: str, now: Meeting, viewer: Viewer) -> Snapshot:
    try:
        return comparison_page.page(read_meeting(meetings_page.folder(), name), now, viewer)
    except Newer as wrong:
        raise Unclear(f"since: {wrong}") from wrong
    except (KeyError, Altered, PermissionError) as wrong:
        raise Unclear(
            _("since: cuplikan {name} tidak ada, sudah berubah, atau tidak boleh dibuka", name=name)
        ) from wrong


def again(meeting: Meeting, created_at: datetime) -> Meeting:
    """Return the meeting made anew, with its own settings, from the build that is read now, as compose does at that moment."""
    agenda = Agenda(
        meeting.title, meeting.settings, meeting.held_on, meeting.notes, meeting.language,
        f"{meeting.viewer}:{meeting.of}" if meeting.of else meeting.viewer,
        BRIEF if meeting.brief else WHOLE, meeting.brief.asks if meeting.brief else (),
    )  # fmt: skip
    return compose(agenda, created_at)


def page(address: str, query: Query, whose: str, *, is_whole: bool = False) -> Snapshot:
    """Return one page as it is for whom an agenda names, whole or with the blocks that were asked for.

    Raises Unclear where one is not on it, and where his role does not have the page.
    """
    build = db.build()
    values = dict(query)
    entry = registry.page(address)
    chosen: Filters = filters.read(values, build.first_month, build.last_month)
    viewer = viewer_named(whose)
    if not viewer.opens(entry.address):
        raise Unclear(_("halaman {page} bukan bagian peran {role}", page=entry.address, role=viewer.role))
    snapshot = trace_links.marked(entry.compose(chosen, viewer, entry.values(values)), chosen)
    snapshot = decision_marks.marked(snapshot, chosen, viewer, links=False)
    wanted = [name.strip() for name in values.get(BLOCKS, "").split(",") if name.strip()]
    only = _only(snapshot, wanted, address) if wanted else snapshot
    return snapshot if is_whole else only


def _only(snapshot: Snapshot, wanted: list[str], address: str) -> Snapshot:
    flat = {block.id: block for block in snapshot.flat()}
    absent = [name for name in wanted if name not in flat]
    if absent:
        raise Unclear(
            _("{page}: blok {absent} tidak ada; yang ada: {names}",
              page=address, absent=", ".join(absent), names=", ".join(flat))
        )  # fmt: skip
    chosen: tuple[Block, ...] = tuple(flat[name] for name in wanted)
    return replace(snapshot, blocks=chosen)
