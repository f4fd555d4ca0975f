"""XML read as a stream by a real parser: no document type, no entity, no token or text larger than a cell may be."""

import zipfile
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from etl.reading import pace
from etl.reading.grid import Unreadable
from etl.reading.guard import TooLarge, check_part, check_unpacked

_BLOCK = 1 << 18
_LONGEST = 4 << 20  # bytes of one tag, characters of one cell: a spreadsheet allows 32,767

Attributes = dict[str, str]


class Local(dict[str, str]):
    """The names of elements or attributes without their prefix: `x:row` is `row`, as any program may write it."""

    def __missing__(self, name: str) -> str:
        """Return the local part of a name that was not met yet."""
        local = name.rpartition(":")[2]
        if len(self) < 10_000:
            self[name] = local
        return local


class Markup:
    """A parser whose handlers the reader sets; `texts` gathers the text since the reader cleared it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.expat = expat.ParserCreate()
        self.expat.buffer_text = True
        self.expat.buffer_size = 1 << 16
        self.expat.CharacterDataHandler = self.texts.append
        self.expat.StartDoctypeDeclHandler = _refuse

    def on(self, start: Callable[[str, Attributes], object], end: Callable[[str], object] | None = None) -> "Markup":
        """Set what is called where an element begins and ends."""
        self.expat.StartElementHandler = start
        self.expat.EndElementHandler = end
        return self

    def parse(self, stream: IO[bytes], before: int = 0, whole: int = 0) -> None:
        """Read a stream to its end; raises Unreadable where it is no XML, TooLarge for a tag or text without end.

        Of `whole` bytes, where that is known, so many were read `before` it.
        """
        fed = 0
        try:
            while block := stream.read(_BLOCK):
                self.expat.Parse(block, False)
                fed += len(block)
                pace.told(before + fed, whole)
                waiting = fed - max(self.expat.CurrentByteIndex, 0)
                if waiting > _LONGEST or (len(self.texts) > 1 and sum(map(len, self.texts)) > _LONGEST):
                    raise TooLarge(f"{_LONGEST >> 20}+ juta huruf dalam satu sel", f"{_LONGEST >> 20} juta")
            self.expat.Parse(b"", True)
        except expat.ExpatError as error:
            raise Unreadable("file_damaged") from error


def _refuse(*_: object) -> None:
    raise Unreadable("file_entities")


class Parts:
    """The parts of a zipped workbook by their names, which are the same in capitals."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {}
        self._read = unpacked = 0
        for part in archive.infolist():
            if part.flag_bits & 1:
                raise Unreadable("file_locked")
            check_part(part.compress_size, part.file_size)
            unpacked += part.file_size
            self._parts.setdefault(part.filename.replace("\\", "/").lstrip("/").casefold(), part)
        check_unpacked(unpacked)
        self._marked_up = sum(part.file_size for name, part in self._parts.items() if name.endswith(".xml"))

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._parts

    def open(self, name: str) -> IO[bytes]:
        """Return a part to read; raises Unreadable where it is not there."""
        if name not in self:
            raise Unreadable("file_damaged")
        return self._archive.open(self._parts[name.casefold()])

    def parse(self, name: str, markup: Markup) -> None:
        """Read a part that is XML."""
        with self.open(name) as stream:
            markup.parse(stream, self._read, self._marked_up)
        self._read += self._parts[name.casefold()].file_size
