"""The sample of a district's own form: its example without what is of persons, and the rows that it gave; both are read again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from etl.conforming import kept
from etl.conforming.conform import Conformed, conform
from etl.folder import write_table
from etl.kinds import KINDS
from etl.lake import KEPT, Lake, Sighting
from etl.reading.files import Document
from etl.recognising.recognise import Table
from etl.recognising.source import Source, load_all, own_folders
from etl.recognising.tables import tables_of
from etl.reference import Registers

FOLDER = "contoh"  # below sources/
EXAMPLE, EXPECTED = ".contoh.ndjson", "expected"
MOST_ROWS = 60  # of data that a sample keeps
MOST_FILES = 300  # of the lake that are looked at, the newest first
_PLACE = ("file_id", "sheet", "row")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a sample: which form read it (none: nobody did), and the rows expected and found."""

    source: str
    read_as: str
    expected: int
    found: int


def sighting(name: str) -> Sighting:
    """Return under which name a sample is read: one that tells no period and no unit."""
    return Sighting(FOLDER, f"{name}.xlsx", 0.0)


def read(document: Document, sources: Sequence[Source], registers: Registers, named: Sighting) -> list[Conformed]:
    """Return what a document gives under these sources."""
    tables, _nearest, _unread = tables_of(document, sources, registers, named)
    return [conform(sheet, table, registers.vocabulary) for sheet, table in tables]


def rows_of(found: Sequence[Conformed]) -> pl.DataFrame:
    """Return the records of tables of one kind as texts, in order, without their places."""
    if not found:
        return pl.DataFrame()
    wanted = [name for name in KINDS[found[0].source.kind] if name not in _PLACE]
    parts = [
        one.records.select(pl.col(name).cast(pl.String) for name in wanted if name in one.records.columns)
        for one in found
    ]
    return pl.concat(parts, how="diagonal").pipe(lambda f: f.select(name for name in wanted if name in f.columns))


def cut(document: Document, source: Source, registers: Registers, named: Sighting) -> pl.DataFrame:
    """Return the cells that a sample keeps: of its table the columns that the declaration knows, some rows of data, nothing of persons."""
    tables, _nearest, _unread = tables_of(document, [source], registers, named)
    parts = []
    for sheet, table in tables[:1]:
        read_columns = {*table.fields.values(), *(v.index for v in (*table.values, *table.totals))}
        heading, head = pl.col("row") <= table.header_last, pl.col("row") < table.header_first
        cells = sheet.cells.filter(pl.col("row") <= table.header_last + MOST_ROWS).with_columns(
            pl.when(heading).then(pl.col(f"c{i}")).otherwise(pl.lit("")).alias(f"c{i}")
            for i in range(sheet.width)
            if i not in read_columns
        )
        told = [row for row, *texts in cells.filter(head).rows() if _tells(texts, registers)]
        cells = cells.filter(~head | pl.col("row").is_in(told))
        parts.append((replace(sheet, cells=cells), table))
    return kept.keep(replace(document, hidden=()), parts, (), registers.vocabulary)


def _tells(texts: Sequence[str], registers: Registers) -> bool:
    """Whether a line above a table says whose or of when it is; any other may name a person."""
    from etl.reading.periods import find_period  # noqa: PLC0415

    words = " ".join(filter(None, texts))
    return bool(find_period(words)[0]) or registers.vocabulary.unit_in(words) is not None


def write(data_dir: Path, source: Source, cells: pl.DataFrame, rows: pl.DataFrame) -> list[Path]:
    """Write the sample of a source beside its declaration; returns the files."""
    folder = data_dir / "sources" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    example = folder / f"{source.name}{EXAMPLE}"
    cells.write_ndjson(example)
    return [example, write_table(folder, f"{source.name}.{EXPECTED}", rows)]


def faults(data_dir: Path, registers: Registers) -> Iterator[Fault]:
    """Yield what is wrong with the samples of a district's own forms, read again by the declarations as they are now."""
    own = {path.stem for folder in own_folders(data_dir) for path in folder.glob("*.toml")}
    sources = load_all(*own_folders(data_dir))
    for path in sorted((data_dir / "sources" / FOLDER).glob(f"*{EXAMPLE}")):
        name = path.name.removesuffix(EXAMPLE)
        if name not in own:
            continue
        document, _others = kept.document(pl.read_ndjson(path, schema=pl.Schema(KEPT)))
        found = read(document, sources, registers, sighting(name))
        expected = pl.read_csv(path.with_name(f"{name}.{EXPECTED}.csv"), infer_schema=False)
        read_as = ", ".join(dict.fromkeys(one.source.name for one in found))
        rows = rows_of(found)
        if read_as != name or _differ(rows, expected):
            yield Fault(name, read_as, expected.height, rows.height)


def _differ(rows: pl.DataFrame, expected: pl.DataFrame) -> bool:
    blank = [name for name in rows.columns if rows[name].null_count() == rows.height]
    return (
        rows.drop(blank).to_dicts()
        != expected.drop(name for name in expected.columns if expected[name].null_count() == expected.height).to_dicts()
    )


def taken_over(data_dir: Path, source: Source, registers: Registers) -> list[tuple[str, str]]:
    """Return the files that were loaded under another form and that this one would read instead: name, and the title of that form."""
    lake = Lake(data_dir)
    others = [each for each in load_all(*own_folders(data_dir)) if each.name != source.name]
    known = {each.name: each for each in others}
    found = []
    for entry in list(lake.manifest().values())[-MOST_FILES:]:
        cells = lake.kept(entry.key) if entry.key and lake.has(entry.key) else None
        if cells is None or not cells.height:
            continue
        before = lake.reading(entry.key)
        document, _names = kept.document(cells)
        tables, _nearest, _unread = tables_of(document, [*others, source], registers, entry.named)
        if any(table.source.name == source.name for _sheet, table in tables if isinstance(table, Table)):
            title = ", ".join(known[name].title for name in before.sources if name in known)
            found.append((entry.named.name, title))
    return found
