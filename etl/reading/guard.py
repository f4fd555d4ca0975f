"""What a file may not do: be larger than a computer can hold, hide characters in names, show a person's number."""

import hashlib
import re
from collections.abc import Collection
from pathlib import Path

import polars as pl

from queries.escape import on_one_line

MOST_BYTES = 256 << 20
MOST_BYTES_OF_LINES = (
    1 << 30
)  # of a text with a row a line: it is read piece by piece, and takes less memory than it is long
MOST_UNPACKED = 1 << 30  # all parts of a workbook, unpacked
LARGE_PART = 32 << 20  # from this size on a part of a zip may not unpack to ..
MOST_SHRUNK = 200  # .. so many times its size: sheets shrink to a tenth or a thirtieth, what is made to fill a computer to a thousandth
MOST_CELLS = 20_000_000  # rows x columns of the used range of a sheet
LONGEST_TEXT = 300  # of what is quoted from a report

# A NIP (18 digits, written together or 8 6 1 3) or a NIK (16).
_PERSON = re.compile(r"(?<!\d)(?:\d{8}[ .]?\d{6}[ .]?\d[ .]?\d{3}|\d{16})(?!\d)")


_MAYBE_PERSON = r"\d{8}[ .]?\d{6}[ .]?\d[ .]?\d{3}|\d{16}"
# What says that a file is of patients: a NIK, or the heading of a column that only lists of patients have.
_OF_PATIENTS = (
    r"(^|\D)\d{16}(\D|$)|(?i)^\W*(nik|(nama|nm)\W*(lengkap\W*)?(pasien|penderita|peserta|bayi|ibu|balita)\b"
    r"|(no|nomor)\W*(e?rm|rekam medis|ktp|kk|bpjs|jkn|kartu)\b)"
)
HIDDEN = re.compile(r"\(\d+ karakter\)")  # what is left of a word that may be a person's name


class TooLarge(Exception):
    """More than is read; `found` and `limit` say it in words."""

    def __init__(self, found: str, limit: str) -> None:
        super().__init__(f"{found} > {limit}")
        self.found, self.limit = found, limit


def seen(text: str) -> str:
    """Return a text on one line without characters that are not seen (controls, marks of direction, half characters); spaces single.

    The marks of native cells are not seen either, so that no text can forge one.
    """
    return on_one_line(text)


def masked(text: str) -> str:
    """Return a text in which every NIP and NIK is cut to its last three digits."""
    return _PERSON.sub(lambda found: f"…{found[0][-3:]}", text)


def without_numbers(frame: pl.DataFrame, but: Collection[str]) -> pl.DataFrame:
    """Return a frame in whose texts every NIP and NIK is cut, but in the columns that are there for them."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String and name not in but]
    changed = {}
    for name in texts:
        found = frame[name].unique().drop_nulls()
        found = found.filter(found.str.contains(_MAYBE_PERSON)).to_list()
        if found:
            changed[name] = pl.col(name).replace(found, [masked(each) for each in found])
    return frame.with_columns(**changed) if changed else frame


def is_of_patients(cells: pl.DataFrame) -> bool:
    """Tell whether a sheet is a list of patients, or a NIK stands in it."""
    texts = [name for name, kind in cells.schema.items() if kind == pl.String]
    return any(cells[name].str.contains(_OF_PATIENTS).any() for name in texts)


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


def check_size(size: int, head: bytes = b"") -> None:
    """Raise TooLarge for a file of so many bytes that it can't be held in memory; `head` is how it begins, where that is known."""
    most = MOST_BYTES_OF_LINES if _is_of_lines(head) else MOST_BYTES
    if size > most:
        raise TooLarge(f"{size >> 20} MB", f"{most >> 20} MB")


def _is_of_lines(head: bytes) -> bool:
    """Tell whether a file that begins so is a text of lines: no workbook, no markup."""
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return bool(begins) and b"\x00" not in head and not begins.startswith((b"PK", b"\xd0\xcf", b"<", b"%PDF"))


def check_part(packed: int, unpacked: int) -> None:
    """Raise TooLarge for a part of a zip that is large and all but empty: no sheet shrinks so far."""
    if unpacked > LARGE_PART and unpacked > MOST_SHRUNK * packed:
        raise TooLarge(f"{unpacked >> 20} MB", f"{LARGE_PART >> 20} MB")


def check_unpacked(size: int) -> None:
    """Raise TooLarge for a workbook whose parts unpack to so many bytes."""
    if size > MOST_UNPACKED:
        raise TooLarge(f"{size >> 20} MB", f"{MOST_UNPACKED >> 20} MB")


def check_spread(rows: int, columns: int, most: int | None = None) -> None:
    """Raise TooLarge for the range that holds all cells of a sheet, where it has more cells than are read (`most`, else MOST_CELLS)."""
    most = most or MOST_CELLS
    if rows * columns > most:
        raise TooLarge(f"{rows * columns / 1e6:.0f} juta sel", f"{most / 1e6:.0f} juta sel")


def most_cells_of_text(size: int) -> int:
    """Return how many cells a text of so many bytes may spread over: a cell that holds something takes two bytes of it at least."""
    return max(MOST_CELLS, size // 2)
