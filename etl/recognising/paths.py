"""The labels above each column of a table, from the top header row down."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from etl.reading.words import label

_QUARTERS = {"i", "ii", "iii", "iv"}
_IN_GROUPS = re.compile(r"(\w+(?:/\w+)*)/(\w+)", re.ASCII)  # how survey tools write a question of a group: grup_a/u1
_FEWEST_IN_GROUP = 3


def without_groups(row: Sequence[str]) -> list[str]:
    """Return a header row without the groups of questions that a survey tool writes before their names."""
    found = [_IN_GROUPS.fullmatch(cell) for cell in row]
    groups = Counter(match[1] for match in found if match)
    is_tool = any(count >= _FEWEST_IN_GROUP for count in groups.values())
    return [match[2] if match and is_tool else cell for match, cell in zip(found, row, strict=True)]


def paths_of(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return for each column the labels above it; a group's label reaches right over the columns that have labels below."""
    grid = [[label(cell) for cell in row] for row in rows]
    for upper, lower in pairwise(grid):
        upper[:] = _from_the_left(upper, lower)
    for upper in range(len(grid) - 1):
        group = ""
        for column, text in enumerate(grid[upper]):
            below = any(grid[lower][column] for lower in range(upper + 1, len(grid)))
            if text:
                group = text if below else ""
            elif below and group:
                grid[upper][column] = group
    paths = []
    for column in range(len(grid[0])):
        path: list[str] = []
        for level, row in enumerate(grid):
            if row[column] and (not path or row[column] != path[-1] or _heads_others(grid, level - 1, column)):
                path.append(row[column])
        paths.append(tuple(path))
    return [_of_quarters(path) for path in paths]


def _of_quarters(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return a path in which the I below `Realisasi pada triwulan` is its first quarter."""
    for position in range(1, len(path)):
        *said, last = path[position - 1].split()
        if last in ("triwulan", "tw") and path[position] in _QUARTERS:
            above = [" ".join(said)] if said else []
            return (*path[: position - 1], *above, f"triwulan {path[position]}", *path[position + 1 :])
    return path


def _heads_others(grid: Sequence[Sequence[str]], level: int, column: int) -> bool:
    """Tell whether a label stands over others than itself: `Umum` over BPJS and Umum, not a heading merged over two rows."""
    row, below = grid[level], grid[level + 1]
    beside = [c for c in (column - 1, column + 1) if 0 <= c < len(row) and row[c] == row[column]]
    return any(below[c] and below[c] != below[column] for c in beside)


def _from_the_left(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return a row of groups, each label at the left of its group where all stood in the middle: the labels below say the same again."""
    columns = [n for n, text in enumerate(lower) if text]
    over = [n for n in columns if upper[n]]
    width = len(columns) // len(over) if len(over) > 1 else 0
    starts = columns[::width] if width > 1 else []
    blocks = [[lower[n] for n in columns[at : at + width]] for at in range(0, len(columns), width)] if starts else []
    is_centred = len(starts) == len(over) and all(left < n < left + width for left, n in zip(starts, over, strict=True))
    if not is_centred or columns != list(range(columns[0], columns[-1] + 1)) or any(b != blocks[0] for b in blocks):
        return list(upper)
    moved = dict(zip(starts, (upper[n] for n in over), strict=True))
    return [moved.get(n, "") if n in columns else text for n, text in enumerate(upper)]
