"""What a table of nobody knows which form may be: where its headings stand, what each column means, and how sure that is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz

from etl.conforming.kept import is_of_a_person
from etl.kinds import KINDS
from etl.reading.files import Document, Sheet
from etl.reading.periods import find_period
from etl.reading.words import NUMBER, label, plain
from etl.recognising.data_rows import is_data
from etl.recognising.headings import is_reference
from etl.recognising.paths import paths_of
from etl.recognising.recognise import HEADER_MAX_DEPTH, HEADER_SEARCH_ROWS
from etl.recognising.source import Field, Source
from etl.reference import Registers

# The kinds that can be declared so, each with the shipped source whose columns say what there may be. Lists of persons are not among
# them: no sample of them can be kept.
BASES = {"visit": "visits", "performance": "performance", "response": "survey_recap", "indicator": "indicator_register"}
SURE = 90  # in percent: a column is taken to mean this without asking
LIKELY = 72  # from here on a meaning is proposed
BY_VALUES = 85  # sure of what the cells of a column say of it
BY_WORDS = 88  # of a heading that is a known one but for words that say nothing, such as `orang baru`
MOST_SAMPLES = 40
LEAST_HEADINGS = 2  # that a row has which begins the headings, as `recognise` asks it
_SHARE_OF_CELLS = 0.7  # of a column have to be names of the register
_LEAST_PERIODS = 3  # headings that name a month make a table with periods across


@dataclass(frozen=True)
class Column:
    """A column: its heading as the declaration writes it, some of its cells, what it may mean (best first, in percent).

    One that `is_personal` is never loaded.
    """

    index: int
    heading: str
    examples: tuple[str, ...]
    meanings: tuple[tuple[str, int], ...]
    is_number: bool
    is_personal: bool = False

    @property
    def best(self) -> tuple[str, int]:
        """Return what it most likely means, and how sure that is in percent; nothing where there is none."""
        return self.meanings[0] if self.meanings and self.meanings[0][1] >= LIKELY else ("", 0)


@dataclass(frozen=True)
class Guess:
    """A table: its sheet, the rows of its headings (1-based), its kind, its columns; `across` are the columns that are periods."""

    sheet: Sheet
    first: int
    last: int
    kind: str
    columns: tuple[Column, ...]
    across: tuple[int, ...]

    @cached_property
    def score(self) -> int:
        """Return how much of the table is understood."""
        return sum(column.best[1] for column in self.columns) + SURE * len(self.across)


def base_of(kind: str, sources: Sequence[Source]) -> Source:
    """Return the shipped source of a kind."""
    return next(source for source in sources if source.name == BASES[kind])


def fields_of(base: Source) -> dict[str, Field]:
    """Return what a column may mean: the fields of a source, and the measures that its kind keeps."""
    kept = KINDS[base.kind]
    return {f.name: f for f in (*base.fields, *(m for m in base.measures if m.name in kept))}


def guess(document: Document, sources: Sequence[Source], registers: Registers, kind: str = "") -> Guess | None:
    """Return the table of a document that is understood best, of a kind where one is named; None where there is none."""
    found = [
        one
        for sheet in document.sheets
        if not is_reference(label(sheet.name))
        for one in _tables(sheet, [kind] if kind else list(BASES), sources, registers)
    ]
    return max(found, key=lambda one: (one.score, -one.first), default=None)


def _tables(sheet: Sheet, kinds: Sequence[str], sources: Sequence[Source], registers: Registers) -> list[Guess]:
    top = sheet.top(HEADER_SEARCH_ROWS + MOST_SAMPLES)
    known = frozenset().union(*(s.labels for s in sources))
    found = []
    for first in range(min(len(top), HEADER_SEARCH_ROWS)):
        if len({cell for cell in top[first][1] if cell}) < LEAST_HEADINGS:
            continue
        for depth in range(1, HEADER_MAX_DEPTH + 1):
            rows = [cells for _row, cells in top[first : first + depth]]
            below = [cells for _row, cells in top[first + depth :]]
            heads = any(is_data(rows[n], rows[:n], known) for n in range(len(rows)))
            if len(rows) < depth or heads or not below:
                break
            if not any(is_data(cells, rows, known) for cells in below[:3]):
                continue
            for kind in kinds:
                found.append(
                    _table(
                        sheet,
                        top[first][0],
                        top[first + depth - 1][0],
                        rows,
                        below,
                        kind,
                        base_of(kind, sources),
                        registers,
                    )
                )
    return found


def _table(
    sheet: Sheet, first: int, last: int, rows: list[list[str]], below: list[list[str]], kind: str, base: Source, registers: Registers
) -> Guess:  # fmt: skip
    paths = paths_of(rows)
    is_period = [
        bool(path) and bool(find_period(" ".join(path))[0]) and not find_period(" ".join(path))[1] for path in paths
    ]
    across = tuple(index for index, is_one in enumerate(is_period) if is_one)
    across = across if len(across) >= _LEAST_PERIODS and "period" in base.across else ()
    columns = []
    for index, path in enumerate(paths):
        if not path or index in across or is_reference(path[-1]):
            continue
        if is_of_a_person(path[-1]):  # never asked about, never shown, never kept
            columns.append(Column(index, " > ".join(path), (), (), is_number=False, is_personal=True))
            continue
        cells = [plain(row[index]) for row in below if index < len(row) and row[index]]
        is_number = _is_number([row[index] for row in below if index < len(row) and row[index]])
        meanings = _meanings(path, cells, base, registers, is_number=is_number)
        columns.append(Column(index, " > ".join(path), tuple(dict.fromkeys(cells))[:3], meanings, is_number))
    return Guess(sheet, first, last, kind, _once(columns), across)


def _is_number(cells: Sequence[str]) -> bool:
    numbers = sum(
        cell.startswith(NUMBER) or plain(cell).replace(".", "").replace(",", "").isdecimal() for cell in cells
    )
    return bool(cells) and numbers >= _SHARE_OF_CELLS * len(cells)


def _meanings(
    path: tuple[str, ...], cells: Sequence[str], base: Source, registers: Registers, *, is_number: bool
) -> tuple[tuple[str, int], ...]:
    """Return what a column may mean: by the words of its heading, and by what stands in its cells."""
    heading, last = " ".join(path), path[-1]
    sure: dict[str, int] = {}
    for name, field in fields_of(base).items():
        if field.matches(path):
            sure[name] = 100
            continue
        alike = (
            max(fuzz.ratio(" ".join(alias), heading), fuzz.ratio(" ".join(alias), last)) for alias in field.aliases
        )
        bare = " ".join(word for word in last.split() if word not in base.filler)
        said = BY_WORDS if (bare,) in field.aliases else round(max(alike, default=0))
        sure[name] = min(said, SURE - 1)
    if {heading, last} & base.ignored:
        sure = {name: score for name, score in sure.items() if score == 100}
    for name, is_one in _said_by(registers).items():
        if name in sure and not is_number and cells and sum(map(is_one, cells)) >= _SHARE_OF_CELLS * len(cells):
            sure[name] = max(sure[name], BY_VALUES)
    measures = {m.name for m in base.measures if m.type not in ("text",)}
    fits = {
        name: score for name, score in sure.items() if is_number or not cells or name not in measures or score == 100
    }
    return tuple(sorted(fits.items(), key=lambda each: (-each[1], each[0])))


def _said_by(registers: Registers) -> Mapping[str, Callable[[str], bool]]:
    """Return what tells of a cell that it names a unit, a service, a payer or a period."""
    vocabulary = registers.vocabulary
    return {
        "unit": vocabulary.is_unit,
        "service": lambda text: label(text) in vocabulary.services,
        "payer": lambda text: label(text) in vocabulary.payers,
        "period": lambda text: bool(find_period(text)[0]) and not find_period(text)[1],
    }


def _once(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns, each meaning proposed for the one column that it fits best."""
    taken: dict[str, int] = {}
    for column in sorted(columns, key=lambda each: (-each.best[1], each.index)):
        name, _sure = next(((n, s) for n, s in column.meanings if n not in taken and s >= LIKELY), ("", 0))
        if name:
            taken[name] = column.index
    return tuple(
        replace(
            column, meanings=tuple(each for each in column.meanings if taken.get(each[0], column.index) == column.index)
        )
        for column in columns
    )
