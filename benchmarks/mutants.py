"""Mutants of report files: bytes, the parts of a workbook, or its cells changed as accidents, programs and people change them."""

import csv
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from etl.reading.files import ENDINGS, Document, Unreadable, read
from etl.reading.guard import seen
from etl.reading.words import DATE, NUMBER, plain

LARGEST_SEED = 300_000  # bytes; larger files take long and break in no other ways
Grid = list[list[str]]
NUMBERS = (
    "0",
    "-1",
    "1e309",
    "nan",
    "9" * 23,
    "1.234.567,89",
    "12.500",
    "12,750",
    "81,3 %",
    "≥ 90",
    "½",
    "1/0",
    "0x1F",
    "٣",
    "1 000",
)
DATES = (
    "31/02/2026",
    "29/02/2025",
    "2026-13-01",
    "00/00/0000",
    "12/11/26",
    "45000",
    "TW III 2026",
    "s.d. Mei",
    "9999-12-31",
    "I",
    "32",
)
WORDS = (
    "",
    " ",
    "\u00a0",
    "Jumlah",
    "TOTAL",
    "J U M L A H",
    "#REF!",
    "-",
    "n/a",
    "\u202e",
    "\x07",
    "=1+1",
    "a" * 40_000,
    "é" * 300,
    "\U0001f600",
)
TOKENS = (b"<c ", b"<row r='9999999'>", b"</sheetData>", b"&x;", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b'r="zz9"',
          b"number-columns-repeated='99999999'",
          b"\x00", b",,,,,,,,", b"\xff\xfe", b'"', b"\r", b"PK\x03\x04", b"]]>", b"<table>", b"t='e'", b"<v>1e400</v>")  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A file as it might come: how it was made, and how many rows are filled in it, where that is certain."""

    name: str
    content: bytes
    how: str
    rows: int | None = None


@dataclass(frozen=True)
class Seed:
    """A file that mutants are made of, and the cells of its sheets."""

    name: str
    content: bytes
    sheets: list[Grid]


def seeds(folders: list[Path], sample_folder: Path) -> list[Seed]:
    """Return the files of folders, and one of each form of the sample district, which is written to `sample_folder`."""
    from rapor import sample  # noqa: PLC0415  slow, and only here

    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix.casefold() in ENDINGS]
    by_form: dict[tuple[str, str], Path] = {}
    for path in sorted(sample.prepare(sample_folder), key=lambda path: path.stat().st_size):
        by_form.setdefault((path.parent.name, path.stem[:8]), path)
    whole = [*found, *by_form.values()]
    return [_seed(path) for path in whole if path.stat().st_size <= LARGEST_SEED]


def _seed(path: Path) -> Seed:
    content = path.read_bytes()
    try:
        document = read(content)
    except Unreadable:
        document = Document(())
    sheets = [[list(row[1:]) for row in sheet.cells.rows()] for sheet in document.sheets]
    return Seed(path.name, content, [sheet[:400] for sheet in sheets])


def endless(found: list[Seed], chance: random.Random) -> Iterator[Mutant]:
    """Yield mutants without end, the same for the same chance."""
    while True:
        seed = chance.choice(found)
        ways: list[Callable[[Seed, random.Random], Mutant]] = [_bytes]
        if seed.content.startswith(b"PK"):
            ways += [_parts, _parts]
        if seed.sheets:
            ways += [_cells, _cells, _cells]
        yield chance.choice(ways)(seed, chance)


def _bytes(seed: Seed, chance: random.Random) -> Mutant:
    return Mutant(seed.name, _harmed(seed.content, chance), "bytes")


def _harmed(content: bytes, chance: random.Random) -> bytes:
    """Return bytes that were cut off, flipped, lost, doubled, or written into."""
    harmed = bytearray(content or b" ")
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(harmed) + 1)
        end = min(len(harmed), at + chance.choice((1, 4, 64, 1000)))
        match chance.randrange(6):
            case 0 if at < len(harmed):
                harmed[at] ^= 1 << chance.randrange(8)
            case 1:
                del harmed[at:end]
            case 2:
                harmed[at:at] = harmed[at:end]
            case 3:
                harmed[at:at] = chance.choice(TOKENS) * chance.choice((1, 1, 3, 700))
            case 4 if chance.random() < 0.3:
                del harmed[at:]
            case _:
                harmed[at:end] = bytes(chance.randrange(256) for _ in range(min(end - at, 16)))
        harmed = harmed or bytearray(b" ")
    return bytes(harmed)


def _parts(seed: Seed, chance: random.Random) -> Mutant:
    """Return a workbook of which a part was harmed, renamed, lost, or doubled."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(seed.content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            parts = [(part.filename, old.read(part)) for part in old.infolist()]
            chosen = chance.randrange(len(parts))
            name, content = parts[chosen]
            match chance.randrange(6):
                case 0:
                    parts.pop(chosen)
                case 1:
                    parts[chosen] = (chance.choice((name.upper(), f"x{name}", name.replace("/", "\\"))), content)
                case 2:
                    parts.append((f"{name}2", content))
                case 3:
                    parts[chosen] = (name, content.replace(b'"', b"'"))
                case 4:
                    parts[chosen] = (name, _renumbered(content, chance))
                case _:
                    parts[chosen] = (name, _harmed(content, chance))
            for part, text in parts:
                new.writestr(part, text)
    except (zipfile.BadZipFile, NotImplementedError, IndexError, RuntimeError):
        return _bytes(seed, chance)
    return Mutant(seed.name, out.getvalue(), "parts")


def _renumbered(content: bytes, chance: random.Random) -> bytes:
    """Return XML in which one attribute value was made large, small, negative or lower-case."""
    pieces = content.split(b'"')
    if len(pieces) < 3:
        return content
    place = chance.randrange(len(pieces) // 2) * 2 + 1
    pieces[place] = chance.choice(
        (b"0", b"-1", b"4294967296", b"1048577", pieces[place].lower(), b"XFE1", b"A1:XFD1048576", b"")
    )
    return b'"'.join(pieces)


def _cells(seed: Seed, chance: random.Random) -> Mutant:
    """Return a file of the same cells, written anew with some of them changed."""
    grid = [row[:] for row in chance.choice(seed.sheets)]
    for _ in range(chance.choice((0, 1, 1, 2, 4, 10))):
        _change(grid, chance)
    grid = grid or [[""]]
    stem = Path(seed.name).stem
    rows = sum(any(map(seen, map(_shown, row))) for row in grid)
    if chance.random() < 0.5:
        return Mutant(f"{stem}.xlsx", _workbook(grid), "cells", rows)
    encoding = chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))
    out = io.StringIO()
    csv.writer(out, delimiter=chance.choice(";,\t|"), lineterminator=chance.choice(("\n", "\r\n"))).writerows(
        [[_shown(cell) for cell in row] for row in grid]
    )
    # A delimiter that stands in cells of most rows may be taken for the file's own: then the rows are others.
    return Mutant(f"{stem}.csv", out.getvalue().encode(encoding, "replace"), "text", None)


def _change(grid: Grid, chance: random.Random) -> None:
    """Change the rows, a column, or some cells."""
    if not grid:
        return
    width = len(grid[chance.randrange(len(grid))])
    chance.choice((_change_rows, _change_column, _change_cells) if width else (_change_rows,))(grid, width, chance)


def _change_rows(grid: Grid, _width: int, chance: random.Random) -> None:
    one, other = chance.randrange(len(grid)), chance.randrange(len(grid))
    match chance.randrange(5):
        case 0:
            grid[one], grid[other] = grid[other], grid[one]
        case 1:
            grid.insert(other, grid[one][:])
        case 2:
            del grid[one]
        case 3:
            body = grid[one:]
            chance.shuffle(body)
            grid[one:] = body
        case _:
            grid[one:one] = [[] for _ in range(chance.choice((1, 3, 40)))]


def _change_column(grid: Grid, width: int, chance: random.Random) -> None:
    column, beside, way = chance.randrange(width), chance.randrange(width), chance.randrange(3)
    for row in grid:
        match way:
            case 0 if max(column, beside) < len(row):
                row[column], row[beside] = row[beside], row[column]
            case 1:
                del row[column : column + 1]
            case 2:
                row[column:column] = row[column : column + 1]


def _change_cells(grid: Grid, width: int, chance: random.Random) -> None:
    first, column = chance.randrange(len(grid)), chance.randrange(width)
    kind = chance.choice((NUMBERS, DATES, WORDS, None))
    for row in grid[first : first + chance.choice((1, 1, 1, 5, 400))]:
        if column < len(row):
            letters = list(row[column])
            chance.shuffle(letters)
            row[column] = "".join(letters) if kind is None else chance.choice(kind)


def _workbook(grid: Grid) -> bytes:
    """Return a workbook of one sheet; what was a number in the seed is a number again."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    )
    sheet = book.add_worksheet()
    for row, cells in enumerate(grid):
        for column, cell in enumerate(cells[:200]):
            text = _shown(cell)
            if cell.startswith(NUMBER) and _is_number(text):
                sheet.write_number(row, column, float(text))
            elif text:
                sheet.write_string(row, column, text.removeprefix(DATE)[:32_767])
    book.close()
    return out.getvalue()


def _shown(cell: str) -> str:
    """Return a cell as a person would read it; of a number whose digits a mutant has changed what is left of it."""
    try:
        return plain(cell)
    except (ValueError, ArithmeticError):
        return cell.removeprefix(NUMBER)


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e300
    except ValueError:
        return False
