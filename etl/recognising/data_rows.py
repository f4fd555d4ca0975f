"""Whether a row of a sheet holds figures and so is no part of its headings."""

import re
from collections.abc import Sequence

from etl.reading.dates import FIRST_YEAR, LAST_YEAR
from etl.reading.words import NUMBER, label, plain
from etl.recognising.headings import day_cells, month_cells

_WRITTEN_NUMBER = re.compile(r"^\d[\d,]*$")
_DATE_TEXT = re.compile(r"^\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d\b|^(?:19|20)\d\d-\d\d-\d\d\b")
_YEAR_AND_MONTH = re.compile(r"^(?:19|20)\d\d(?:0[1-9]|1[0-2])$")


def is_data(cells: Sequence[str], above: Sequence[Sequence[str]], known: frozenset[str]) -> bool:
    """Tell whether a row can't be part of a header: it holds a native number that is no year, several written ones, or no word."""
    if _counts_months(cells, above, known) or day_cells(cells):
        return False
    if not any(map(label, cells)) or any(_DATE_TEXT.match(cell) for cell in cells):
        return True
    figures = [plain(cell) for cell in cells if cell.startswith(NUMBER)]
    written = [cell.replace(",", "") for cell in cells if _WRITTEN_NUMBER.match(cell)]
    return any(not _is_period(figure) for figure in figures) or sum(not _is_period(figure) for figure in written) > 1


def _counts_months(cells: Sequence[str], above: Sequence[Sequence[str]], known: frozenset[str]) -> bool:
    """Tell whether the numbers of a row count months: one heading above them or none, and nothing but headings beside them."""
    months = month_cells(cells)
    beside = [cell for column, cell in enumerate(cells) if cell and column not in months]
    if not months or not (beside or above):
        return False
    over = {heads for column in months if any(heads := tuple(row[column] for row in above))}
    runs = sum(number == 1 for number in months.values())
    merged = {cell for row in above for cell in row}
    return len(over) <= runs and all(label(cell) in known or cell in merged for cell in beside)


def _is_period(figure: str) -> bool:
    """Tell whether a number may be a year, or a year and its month as 202401."""
    return bool(_YEAR_AND_MONTH.match(figure)) or FIRST_YEAR <= float(figure.rstrip("%")[:6] or 0) <= LAST_YEAR
