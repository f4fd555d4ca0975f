"""How new a report is: the date in its content, the date in its name, else when its file was last modified."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from etl.lake import Sighting
from etl.reading.dates import MONTHS, find_date, without_dates
from etl.reading.words import plain

if TYPE_CHECKING:  # not at run time: a load asks for dates, and does not read files itself
    from etl.reading.files import Document, Sheet

EDGE_ROWS = 12  # of the head and of the foot, where the date of a report stands: the letterhead, the signature
_DATED = re.compile(
    r"(?i)\b(?:tanggal (?:laporan|cetak|pembuatan|lapor|unduh)|tgl\.? cetak|dicetak|diunduh|per tanggal|data per)\b"
)
_SIGNED = re.compile(r"(?i)^[a-z][a-z .]{2,40},\s*(\d{1,2}\s+([a-z]+)\s+20\d\d)$")


def modified(named: Sighting) -> datetime:
    """Return when the file was last modified, in UTC, to the second."""
    return datetime.fromtimestamp(int(named.modified), UTC).replace(tzinfo=None)


def as_of(document: "Document", named: Sighting) -> tuple[datetime, str]:
    """Return the date of the report and where it was found: in its content, in its name, else the file's modification time."""
    dates = [day for sheet in document.sheets for day in _dates_in(sheet)]
    if dates:
        return datetime.combine(max(dates), datetime.min.time()), "content"
    if day := find_date(Path(named.name).stem):
        return datetime.combine(day, datetime.min.time()), "name"
    return modified(named), "modified"


def _dates_in(sheet: "Sheet") -> Iterator[date]:
    for _, cells in [*sheet.top(EDGE_ROWS), *((row[0], list(row[1:])) for row in sheet.cells.tail(EDGE_ROWS).rows())]:
        texts = [plain(cell) for cell in cells if cell]
        for position, text in enumerate(texts):
            if day := _signed_on(text) or _dated(texts[position : position + 3]):
                yield day


def without_stamps(texts: Sequence[str]) -> list[str]:
    """Return the texts of a row above a table without the dates on which it was printed or signed: they name no period."""
    stamped = {n for n, text in enumerate(texts) if _DATED.search(plain(text))}
    dates = {n + 1 for n in stamped if n + 1 < len(texts) and find_date(texts[n + 1])}
    kept = [(n, text) for n, text in enumerate(texts) if n not in dates and not _signed_on(plain(text))]
    return [without_dates(plain(text).casefold()) if n in stamped else text for n, text in kept]


def _signed_on(text: str) -> date | None:
    """Return the date of a signature line such as `Muara Tebo, 5 Februari 2026`."""
    signed = _SIGNED.match(text)
    return find_date(signed[1]) if signed and signed[2].casefold() in MONTHS else None


def _dated(texts: Sequence[str]) -> date | None:
    """Return the date that follows words such as `Tanggal cetak`."""
    return find_date(" ".join(texts)) if texts and _DATED.search(texts[0]) else None
