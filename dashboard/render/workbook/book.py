"""A meeting as one workbook: a summary, a sheet a block with real numbers and a native chart, definitions and sources.

An equal meeting gives equal bytes. Whatever came from a file is written as a string or a number, never as a formula.
"""

import io
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from dashboard import theme
from dashboard.render import covers, html
from dashboard.render.scenes.kinds import scene as decided
from dashboard.render.workbook import cells as workbook_cells
from dashboard.render.workbook import charts, data
from dashboard.render.workbook import table as workbook_table
from dashboard.render.workbook.sheet import Book, Place, chosen
from dashboard.snapshot import Block, ChartBlock, Headline, Meeting, Snapshot, TextBlock
from dashboard.words import text
from dashboard.words.harmless import harmless
from dashboard.words.text import _

MUTED = theme.LIGHT.muted
_PIXELS = 7.0  # of a character
_COLUMN = 64  # pixels of a column that was left as it is
OWN = ("permintaan", "tindak-lanjut", "kepercayaan", "putusan")  # sheets of the brief whose rows stand on no page
_SUMMARY = (30, 22, 16, 24, 26, 30, 30, 22)  # characters


def xlsx(meeting: Meeting) -> bytes:
    """Return the meeting as a workbook in the language of the running thread (`text.speaking`)."""
    import xlsxwriter  # noqa: PLC0415

    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Book(xlsxwriter.Workbook(out, {"in_memory": True} | plain), meeting)
    created_at = meeting.created_at
    book.file.set_properties(
        {
            "title": harmless(meeting.title, 200),
            "subject": " · ".join(dict.fromkeys(harmless(page.period) for page in meeting.pages if page.period)),
            "author": "Rapor",
            "keywords": harmless(f"{meeting.id} {meeting.build_id}", 200),
            "created": created_at.astimezone(UTC).replace(tzinfo=None) if created_at.tzinfo else created_at,
        }
    )
    summary_name, definitions_name = book.name(_("Ringkasan")), book.name(_("Definisi dan sumber"))
    planned = [
        (page, block, book.name(f"{page.page}.{block.id}"))  # the same in each meeting, whatever its finding
        for page in meeting.pages
        for block in _flat(page)
    ]
    sheets = [sheet for sheet in meeting.brief.sheets if sheet.page in OWN] if meeting.brief else []
    planned = [(sheet, block, book.name(block.id)) for sheet in sheets for block in _flat(sheet)] + planned
    _summary(book, summary_name, [*planned], definitions_name)
    for page, block, name in planned:
        _sheet(book, page, block, name, summary_name)
    _definitions(book, definitions_name, summary_name)
    data.write(book, planned, summary_name)
    book.file.close()
    return out.getvalue()


def _flat(page: Snapshot) -> list[Block]:
    return list(chain.from_iterable(b if isinstance(b, tuple) else (b,) for b in page.blocks))


def _title(block: Block) -> str:
    return block.chart.title if isinstance(block, ChartBlock) else block.title


def _stand(meeting: Meeting, page: Snapshot | None) -> str:
    """Return as of when the figures are, their build, and that they are sample data."""
    pages = (page,) if page else meeting.pages
    newest = _newest(pages)
    parts = [_("Data per {date}", date=text.date(newest))] if newest else []
    build = page.build_id if page else meeting.build_id
    parts += [_("Versi data {build}", build=harmless(build))] if build else []
    return " · ".join([*parts, *([_("Data contoh")] if any(p.is_sample for p in pages) else [])])


def _print(book: Book, sheet: Any, page: Snapshot | None, area: tuple[int, int], head: int | None) -> None:
    """Set the sheet up for A4 landscape: fit to width, the head on every page, the foot with as-of, build, page."""
    words = harmless(book.meeting.title, 90).replace("&", "&&")
    parts = (_stand(book.meeting, page), covers.mark(book.meeting))
    foot = harmless(" · ".join(part for part in parts if part), 160).replace("&", "&&")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.set_header(f"&L&9{words}&R&9{_('Data contoh') if any(p.is_sample for p in book.meeting.pages) else ''}")
    sheet.set_footer(f"&L&9{foot}&R&9{_('Halaman {page} dari {pages}', page='&P', pages='&N')}")
    sheet.print_area(0, 0, *area)
    sheet.hide_gridlines(2)
    if head is not None:
        sheet.repeat_rows(head)


def _sheet(book: Book, page: Snapshot, block: Block, name: str, summary: str) -> None:
    """Write the sheet of a block: its finding, its table, beside it its chart, under it the small print."""
    sheet = book.file.add_worksheet(name)
    if isinstance(block, TextBlock):
        sheet.set_column(0, 0, 110)
        book.passage(sheet, 0, block.title, 110, last=0, size=14, bold=True)
        book.go(sheet, 1, 0, summary, f"← {_('Ringkasan')}")
        parts = [part for part in block.body.split("\n\n") if part.strip()]
        for row, part in enumerate(parts, 3):
            book.passage(sheet, row, part, 110, last=0)
        _print(book, sheet, page, (2 + len(parts), 0), None)
        return
    chart = block.chart if isinstance(block, ChartBlock) else None
    columns = workbook_table.with_figures(block.table, block.columns)
    complete = block.completeness if isinstance(block, ChartBlock) else None
    place = Place(book, sheet, name, top=4 if complete else 3)
    table = workbook_table.write(place, block.table, columns, chart)
    last_row, last_column, wide = table.last, max(len(columns) - 1, 0), sum(table.widths)
    under_all = table.last
    if isinstance(block, ChartBlock) and not block.chart.data.is_empty():
        sheet.set_column(len(columns), len(columns), 2)
        place.column = len(columns) + 1
        end, last_column = _drawn(book, block, place)
        last_row, wide = max(last_row, end), wide + charts.WIDTH / _PIXELS
        under_all = last_row
    wide = max(wide, 60)
    title = harmless(_title(block))
    look = {"font_size": 14, "bold": True}
    if len(title) * 14 / 11 <= wide:
        book.write(sheet, 0, 0, title, **look)
    else:
        book.passage(sheet, 0, title, wide, last=last_column, size=14, bold=True)
    under = [chart.unit if chart else "", chosen(page), _stand(book.meeting, page)]
    book.write(sheet, 1, 0, " · ".join(harmless(words) for words in under if words), font_color=MUTED)
    if complete:
        book.write(sheet, 2, 0, complete, font_color=MUTED)
    book.go(sheet, place.top - 1, 0, summary, f"← {_('Ringkasan')}")
    small = [block.note] if block.note else []
    if block.table.is_empty():
        small.insert(0, getattr(block, "empty", None) or _("Tidak ada data untuk pilihan ini"))
    for row, words in enumerate(small, under_all + 2):
        book.passage(sheet, row, words, wide, last=last_column, font_color=MUTED, italic=True)
        last_row = max(last_row, row)
    sheet.freeze_panes(place.top + 1, 1)
    _print(book, sheet, page, (last_row, last_column), place.top)


def _drawn(book: Book, block: ChartBlock, place: Place) -> tuple[int, int]:
    """Draw the chart beside the table and return the last row and column that it takes."""
    scene, left = decided(block.chart), place.column
    if cells := workbook_cells.KINDS.get(scene.kind):
        end = cells(book, scene, place)
        return end, left + {"multiples": 2, "area_map": 1}.get(scene.kind, len(scene.x.ticks))
    columns = charts.WIDTH // _COLUMN
    place.column = left + columns + 1
    drawn = charts.draw(book, scene, place)
    place.sheet.write_string(place.top - 1, place.column, _("Angka di balik grafik"), book.look(font_color=MUTED))
    options = {"description": harmless(f"{scene.title}. {scene.alt}", 2000), "object_position": 3}
    place.sheet.insert_chart(place.top + 1, left, drawn, options)
    place.column, under = left, place.top + 1 + drawn.height // 20 + 1
    return workbook_cells.legend(place, scene, under + 1, charts.named(scene)), left + columns - 1


def _summary(book: Book, name: str, planned: list[tuple[Snapshot, Block, str]], definitions: str) -> None:
    """Write what the meeting is, each page's answer and tiles, and where everything is."""
    meeting, sheet = book.meeting, book.file.add_worksheet(name)
    for column, wide in enumerate(_SUMMARY):
        sheet.set_column(column, column, wide)
    wide, last = float(sum(_SUMMARY)), len(_SUMMARY) - 1
    book.passage(sheet, 0, meeting.title or _("Bahan rapat"), wide, last=last, size=18, bold=True)
    facts: list[tuple[str, Any]] = [
        (_("Tanggal rapat"), meeting.held_on),
        (_("Untuk"), covers.mark(meeting)),
        *([(_("Cakupan"), meeting.brief.scope)] if meeting.brief else []),
        (_("Periode"), covers.periods(meeting.pages)),
        (_("Yang dipilih"), covers.choices(meeting.pages)),
        (_("Data per"), _newest(meeting.pages)),
        (_("Versi data"), meeting.build_id),
        (_("Catatan"), meeting.notes),
        (_("Data contoh"), _("ya") if any(p.is_sample for p in meeting.pages) else None),
    ]
    row = 1
    for label, value in facts:
        if value is not None and value != "":
            book.write(sheet, row, 0, label, font_color=MUTED)
            dated = {} if isinstance(value, str) else {"num_format": "dd/mm/yyyy", "align": "left"}
            book.write(sheet, row, 1, value, **dated)
            row += 1
    own = [each for each in planned if each[0].page in OWN]
    for n, (page, _block_of, target) in enumerate(own):
        book.go(sheet, row + 1 + n, 0, target, f"{harmless(page.title)}")
    row += len(own) + 1 if own else 0
    for number, page in enumerate(meeting.pages, 1):
        sheets = {block.id: target for p, block, target in planned if p is page}
        row = _page(book, sheet, row + 1, f"{number}. {covers.name(page)}", page, sheets, planned)
    book.go(sheet, row + 1, 0, definitions, _("Definisi dan sumber"))
    _print(book, sheet, None, (row + 1, last), None)
    sheet.freeze_panes(1, 0)


def _newest(pages: tuple[Snapshot, ...]) -> date | None:
    return max((day for page in pages if (day := _day(page.as_of))), default=None)


def _day(at: date | datetime | None) -> date | None:
    """Return the day of a moment."""
    return at.date() if isinstance(at, datetime) else at


def _page(
    book: Book, sheet: Any, row: int, title: str, page: Snapshot, sheets: dict[str, str],
    planned: list[tuple[Snapshot, Block, str]],
) -> int:  # fmt: skip
    """Write the answer of a page, its tiles and its sheets, and return the first free row."""
    wide, last = float(sum(_SUMMARY)), len(_SUMMARY) - 1
    book.passage(sheet, row, title, wide, last=last, size=14, bold=True, bottom=1)
    status = " · ".join(words for words in (chosen(page), page.completeness) if words)
    row += 1
    if status:
        book.passage(sheet, row, status, wide, last=last, font_color=MUTED)
        row += 1
    for headline in page.headlines:
        words = f"{html.SIGNALS[headline.signal]} {harmless(headline.text)}".strip()
        book.passage(sheet, row, words, wide, last=last)
        if target := _target(book.meeting, headline, sheets, planned):
            book.go(sheet, row, 0, target, words, text_wrap=True)
        row += 1
    row = _tiles(book, sheet, row, page)
    for n, block in enumerate(_flat(page), 1):
        book.go(sheet, row, 0, sheets[block.id], f"{title.partition('.')[0]}.{n} {harmless(_title(block))}")
        row += 1
    return row


def _target(
    meeting: Meeting, headline: Headline, sheets: dict[str, str], planned: list[tuple[Snapshot, Block, str]]
) -> str | None:
    """Return the sheet that a headline leads to: a block of its page, or the first one of another page of the meeting."""
    if not headline.link:
        return None
    parts = urlsplit(headline.link)
    if not parts.path and not parts.query:
        return sheets.get(parts.fragment)
    addresses = [address for address, _query in meeting.settings] or [page.page for page in meeting.pages]
    wanted = parts.path.strip("./")
    for address, page in zip(addresses, meeting.pages, strict=False):
        if address.strip("./") == wanted:
            found = [(block.id, name) for p, block, name in planned if p is page]
            return dict(found).get(parts.fragment) or (found[0][1] if found else None)
    return None


def _tiles(book: Book, sheet: Any, row: int, page: Snapshot) -> int:
    """Write the tiles, a row each, and return the first free row."""
    if not page.tiles:
        return row
    heads = (_("Ukuran"), _("Nilai"), _("Satuan"), _("Periode"), _("Perubahan"), _("Pembanding"), _("Kelengkapan"))
    for column, words in enumerate((*heads, _("Perkembangan"))):
        book.write(sheet, row, column, words, bold=True, bg_color=theme.LIGHT.surface, bottom=1)
    for tile in page.tiles:
        row += 1
        change = f"{html.SIGNALS[tile.signal]} {tile.change}".strip() if tile.change else ""
        figure = tile.value if tile.value is not None else _("belum melapor")
        cells = (tile.label, figure, tile.unit, tile.period, change, tile.comparison, tile.completeness)
        for column, words in enumerate(cells):
            look = {"bold": True} if column == 1 and tile.value is not None else {}
            look |= {"italic": True} if column == 1 and tile.value is None else {}
            book.write(sheet, row, column, words, text_wrap=True, **look)
        book.grow(sheet, row, zip(cells, _SUMMARY, strict=False))
        if len([v for v in tile.sparkline if v is not None]) > 1:
            _sparkline(book, sheet, row, tile.sparkline)
    return row + 2


def _sparkline(book: Book, sheet: Any, row: int, values: tuple[float | None, ...]) -> None:
    """Draw the last values as a small line; they stand outside of what is printed."""
    from xlsxwriter.utility import quote_sheetname, xl_range  # noqa: PLC0415

    first = len(_SUMMARY) + 1
    for column, value in enumerate(values, first):
        book.write(sheet, row, column, value, font_color=MUTED)
    place = f"{quote_sheetname(sheet.get_name())}!{xl_range(row, first, row, first + len(values) - 1)}"
    look = {"series_color": theme.LIGHT.accent, "last_point": True, "empty_cells": "gaps", "show_hidden": True}
    sheet.add_sparkline(row, len(_SUMMARY) - 1, {"range": place} | look)


def _definitions(book: Book, name: str, summary: str) -> None:
    """Write what the terms mean, and where each page comes from."""
    sheet, pages = book.file.add_worksheet(name), book.meeting.pages
    widths = (34, 90, 26, 22, 40)
    for column, wide in enumerate(widths):
        sheet.set_column(column, column, wide)
    book.write(sheet, 0, 0, name, font_size=14, bold=True)
    book.go(sheet, 1, 0, summary, f"← {_('Ringkasan')}")
    head = {"bold": True, "bg_color": theme.LIGHT.surface, "bottom": 1}
    for column, words in enumerate((_("Istilah"), _("Arti"), _("Halaman"))):
        book.write(sheet, 3, column, words, **head)
    terms: dict[tuple[str, str], list[str]] = {}
    for page in pages:
        for pair in page.definitions:
            titles = terms.setdefault(pair, [])
            titles += [] if page.title in titles else [page.title]
    row = 4
    for (term, meaning), titles in terms.items():
        for column, words in enumerate((term, meaning, ", ".join(titles))):
            book.write(sheet, row, column, words, text_wrap=True, bold=column == 0)
        book.grow(sheet, row, zip((term, meaning, ", ".join(titles)), widths, strict=False))
        row += 1
    row += 1
    heads = (_("Halaman"), _("Yang dipilih"), _("Periode"), _("Data per"), _("Versi data"))
    for column, words in enumerate(heads):
        book.write(sheet, row, column, words, **head)
    for page in pages:
        row += 1
        for column, words in enumerate((page.title, page.filters, page.period, None, page.build_id)):
            book.write(sheet, row, column, words, text_wrap=True)
        book.write(sheet, row, 3, _day(page.as_of), num_format="dd/mm/yyyy", align="left")
    reading = _("Sel kosong dan “belum melapor” berarti belum ada laporan, bukan nol. Jumlah mengikuti saringan tabel.")
    book.write(sheet, row + 2, 0, reading, font_color=MUTED, italic=True)
    _print(book, sheet, None, (row + 2, len(widths) - 1), None)
    sheet.freeze_panes(4, 1)
