"""Which tables a document holds: each sheet under the source that fits best, and parts of a sheet where headings stand again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from etl.lake import Sighting
from etl.reading.files import Document, Sheet
from etl.reading.periods import find_period
from etl.reading.texts import says
from etl.reading.words import NUMBER, label
from etl.recognising.layouts import side_by_side, unfolded
from etl.recognising.recognise import Level, Nearest, Table, recognise
from etl.recognising.source import Source
from etl.reference import Registers, Vocabulary

# So many filled cells make a header row known again further down; a pair such as `Bulan: Mei` may well repeat.
CELLS_OF_A_HEADING = 3


def tables_of(
    document: Document, sources: Sequence[Source], registers: Registers, named: Sighting
) -> tuple[list[tuple[Sheet, Table]], Nearest | None]:
    """Return the tables of a document, each with the sheet (or the part of it) where it stands, and the source that came nearest."""
    tables: list[tuple[Sheet, Table]] = []
    nearest: Nearest | None = None
    for sheet in document.sheets:
        for part in _parts(sheet, sources, registers, named):
            if isinstance(part, Nearest):
                nearest = part if nearest is None or nearest.source is None else nearest
            else:
                tables.append(part)
    return _named_by_service(tables, registers.vocabulary), nearest


def _named_by_service(tables: list[tuple[Sheet, Table]], vocabulary: Vocabulary) -> list[tuple[Sheet, Table]]:
    """Return the tables of visits with the service that their sheet is called after, where the sheets are called after services.

    `Umum` is a payer, too: what more of the other sheets are decides.
    """
    names = {label(sheet.name) for sheet, table in tables if table.source.kind == "visit"}
    services = {name for name in names if vocabulary.services.get(name, "total") != "total"}
    if len(services) < 2 or len(services) <= len(names & set(vocabulary.payers)):
        return tables
    return [
        (sheet, replace(table, levels=tuple(
            replace(level, service=level.service or label(sheet.name)) if level.place == "sheet" else level for level in table.levels
        )) if label(sheet.name) in services else table)
        for sheet, table in tables
    ]  # fmt: skip


def _parts(
    sheet: Sheet, sources: Sequence[Source], registers: Registers, named: Sighting
) -> Iterator[tuple[Sheet, Table] | Nearest]:
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
) -> Iterator[tuple[Sheet, Table] | Nearest]:
    """Yield the tables of a sheet: where the same headings stand again below, another table begins with its own header block."""
    found = recognise(sheet, sources, registers.vocabulary, named.name, named.folder, _stated(named))
    if not isinstance(found, Table):
        if found:
            yield found
        return
    repeats = _repeated_headers(sheet, found)
    if not repeats:
        yield sheet, found
        return
    starts = [0, *(_block_start(sheet, found, row) for row in repeats)]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        rows = sheet.cells.filter(pl.col("row") > start)
        part = replace(sheet, cells=rows.filter(pl.col("row") <= end) if end else rows)
        again = recognise(part, sources, registers.vocabulary, named.name, named.folder, _stated(named))
        if isinstance(again, Table):
            yield part, again


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
