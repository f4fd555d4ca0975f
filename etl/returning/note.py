"""What is said of a place in a file that goes back, and the words of its first sheet; for the sender, so Indonesian."""

from collections.abc import Sequence
from dataclasses import dataclass

from etl.reading.returned import TITLE, says
from queries.escape import disarmed, on_one_line

AUTHOR = "Rapor"
MOST_LISTED, MOST_MARKED = 2000, 500  # lines of the first sheet, comments of a sheet
HEADINGS = ("No.", "Tempat", "Tertulis", "Yang salah", "Perbaikan")
WIDTHS = (6, 26, 24, 52, 60)
MADE_ANEW = "Buku kerja ini dibuat ulang dari {name}: isi selnya sama, tetapi rumus dan tampilannya tidak ikut."
NO_MACROS = "Makro berkas asal tidak ikut dikirim kembali."
HOW = (
    "Perbaiki sel yang disebut di lembarnya, simpan, lalu kirim berkas ini lagi. Lembar ini tidak dibaca sebagai laporan; "
    "biarkan di tempatnya: dari sini dikenali berkas mana yang Anda perbaiki."
)
WITHOUT_COMMENTS = "Lembar {name} tidak dapat diberi komentar; lihat daftar di bawah."
HIDDEN = "Lembar tersembunyi tidak ikut: {names}."


class Unable(Exception):
    """A workbook can't be marked in this way."""


@dataclass(frozen=True)
class Note:
    """What is wrong in one place: sheet as a reading names it, row from 1, column from 0; none of a row, sheet or file as a whole.

    `found` is what stands there, `wrong` why it is refused, `mend` what to do.
    """

    sheet: str
    row: int | None
    column: int | None
    found: str
    wrong: str
    mend: str

    @property
    def text(self) -> str:
        """Return what a comment beside the cell says."""
        lines = [
            f"Tertulis: {self.found}" if self.found else "",
            self.wrong,
            f"Perbaikan: {self.mend}" if self.mend else "",
        ]
        return "\n".join(on_one_line(each) for each in lines if each)


def letters(column: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(row: int, column: int) -> str:
    """Return what a spreadsheet calls a cell."""
    return f"{letters(column)}{row}"


def heading(sha: str, count: int, also: Sequence[str]) -> list[str]:
    """Return the lines above the list."""
    return [f"{TITLE}: {count}", says(sha), HOW, *map(on_one_line, also)]


def line(number: int, note: Note) -> tuple[str, ...]:
    """Return one line of the list: number, place, what stands there, what is wrong, what to do; harmless in any spreadsheet."""
    cell = "" if note.row is None else f"baris {note.row}" if note.column is None else address(note.row, note.column)
    place = " ".join(each for each in (note.sheet, cell) if each) or "seluruh berkas"
    return str(number), *(disarmed(on_one_line(each)) for each in (place, note.found, note.wrong, note.mend))


def more(count: int) -> str:
    """Return how many are not listed, blank where all are."""
    return f"… dan {count - MOST_LISTED} lagi" if count > MOST_LISTED else ""
