"""The sheet that is put first into a workbook that goes back to its sender: no report, it says which file it was made of."""

import re

from etl.reading.grid import Grid

TITLE = "Yang perlu diperbaiki"
_ROWS = 4  # within which the sheet says so
_ORIGIN = re.compile(r"Kode berkas asal: ([0-9a-f]{64})")


def says(sha: str) -> str:
    """Return the words by which the sheet names the file that it was made of."""
    return f"Kode berkas asal: {sha}"


def origin(grid: Grid) -> str | None:
    """Return the hash of the file that a workbook with this sheet was made of; None where the sheet is one of the sender's own."""
    texts = (text for row in range(1, _ROWS + 1) for text in grid.rows.get(row, ()))
    return next((found[1] for text in texts if (found := _ORIGIN.fullmatch(text))), None)
