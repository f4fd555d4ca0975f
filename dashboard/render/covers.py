"""What a meeting's cover and contents say of its pages, each thing once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dashboard.snapshot import Block, ChartBlock, Headline, Meeting, Snapshot
from dashboard.words import text
from dashboard.words.text import _

PARTED = " · "
SAID_FIRST = (
    "permintaan",
    "tindak-lanjut",
    "keadaan",
    "target",
)  # sheets of a brief whose finding stands over it on a screen


def periods(pages: Sequence[Snapshot]) -> str:
    """Return the periods of the pages; a page without one says nothing."""
    return PARTED.join(dict.fromkeys(page.period for page in pages if page.period not in {"", text.MISSING}))


def choices(pages: Sequence[Snapshot]) -> str:
    """Return what was chosen on the pages beside the period: units, indicators, groups; nothing where all is shown."""
    return PARTED.join(dict.fromkeys(part for page in pages for part in _chosen(page)))


def name(page: Snapshot) -> str:
    """Return the title of a page with what was chosen on it, so that two pages of one kind are told apart."""
    return PARTED.join([page.title, *_chosen(page)])


def _chosen(page: Snapshot) -> Iterator[str]:
    everything = {"", text.MISSING, page.period, _("Semua unit"), _("Semua perangkat daerah")}
    return (part for part in page.filters.split(PARTED) if part not in everything)


def printed(meeting: Meeting) -> tuple[Snapshot, ...]:
    """Return the pages that slides, paper and HTML show: all of them, or behind a brief the blocks of its appendix alone."""
    if meeting.brief is None:
        return meeting.pages
    wanted: dict[int, list[str]] = {}
    for n, block in meeting.brief.appendix:
        wanted.setdefault(n, []).append(block)
    return tuple(_only(meeting.pages[n], names) for n, names in wanted.items())


def shown(meeting: Meeting) -> tuple[Snapshot, ...]:
    """Return the pages that a screen shows: before a brief's pages the brief itself, as one page."""
    if meeting.brief is None or not meeting.brief.sheets:
        return meeting.pages
    sheets = meeting.brief.sheets
    blocks = [_titled(block, sheet) for sheet in sheets for block in sheet.flat()]
    tiles = next((sheet.tiles for sheet in sheets if sheet.tiles), ())
    head = tuple(Headline(sheet.title) for sheet in sheets if sheet.page in SAID_FIRST)
    whole = replace(
        sheets[0], page="ringkas", title=_("Bahan ringkas"), headlines=head, tiles=tiles, blocks=tuple(blocks)
    )
    return (whole, *meeting.pages)


def _titled(block: Block, sheet: Snapshot) -> Block:
    return block if isinstance(block, ChartBlock) else replace(block, title=sheet.title)


def _only(page: Snapshot, names: Sequence[str]) -> Snapshot:
    flat = {block.id: block for block in page.flat()}
    blocks: tuple[Block, ...] = tuple(flat[name] for name in names)
    return replace(page, headlines=(), tiles=(), blocks=blocks)


def reader(role: str) -> str:
    """Return for whom a meeting was made, in words."""
    names = {
        "pimpinan": _("pimpinan daerah"), "bupati": _("Bupati"), "bkpsdm": _("BKPSDM"), "bappeda": _("Bappeda"),
        "kepala-dinas": _("kepala perangkat daerah"), "kepala-unit": _("kepala unit"),
    }  # fmt: skip
    return names.get(role, role)


def mark(meeting: Meeting) -> str:
    """Return who may read a meeting, as it stands on its cover and at the foot of each page: its readers, and that it names people."""
    return _("Hanya untuk {reader}", reader=readers(meeting)) if meeting.viewer else ""


def readers(meeting: Meeting) -> str:
    """Return for whom a meeting is, and that it names people where it does."""
    whose = " ".join(filter(None, (reader(meeting.viewer), meeting.of))) if meeting.viewer else ""
    return f"{whose} · {_('memuat nama pegawai')}" if meeting.names_people else whose


def kicker(meeting: Meeting) -> str:
    """Return what stands over the title: the district, and that this is for a meeting."""
    whose = meeting.brief.district if meeting.brief and meeting.brief.district else "Rapor"
    return _("{whose} · bahan rapat", whose=whose)


def facts(meeting: Meeting) -> list[tuple[str, str]]:
    """Return what a cover says of a meeting: its day, for whom and of what it is, and which data it shows."""
    pages, brief, newest = meeting.pages, meeting.brief, as_of(meeting.pages)
    found = [(_("Tanggal rapat"), text.date(meeting.held_on))] if meeting.held_on else []
    found += [(_("Untuk"), readers(meeting))] if meeting.viewer else []
    if brief:
        found += [(_("Cakupan"), brief.scope)]
    else:
        found += [(_("Periode"), periods(pages)), (_("Yang dipilih"), choices(pages))]
    found += [(_("Data per"), text.date(newest))] if newest else []
    found += [(_("Versi data"), meeting.build_id)]
    found += [(_("Cuplikan"), meeting.id), (_("Kunci tanda tangan"), meeting.key)] if meeting.key else []
    return [(label, words) for label, words in found if words]


def as_of(pages: Sequence[Snapshot]) -> Any:
    """Return the newest moment that pages speak of."""
    return max((page.as_of for page in pages if page.as_of), key=_moment, default=None)


def _moment(at: Any) -> tuple[int, ...]:
    return tuple(at.timetuple()[:6]) if isinstance(at, datetime) else (*at.timetuple()[:3], 0, 0, 0)
