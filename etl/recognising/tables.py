"""Which tables a document holds: each sheet under the source that fits best, and parts of a sheet where headings stand again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from etl.lake import Sighting
from etl.reading.dates import find_date
from etl.reading.files import Document, Sheet
from etl.reading.periods import find_period
from etl.reading.texts import says
from etl.reading.words import DATE, NUMBER, label
from etl.recognising.around import Level
from etl.recognising.headings import is_reference
from etl.recognising.layouts import side_by_side, unfolded
from etl.recognising.recognise import Nearest, Table, recognise
from etl.recognising.source import Source
from etl.reference import Registers, Vocabulary

# So many filled cells make a header row known again further down; a pair such as `Bulan: Mei` may well repeat.
CELLS_OF_A_HEADING = 3
_MOST_HEADERS = 100  # rows of words below a table that are looked at
# What no source recognises is worth a finding from the fourth row on; under it, it is a title or a remark.
MOST_ROWS_OF_A_NOTE = 3


def tables_of(
    document: Document, sources: Sequence[Source], registers: Registers, named: Sighting
) -> tuple[list[tuple[Sheet, Table]], Nearest | None, list[Sheet]]:
    """Return the tables of a document, each with the sheet (or the part of it) where it stands, and the source that came nearest.

    The last are parts of a sheet below some table of it that no source recognises.
    """
    tables: list[tuple[Sheet, Table]] = []
    nearest: Nearest | None = None
    unread: list[Sheet] = []
    for sheet in document.sheets:
        if is_reference(label(sheet.name)):
            continue
        for part in _parts(sheet, sources, registers, named):
            if isinstance(part, Nearest):
                nearest = part if nearest is None or nearest.source is None else nearest
            elif isinstance(part, Sheet):
                unread.append(part)
            else:
                tables.append(part)
    return _named_by_service(tables, registers.vocabulary), nearest, unread


def _named_by_service(tables: list[tuple[Sheet, Table]], vocabulary: Vocabulary) -> list[tuple[Sheet, Table]]:
    """Return the tables of visits with the service that their sheet is called after, where the sheets are called after services.

    `Umum` is a payer, too: what more of the other sheets are decides.
    """
    names = {label(sheet.name) for sheet, table in tables if table.source.kind == "visit"}
    services = {name for name in names if vocabulary.services.get(name, "total") != "total"}
    payers = {name for name in names if vocabulary.payers.get(name, "total") != "total"}
    if len(services) < 2 or len(services) <= len(payers):
        return tables
    return [
        (sheet, replace(table, levels=tuple(
            replace(level, service=level.service or label(sheet.name)) if level.place == "sheet" else level for level in table.levels
        )) if label(sheet.name) in services else table)
        for sheet, table in tables
    ]  # fmt: skip


def _parts(
    sheet: Sheet, sources: Sequence[Source], registers: Registers, named: Sighting
) -> Iterator[tuple[Sheet, Table] | Nearest | Sheet]:
    """Yield the tables of a sheet: beside each other, each with its own headings, and below each other."""
    sheet = unfolded(sheet, registers.vocabulary)
    blocks = side_by_side(sheet)
    if len(blocks) > 1:
        found = [
            recognise(block, sources, registers.vocabulary, named.name, named.folder, _stated(named))
            for block in blocks
        ]
        if all(isinstance(each, Table) and each.fields for each in found):
            for block in blocks:
                yield from _stacked(block, sources, registers, named)
            return
    yield from _stacked(sheet, sources, registers, named)


def _stacked(
    sheet: Sheet, sources: Sequence[Source], registers: Registers, named: Sighting
) -> Iterator[tuple[Sheet, Table] | Nearest | Sheet]:
    """Yield the tables of a sheet: where headings stand again below, another table begins with its own header block.

    Below other headings it is of the one unit that the titles above name, where its own name none.
    """
    found = recognise(sheet, sources, registers.vocabulary, named.name, named.folder, _stated(named))
    if not isinstance(found, Table):
        if found:
            yield found
        return
    again_below = {_block_start(sheet, found, row) for row in _repeated_headers(sheet, found)}
    others = {_block_start(sheet, found, row) for row in _other_headers(sheet, found, sources)} - again_below
    starts = sorted({0, *others, *again_below})
    if len(starts) == 1:
        yield sheet, found
        return
    units: list[str] = []
    before: Level | None = None
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        rows = sheet.cells.filter(pl.col("row") > start)
        part = replace(sheet, cells=rows.filter(pl.col("row") <= end) if end else rows)
        again = recognise(part, sources, registers.vocabulary, named.name, named.folder, _stated(named))
        if isinstance(again, Table):
            block, *rest = again.levels
            units += [block.unit] if block.unit and block.unit not in units else []
            if before and start in again_below and again.header_first == part.cells["row"][0]:
                block = before  # headings again on a new page, with no title between
            elif start in others and len(units) == 1 and "unit" not in again.fields:
                block = replace(block, unit=units[0])
            before = block
            yield part, replace(again, levels=(block, *rest))
        elif start in others or part.cells.height > MOST_ROWS_OF_A_NOTE:
            yield part


def _stated(named: Sighting) -> tuple[Level, ...]:
    """Return what was stated of the file when it was given: it comes after what the table itself says."""
    if not (named.stated_unit or named.stated_period):
        return ()
    return (Level("stated", find_period(named.stated_period)[0], named.stated_unit or None),)


def _repeated_headers(sheet: Sheet, table: Table) -> list[int]:
    heading = sheet.cells.filter(pl.col("row") == table.header_first).row(0)[1:]
    if sum(bool(cell) for cell in heading) < CELLS_OF_A_HEADING:
        return []
    same = pl.all_horizontal(pl.col(f"c{i}") == cell for i, cell in enumerate(heading))
    return sheet.cells.filter(same & (pl.col("row") > table.header_last))["row"].to_list()


def _other_headers(sheet: Sheet, table: Table, sources: Sequence[Source]) -> list[int]:
    """Return the rows below a table of figures where other headings stand: words alone, most of them known to the forms, also over
    the columns of figures."""
    measured = [f"c{value.index}" for value in table.values]
    if not measured:
        return []
    figure = rf"^[{NUMBER}{DATE}]|^[0-9.,%-]*[0-9][0-9.,%-]*$"
    is_word = [(pl.col(c) != "") & ~says(c, figure) for c in measured]
    over = pl.any_horizontal(is_word) & pl.all_horizontal(
        (pl.col(c) == "") | word for c, word in zip(measured, is_word, strict=True)
    )
    rows = sheet.cells.filter((pl.col("row") > table.header_last) & over)
    wide = pl.sum_horizontal(pl.exclude("row") != "") >= CELLS_OF_A_HEADING
    rows = rows.filter(wide & ~pl.any_horizontal(says(c, figure) for c in rows.columns[1:])).head(_MOST_HEADERS)
    known = table.source.ignored.union(*(s.labels for s in sources))
    outside = frozenset().union(*(s.outside for s in sources))

    days = [value.index for value in table.values if table.source.field(value.measure).type == "moment"]

    def is_known(text: str) -> bool:
        period, rest = find_period(text)
        return (
            label(text) in known
            or bool(outside & set(label(text).split()))
            or (bool(period) and (rest in known or not rest))
        )

    def is_heading(cells: Sequence[str]) -> bool:
        texts = [text for text in cells if text]
        over = [cells[index] for index in days if cells[index]]
        if any(find_date(text) for text in over):
            return False  # the day on which a report came
        over += [cells[value.index] for value in table.values if cells[value.index] and value.index not in days]
        told = sum(map(is_known, texts))
        return len(set(texts)) >= CELLS_OF_A_HEADING and 2 * told > len(texts) and all(map(is_known, over))

    return [row for row, *cells in rows.rows() if is_heading(cells)]


def _block_start(sheet: Sheet, table: Table, header_row: int) -> int:
    """Return the last row with figures above a repeated header: what follows it belongs to the next table.

    Where nothing is measured, as in a list of names, it is the last row with as many filled cells as make a heading.
    """
    above = sheet.cells.filter(pl.col("row") < header_row)
    if measured := [f"c{value.index}" for value in table.values]:
        is_record = pl.any_horizontal(says(c, rf"^({NUMBER})?[0-9]") for c in measured)
    else:
        is_record = pl.sum_horizontal(pl.exclude("row") != "") >= CELLS_OF_A_HEADING
    return above.filter(is_record)["row"].max() or 0  # ty: ignore[invalid-explicit-return]
