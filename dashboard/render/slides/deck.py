"""A meeting as a PowerPoint deck: cover, agenda, one message a slide, native charts; an equal meeting gives equal bytes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from dashboard.render import covers
from dashboard.render.scenes.kinds import scene as decided
from dashboard.render.scenes.scene import Scene
from dashboard.render.slides import cells, map, plots, template, xml
from dashboard.render.slides import sheet as slides_sheet
from dashboard.render.slides.sheet import ACROSS, INK, LEFT, Stage, broken, clean, fit, wide, within, words
from dashboard.render.slides.words import fitted_title, foot_note, glance, parted, prose
from dashboard.render.slides.xml import Run, language, paragraph
from dashboard.snapshot import Block, ChartBlock, Claim, Headline, Meeting, Snapshot, TableBlock, TextBlock
from dashboard.words import text
from dashboard.words.text import _

_PENS: dict[str, Callable[[Scene, Stage], None]] = {
    "multiples": plots.panels,
    "bars": plots.rows,
    "dots": plots.rows,
    "bullet": plots.rows,
    "waterfall": plots.rows,
    "matrix": cells.cells,
    "heat": cells.cells,
    "area_map": map.area_map,
}
MOST_SLIDES = 12  # of a brief, before its appendix
AGENDA_LINES = 17  # of a column
FOLLOWED, WRITTEN = (
    "tindak-lanjut",
    "putusan",
)  # the sheets of the brief that go on until all stands, and that is written on


@dataclass(frozen=True)
class Page:
    """A slide to be: what it says on top, and the block below; without one it is the page's figures at a glance."""

    page: Snapshot
    title: str
    block: Block | None = None


def pptx(meeting: Meeting) -> bytes:
    """Return the meeting as a PPTX in the language of the running thread (`text.speaking`).

    Raises ValueError where a map carries no outlines.
    """
    brief, over = _sheets(meeting)
    scenes = [*over, *_scenes(covers.printed(meeting))]
    entries = _entries(scenes)
    each = AGENDA_LINES if len(entries) <= AGENDA_LINES else AGENDA_LINES * 2
    agendas = max(-(-len(entries) // each), 0 if brief else 1)
    notes = 1 if clean(meeting.notes) and not brief else 0
    first = 2 + len(brief) + agendas + notes
    deck = template.deck()
    _properties(deck, meeting)
    count = first - 1 + len(scenes)
    author = _Author(deck, meeting, count)
    author.cover()
    for sheet in brief:
        author.sheet(sheet)
    heading = _("Lampiran") if brief else _("Agenda")
    overviews = [author.blank(heading, meeting.pages) for _n in range(agendas)]
    if notes:
        author.remarks()
    for scene in scenes:
        author.show(scene)
    for n, slide in enumerate(overviews):
        author.agenda(slide, entries[n * each : (n + 1) * each], first)
    return template.packed(deck, meeting.created_at)


def _sheets(meeting: Meeting) -> tuple[list[Page], list[Page]]:
    """Return the slides of the brief, MOST_SLIDES with the cover at most, and what of the follow-up begins the appendix.

    What is followed up is never cut: its rows go on until all stand.
    """
    sheets = meeting.brief.sheets if meeting.brief else ()
    found, over = [], []
    room = MOST_SLIDES - len(sheets)  # for what is followed up, beside the cover and the others
    for sheet in sheets:
        (block, *_rest) = sheet.flat()
        if sheet.page != FOLLOWED or not isinstance(block, TableBlock) or block.table.is_empty():
            found.append(Page(sheet, sheet.title, block))
            continue
        at, parts = 0, cells.whole_rows(_body(None, meeting), block.table, block.columns)
        for n, rows in enumerate(parts, 1):
            title = sheet.title if len(parts) == 1 else f"{sheet.title} ({n}/{len(parts)})"
            page = Page(sheet, title, replace(block, table=block.table.slice(at, rows)))
            (found if n <= room else over).append(page)
            at += rows
    return found, over


def _body(slide: Any, meeting: Meeting) -> Stage:
    """Return the part of a slide between its second line and its foot."""
    return Stage(slide, LEFT, 1.75, ACROSS, 5.1, meeting.created_at)


def _scenes(pages: Sequence[Snapshot]) -> Iterator[Page]:
    for page in pages:
        if page.tiles or page.headlines:
            yield Page(page, parted(page.headlines[0].text)[0] if page.headlines else page.title)
        for block in chain.from_iterable(b if isinstance(b, tuple) else (b,) for b in page.blocks):
            yield Page(page, block.chart.title if isinstance(block, ChartBlock) else block.title, block)


def _entries(scenes: list[Page]) -> list[tuple[str, bool, int]]:
    """Return the lines of the agenda: words, whether it is a page's, and which scene it leads to."""
    found, page = [], None
    for n, scene in enumerate(scenes):
        if scene.page is not page:
            page = scene.page
            found.append((covers.name(page), True, n))
        if scene.block is not None:
            found.append((scene.title, False, n))
    return found


def _properties(deck: Any, meeting: Meeting) -> None:
    core, created_at = deck.core_properties, meeting.created_at.replace(tzinfo=None)
    core.title = clean(meeting.title)[:255] or _("Bahan rapat")
    core.author = core.last_modified_by = "Rapor"
    core.created = core.modified = core.last_printed = created_at
    core.language, core.revision, core.identifier = language(), 1, clean(meeting.id)[:255]
    core.keywords, core.subject = clean(meeting.build_id)[:255], _("Bahan rapat")


@dataclass(frozen=True)
class _Author:
    deck: Any
    meeting: Meeting
    count: int

    def blank(self, title: str, pages: tuple[Snapshot, ...]) -> Any:
        """Return a new slide with title, badge, footer and number."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        _write_title(slide, *fitted_title(title))
        sheet = Stage(slide, LEFT, 0, ACROSS, slides_sheet.HEIGHT, self.meeting.created_at)
        if any(page.is_sample for page in pages):
            badge = paragraph([Run(_("Data contoh"), 11, INK.bad, bold=True)], "ctr")
            words(sheet.part(ACROSS - 1.3, 0.38, 1.3, 0.28), [badge], _("Data contoh"), anchor="ctr", fill=INK.surface)
        self._foot(slide, pages)
        return slide

    def _foot(self, slide: Any, pages: tuple[Snapshot, ...]) -> None:
        parts = []
        if newest := covers.as_of(pages):
            parts.append(_("Data per {date}", date=text.date(newest)))
        builds = list(dict.fromkeys(page.build_id for page in pages if page.build_id)) or [self.meeting.build_id]
        parts += [_("Versi data {build}", build=clean(builds[0]))] if builds[0] else []
        parts += [clean(covers.mark(self.meeting))] if self.meeting.viewer else []
        stand = fit(" · ".join(parts), ACROSS - 1.6, 10)
        xml.foot(slide, Run(stand, 10, INK.muted), len(self.deck.slides), self.count)

    def cover(self) -> None:
        """Make the first slide: what meeting, when, on which data."""
        meeting = self.meeting
        title = clean(meeting.title) or _("Bahan rapat")
        slide = self.blank(title, meeting.pages)
        shown = slide.shapes.title
        size = next((s for s in (40.0, 34.0, 28.0) if len(broken(title, 11, s, bold=True)) <= 2), 28.0)
        _write_title(slide, within(title, 11, size, 2, bold=True), size)
        shown.left, shown.top, shown.width, shown.height = (slides_sheet.emu(v) for v in (LEFT + 0.35, 1.2, 11.4, 1.6))
        sheet = Stage(slide, LEFT, 0, ACROSS, slides_sheet.HEIGHT, meeting.created_at)
        slides_sheet.box(sheet.part(0, 1.25, 0.09, 4.9), INK.accent, _("Garis tepi"))
        facts = [(label, clean(found)) for label, found in covers.facts(meeting)]
        lines = []
        for label, value in facts:
            head = Run(f"{label}: ", 16, INK.muted)
            lines.append(paragraph([head, Run(within(value, 10.8 - wide(head.words, 16), 16, 2), 16)], after=9))
        words(sheet.part(0.35, 3.05, 11.2, 3.1), lines, _("Tentang rapat"))
        kicker = paragraph([Run(clean(covers.kicker(meeting)), 14, INK.accent, bold=True)])
        words(sheet.part(0.35, 0.75, 8, 0.3), [kicker], "Rapor")
        _notes(slide, [meeting.title, meeting.notes, *(f"{label}: {value}" for label, value in facts)])

    def agenda(self, slide: Any, entries: list[tuple[str, bool, int]], first: int) -> None:
        """Write pages and blocks with the numbers of their slides, each a way to its slide."""
        from pptx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415

        across = 1 if len(entries) <= AGENDA_LINES else 2
        wide_ = (ACROSS - 0.5 * (across - 1)) / across
        sheet = Stage(slide, LEFT, 1.45, ACROSS, 5.4, self.meeting.created_at)
        for n in range(across):
            left, right = [], []
            for name, is_page, scene in entries[n * AGENDA_LINES : (n + 1) * AGENDA_LINES]:
                number, size, indent = first + scene, 14.0 if is_page else 13.0, 0.0 if is_page else 0.3
                jump = slide.part.relate_to(self.deck.slides[number - 1].part, RELATIONSHIP_TYPE.SLIDE)
                shown = fit(name, wide_ - 0.75 - indent, size, is_page)
                left.append(paragraph([Run(shown, size, INK.ink, is_page, jump)], after=5, indent=indent))
                right.append(paragraph([Run(str(number), size, INK.muted)], "r", after=5))
            column = sheet.part(n * (wide_ + 0.5), 0, wide_, 5.4)
            words(column.part(0, 0, wide_ - 0.6, 5.4), left, _("Agenda"))
            words(column.part(wide_ - 0.6, 0, 0.6, 5.4), right, _("Nomor salindia"))
        _notes(slide, [name for name, _is_page, _scene in entries])

    def remarks(self) -> None:
        """Make the slide of what the preparer wrote."""
        slide = self.blank(_("Catatan"), self.meeting.pages)
        place = Stage(slide, LEFT, 1.45, ACROSS, 5.4, self.meeting.created_at)
        prose(place, self.meeting.notes.split("\n"))
        _notes(slide, self.meeting.notes.split("\n"))

    def show(self, scene: Page) -> None:
        """Make the slide of a scene."""
        slide = self.blank(scene.title, (scene.page,))
        place = _body(slide, self.meeting)
        block, page = scene.block, scene.page
        subtitle = [page.title, page.filters or page.period, page.completeness]
        caveats: list[str | None] = []
        if isinstance(block, ChartBlock):
            subtitle = [block.chart.unit, page.filters or page.period, block.completeness or page.completeness]
            caveats = [block.completeness, block.note]
        elif isinstance(block, TableBlock):
            subtitle, caveats = [page.filters or page.period, page.completeness], [block.note]
        line = " · ".join(clean(part) for part in subtitle if part and clean(part))
        head = Stage(slide, LEFT, 1.26, ACROSS, 0.3, self.meeting.created_at)
        if line:
            words(head, [paragraph([Run(fit(line, ACROSS, 13), 13, INK.muted)])], _("Satuan, periode, kelengkapan"))
        note = block.note if isinstance(block, ChartBlock | TableBlock) else None
        if note:
            place = foot_note(place, note)
        if block is not None:
            _block(place, block)
        else:
            glance(place, page)
        _notes(slide, [scene.title, *self._notes_of(scene, caveats)])

    def sheet(self, sheet: Page) -> None:
        """Make a slide of the brief: its finding, what else is to be said, its figures, and one block under them."""
        page, block = sheet.page, sheet.block
        title, rest = parted(sheet.title)
        slide = self.blank(title, (page,))
        unit = block.chart.unit if isinstance(block, ChartBlock) else ""
        about = (unit, page.filters or page.period, page.completeness)
        line = " · ".join(clean(part) for part in about if clean(part))
        head = Stage(slide, LEFT, 1.26, ACROSS, 0.3, self.meeting.created_at)
        if line:
            words(head, [paragraph([Run(fit(line, ACROSS, 13), 13, INK.muted)])], _("Satuan, periode, kelengkapan"))
        said = (Headline(title), *([Headline(rest)] if rest else []), *page.headlines)
        place = glance(_body(slide, self.meeting), replace(page, headlines=said))
        if block is not None and sheet.page.page == WRITTEN and isinstance(block, TableBlock):
            cells.sheet_to_write(place, block.table, block.columns, block.title)
        elif block is not None:
            _block(place, block)
        _notes(slide, [sheet.title, *self._notes_of(sheet, [getattr(block, "note", None)])])

    def _notes_of(self, scene: Page, caveats: list[str | None]) -> Iterator[str]:
        """Return what the speaker needs: what is drawn, caveats, filters, definitions, source."""
        page, block = scene.page, scene.block
        if isinstance(block, ChartBlock):
            yield block.chart.alt
        elif block is None:
            yield from (headline.text for headline in page.headlines[1:])
        told = page.headlines if block is None else () if isinstance(block, TextBlock) else (block,)
        yield from (claimed(one.claim) for one in told if one.claim)
        yield from (_("Catatan: {words}", words=words_) for words_ in caveats if words_)
        if page.filters or page.period:
            yield f"{_('Yang dipilih')}: {' · '.join(v for v in (page.period, page.filters) if v)}"
        if page.completeness:
            yield f"{_('Kelengkapan')}: {page.completeness}"
        if page.definitions:
            yield f"{_('Definisi dan sumber')}:"
            yield from (f"{term}: {meaning}" for term, meaning in page.definitions)
        stand = [_("Data per {date}", date=text.date(page.as_of))] if page.as_of else []
        stand += [_("Versi data {build}", build=page.build_id)] if page.build_id else []
        yield _("Sumber: Rapor, halaman {page}. {stand}", page=page.title, stand=" · ".join(stand))
        if page.is_sample:
            yield _("Data contoh")


def _block(place: Stage, block: Block) -> None:
    """Draw a block on a place, or say that it shows nothing."""
    if isinstance(block, TextBlock):
        prose(place, block.body.split("\n"))
    elif isinstance(block, ChartBlock):
        if block.chart.data.is_empty():
            prose(place, [_("Tidak ada data untuk pilihan ini")])
        else:
            _PENS.get(block.chart.kind, plots.plot)(decided(block.chart), place)
    elif block.table.is_empty():
        prose(place, [block.empty or _("Tidak ada data untuk pilihan ini")])
    else:
        cells.table(place, block.table, block.columns, block.title)


def claimed(claim: Claim) -> str:
    """Return what a sentence claims, for whoever is asked about it: its figures unrounded, of when and of whom."""
    figures = "; ".join(
        f"{one.name} {one.printed} = {one.value:.6g}{one.unit and f' {one.unit}'}"
        for one in claim.figures
        if isinstance(one.value, int | float)
    )
    about = (claim.measure, claim.period, claim.scope, claim.certainty)
    return _("Yang dinyatakan: {claim}", claim=" · ".join(part for part in (figures, *about) if part))


def _write_title(slide: Any, title: str, size: float) -> None:
    xml.title(slide.shapes.title, Run(title or "–", size, INK.ink, bold=True))


def _notes(slide: Any, parts: list[str]) -> None:
    """Write the speaker notes."""
    xml.notes(slide, [clean(line) for part in parts for line in part.split("\n") if clean(line)])
