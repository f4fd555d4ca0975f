"""What people rule of a file of the lake, and which cells of it they mend; its record keeps all of it, and not who."""

from dataclasses import dataclass

# Of a cell: sheet, row, title of the column, what it holds, what it is to be read as.
Mend = tuple[str, int, str, str, str]


@dataclass(frozen=True)
class Ruling:
    """What a person ruled of a file (confirm, confirm_in_part, revoke, withdraw, reinstate) and when (UTC); not who."""

    what: str
    at: str


@dataclass(frozen=True)
class Correction:
    """What a person says that a cell of a file is to be read as (`correct`), or that it is not (`take_back`), and why; not who.

    The cell is named as its reject names it: sheet, row, title of the column and what stands there. `role` is whose it was, `at` when.
    """

    what: str
    sheet: str
    row: int
    col: str
    found: str
    value: str
    why: str
    role: str
    at: str

    @property
    def place(self) -> tuple[str, int, str, str]:
        """Return which cell it is of."""
        return (self.sheet, self.row, self.col, self.found)
