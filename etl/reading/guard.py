"""What a file may not do: be larger than a computer can hold, hide characters in names, show a person's number."""

import hashlib
import io
import re
import zipfile
from pathlib import Path

from queries.escape import on_one_line

MOST_BYTES = 256 << 20
MOST_UNPACKED = 1 << 30  # all parts of a workbook, unpacked
MOST_CELLS = 20_000_000  # rows x columns of the used range of a sheet
LONGEST_TEXT = 300  # of what is quoted from a report

# A NIP (18 digits, written together or 8 6 1 3) or a NIK (16).
_PERSON = re.compile(r"(?<!\d)(?:\d{8}[ .]?\d{6}[ .]?\d[ .]?\d{3}|\d{16})(?!\d)")
_CELL_AT = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ODS_PART = re.compile(
    rb"<table:(table-row|table-cell|covered-table-cell|table)(?=[\s/>])([^>]*)>|</table:(table-row|table)>", re.DOTALL
)
_ODS_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="([0-9]{1,9})"')


class TooLarge(Exception):
    """More than is read; `found` and `limit` say it in words."""

    def __init__(self, found: str, limit: str) -> None:
        super().__init__(f"{found} > {limit}")
        self.found, self.limit = found, limit


def seen(text: str) -> str:
    """Return a text without characters that are not seen (controls, marks of direction, half characters); spaces single."""
    return on_one_line(text)


def masked(text: str) -> str:
    """Return a text in which every NIP and NIK is cut to its last three digits."""
    return _PERSON.sub(lambda found: f"…{found[0][-3:]}", text)


def quoted(text: str) -> str:
    """Return what a report says as it may be shown: numbers of people masked, no longer than 300 characters."""
    text = masked(text)
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def shown_name(name: str) -> str:
    """Return the name of a file, folder or sheet as it may be kept and shown; never blank."""
    return masked(seen(name.encode("utf-8", "replace").decode())) or "?"


def shown(path: Path) -> tuple[str, str]:
    """Return the names of a file's folder and of the file as they are kept."""
    return shown_name(path.parent.name), shown_name(path.name)


def hashed(path: Path) -> tuple[str | None, float]:
    """Return the hash of a file and when it was modified; no hash where it is there no longer."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_mtime
    except FileNotFoundError:
        return None, 0.0


def as_pattern(path: Path) -> str:
    """Return a path as DuckDB reads it, which takes `*`, `?` and `[` in names for patterns."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def check_size(size: int) -> None:
    """Raise TooLarge for a file of so many bytes that it can't be held in memory."""
    if size > MOST_BYTES:
        raise TooLarge(f"{size >> 20} MB", f"{MOST_BYTES >> 20} MB")


def check_workbook(content: bytes) -> None:
    """Raise TooLarge for a workbook that unpacks, or whose used range spreads, beyond what is read; BadZipFile for a damaged one."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise TooLarge(f"{unpacked >> 20} MB", f"{MOST_UNPACKED >> 20} MB")
        for part in archive.namelist():
            if re.fullmatch(r"/?xl/.+\.xml", part):
                _check_cells(_spread(archive.read(part)))
            elif part == "content.xml":
                _check_cells(_spread_ods(archive.read(part)))


def _check_cells(cells: int) -> None:
    if cells > MOST_CELLS:
        raise TooLarge(f"{_millions(cells)} juta sel", f"{_millions(MOST_CELLS)} juta sel")


def _millions(cells: int) -> str:
    return f"{cells / 1e6:.0f}"


def _spread(sheet: bytes) -> int:
    """Return rows x columns of the smallest range that holds all cells of an XLSX sheet: that is what a reader makes room for."""
    at = {(m[1], m[2]) for m in _CELL_AT.finditer(sheet)}
    if not at:
        return 0
    columns = [column_number(letters.decode()) for letters in {letters for letters, _ in at}]
    rows = [int(number) for _, number in at]
    return (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)


def column_number(letters: str) -> int:
    """Return the place of a column, from 1, that a spreadsheet calls by these capitals: `AB` is 28."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place


def _spread_ods(content: bytes) -> int:
    """Return the cells of the widest-spread ODS table, repeated ones counted as often as they are, blank tails left out."""
    most = rows = waiting = 0
    width = cells = widest = repeat = 0
    for found in _ODS_PART.finditer(content):
        kind, attributes, closed = found[1], found[2] or b"", found[3]
        times = int(m[1]) if (m := _ODS_REPEATED.search(attributes)) else 1
        if kind == b"table":
            rows = waiting = widest = 0
        elif kind == b"table-row":
            width = cells = 0
            repeat = times
        elif kind:
            cells += times
            if b"office:value-type" in attributes:
                width = cells
        if closed == b"table-row":
            if width:
                rows, waiting, widest = rows + waiting + repeat, 0, max(widest, width)
                most = max(most, rows * widest)
            else:
                waiting += repeat
    return most
