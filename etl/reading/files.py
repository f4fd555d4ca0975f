"""From the bytes of a file to its sheets: what kind of file it is, whatever its name says, and which reader reads it."""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from mmap import mmap

from etl.reading import delimited, returned
from etl.reading.grid import Grid, Sheet, Unreadable
from etl.reading.guard import TooLarge, check_size, shown_name
from etl.reading.workbooks import excel2003, html, ods, xls, xlsb, xlsx
from etl.reading.workbooks.markup import Parts
from queries.endings import ENDINGS

__all__ = ["ENDINGS", "Document", "Sheet", "Unreadable", "read"]

_ZIP, _CONTAINER = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# How a web page begins that a browser has saved with its pictures, and an exported conversation: `[05/01/24, 08.15.20] Nama: ...`.
_MESSAGE = re.compile(r"(?:From: <Saved by|MIME-Version:|Content-Type: multipart/related)", re.IGNORECASE)
_CHAT = re.compile(
    r"\u200e?(\[)?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},? (?:pukul )?\d{1,2}[.:]\d\d(?:[.:]\d\d)?(?:\s?[AP]M)?(?(1)\]| -) \S"
)
_HEAD = 4096  # characters in which a markup says what it is
# What else comes by the names of workbooks: what it is in words, by a part or by how it begins.
_OTHER_PARTS = {"word/document.xml": "Word", "ppt/presentation.xml": "PowerPoint"}
_OTHER_STARTS = {
    b"%PDF": "PDF",
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG": "PNG",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"OggS": "suara",
}


@dataclass(frozen=True)
class Document:
    """The sheets of a file that hold something, the names of its hidden sheets (not read), and the text encoding.

    `corrects` is the hash of the file that it is a correction of, where it went back to its sender before; `returned` the sheet that
    says so, which is none of its sheets.
    """

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()
    encoding: str | None = None
    corrects: str = ""
    returned: str = ""


def read(content: bytes | mmap) -> Document:
    """Return the sheets of a file, by what the bytes are and not by what the file name says; raises Unreadable."""
    if not content[:4096].strip() and not bytes(content).strip():
        raise Unreadable("file_empty")
    try:
        check_size(len(content), content[:4096])
        return _read(content)
    except TooLarge as error:
        raise Unreadable("file_too_large", found=error.found, limit=error.limit) from error
    except (ArithmeticError, LookupError, EOFError, RuntimeError, ValueError, struct.error, zlib.error) as error:
        raise Unreadable("file_damaged") from error  # what no reader expects of a file of its kind
    except zipfile.BadZipFile as error:
        raise Unreadable("file_damaged") from error


def _read(content: bytes | mmap) -> Document:
    begins = content[:4096]
    if begins.startswith(_ZIP):
        return _document(_zipped(bytes(content)))
    if begins.startswith(_CONTAINER):
        return _document(xls.read(bytes(content)))
    if other := next((name for start, name in _OTHER_STARTS.items() if begins.startswith(start)), None):
        raise Unreadable("file_not_a_table", found=other)
    text = delimited.decoded(content)
    encoding, head = text.encoding, text.head(_HEAD).lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        return _document(_marked_up(bytes(content), text.whole()), encoding)
    if _MESSAGE.match(head):
        return _document(_marked_up(*html.saved_page(bytes(content))), encoding)
    if _CHAT.match(head):
        raise Unreadable("file_is_a_chat")
    if head[:1] in "{[":
        raise Unreadable("file_not_a_table", found=head[:1])
    return Document((delimited.read(text),), (), encoding)


def _zipped(content: bytes) -> tuple[list[Grid], list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = Parts(archive)
        if "content.xml" in parts or "encrypted-package" in parts:
            return ods.read(parts)
        if "xl/workbook.bin" in parts:
            return xlsb.read(parts)
        if other := next((name for part, name in _OTHER_PARTS.items() if part in parts), None):
            raise Unreadable("file_not_a_table", found=other)
        if "xl/workbook.xml" not in parts and "[content_types].xml" not in parts:
            raise Unreadable("zip_within")
        return xlsx.read(parts)


def _marked_up(content: bytes, text: str) -> tuple[list[Grid], list[str]]:
    """Read a text that begins with `<`: a workbook that is XML, or a web page with tables."""
    head = text[:_HEAD].casefold()
    if "urn:schemas-microsoft-com:office:spreadsheet" in head and "<html" not in head:
        return excel2003.read(_without_lead(content))
    if "urn:oasis:names:tc:opendocument" in head:
        return ods.read_xml(_without_lead(content))
    if "<table" not in text.casefold():
        raise Unreadable("file_not_a_table", found="<")
    grids = html.read(html.decoded(content) or text)
    if not any(grid.rows for grid in grids):
        raise Unreadable("file_not_a_table", found="<")
    return grids, []


def _without_lead(content: bytes) -> io.BytesIO:
    """Return XML as it must begin: programs leave blank lines before its declaration."""
    return io.BytesIO(content if b"\x00" in content[:4] else content.removeprefix(b"\xef\xbb\xbf").lstrip())


def _document(read_in: tuple[list[Grid], list[str]], encoding: str | None = None) -> Document:
    grids, hidden = read_in
    origins = {grid.name: sha for grid in grids if (sha := returned.origin(grid))}
    sheets = (grid.sheet() for grid in grids if grid.name not in origins)
    kept = tuple(sheet for sheet in sheets if sheet.cells.height or sheet.uncomputed)
    names = tuple(shown_name(name) for name in hidden if name != returned.TITLE)
    return Document(kept, names, encoding, next(iter(origins.values()), ""), next(iter(origins), ""))
