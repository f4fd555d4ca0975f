"""Rows that sum up others: totals that only their figures tell, and whether a total is what its rows make."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import polars as pl

from etl.reading.files import Sheet
from etl.reading.names import bare, kind_said, says_only_district
from etl.reading.periods import find_period
from etl.reading.texts import known, words
from etl.reading.totals import said
from etl.reading.words import NUMBER, count, label, number, plain
from etl.recognising.recognise import Table
from etl.reference import Vocabulary
from etl.remarks import Observation
from etl.sifting.rows import DETAILS, TIMES, Rows, columns

# A total may sum up blocks that have totals of their own: so many of them are looked at, both ways.
BLOCKS = 12
# A row under an unknown name whose figures are the sums of its columns is a total, unless that may be chance: it takes two columns, or a
# sum so large that one list of three units in a hundred would be wrong.
PROOF_COLUMNS, PROOF_SUM = 2, 100
NEAR = 1e-6  # figures are counts; nothing but the last digit of a machine is less
Figures = tuple[float | None, ...]


class Block(NamedTuple):
    """The sums of some rows, column by column, and how many rows they are."""

    figures: Figures
    rows: int

    def makes(self, stated: Figures) -> bool:
        """Tell whether a row states a figure, and all that it states are these sums."""
        known = [(own, total or 0) for own, total in zip(stated, self.figures, strict=True) if own is not None]
        return bool(known) and all(abs(own - total) < NEAR for own, total in known)


@dataclass(frozen=True)
class Sums:
    """The figures of a table as they stand, and what the rows that count make up to each row. Rows are counted from 0."""

    figures: pl.DataFrame
    counted: pl.Series
    running: pl.DataFrame  # the last column counts the rows
    bounds: Sequence[int]

    def stated(self, row: int) -> Figures:
        """Return the figures of a row, None where a cell holds none."""
        return self.figures.row(row)

    def whole(self) -> Block:
        """Return the sums of the columns."""
        return self._between(None, self.running.height - 1)

    def above(self, row: int) -> Iterator[Block]:
        """Yield what stands between another total and this one, the nearest first, then from the head of the table on."""
        place = bisect_left(self.bounds, row)
        yield from (self._between(bound, row) for bound in reversed(self.bounds[max(0, place - BLOCKS) : place]))
        yield self._between(None, row)

    def below(self, row: int) -> Iterator[Block]:
        """Yield what stands below this row up to another total, the nearest first, then to the foot of the table."""
        place = bisect_right(self.bounds, row)
        yield from (self._between(row, bound) for bound in self.bounds[place : place + BLOCKS])
        yield self._between(row, self.running.height - 1)

    def _between(self, first: int | None, last: int) -> Block:
        before = self.running.row(first) if first is not None else (0,) * self.running.width
        *figures, rows = (to - fro for fro, to in zip(before, self.running.row(last), strict=True))
        return Block(tuple(figures), int(rows))

    def alike(self, names: pl.DataFrame, wanted: Mapping[int, Sequence[str]]) -> dict[int, list[Block]]:
        """Return for rows, each with the columns in which it has a name, the rows that bear the same names there (one block or none)."""
        found: dict[int, list[Block]] = {row: [] for row in wanted}
        frame = pl.concat([names, self.figures], how="horizontal").with_row_index("_row")
        for pattern in sorted({tuple(cells) for cells in wanted.values() if cells}):
            rows = [row for row, cells in wanted.items() if tuple(cells) == pattern]
            made = [pl.col(self.figures.columns).sum(), pl.len().alias("_len")]
            groups = frame.filter(self.counted).group_by(pattern).agg(made)
            own = frame.filter(pl.col("_row").is_in(rows)).select("_row", *pattern)
            for row, *sums, number_of in (
                own.join(groups, on=pattern).select("_row", *self.figures.columns, "_len").rows()
            ):
                found[row].append(Block(tuple(sums), number_of))
        return found


def sums_of(data: pl.DataFrame, cells: Sequence[str], counted: pl.Series, bounds: Collection[int]) -> Sums:
    """Return the figures in these columns; only the rows that count are summed up."""
    figures = pl.DataFrame([amounts(data[cell]).alias(f"={cell}") for cell in cells])
    running = figures.select(
        pl.when(counted).then(pl.all().fill_null(0.0)).otherwise(0.0).cum_sum(),
        counted.cast(pl.Float64).cum_sum().alias("_rows"),
    )
    return Sums(figures, counted, running, sorted(bounds))


def amounts(cells: pl.Series) -> pl.Series:
    """Return the figures of a column as they stand, those included that are refused (-3, 2,5); what is no number is missing."""
    distinct = words(cells)
    is_native = distinct.str.starts_with(NUMBER)
    read = {text: _amount(text) for text in distinct.filter(~is_native & (distinct != ""))}
    native = distinct.filter(is_native)
    read |= dict(zip(native, native.str.strip_prefix(NUMBER).cast(pl.Float64, strict=False), strict=True))
    return known(cells, read, pl.Float64)


@lru_cache(1 << 16)
def _amount(text: str) -> float | None:
    found = count(text)
    if found.code in ("negative", "not_whole"):
        found = number(text)
    return None if found.code else float(found.value)


def _at(mask: pl.Series) -> list[int]:
    return mask.arg_true().to_list()


# --- totals that only their figures tell -----------------------------------------------------------------------------


def by_figures(
    rows: Rows, data: pl.DataFrame, table: Table, vocabulary: Vocabulary, sheet: str
) -> tuple[Rows, list[Observation]]:
    """Take rows for totals that bear the name of the district, an agency, a kecamatan or nobody and sum up the others."""
    who = next(
        (f"c{table.fields[name]}" for name in ("unit", "subdistrict", "kecamatan") if name in table.fields), None
    )
    seen: list[Observation] = []
    rows = _spans(rows, data, table)
    if who and _counts(table) and rows.are("data").any():
        found = _aggregates(rows, data, table, vocabulary, who)
        rows = _as_sums(rows, found, who)
        row = _unknown(rows, data, table, vocabulary, who) if table.source.kind == "visit" else None
        rows = _as_sums(rows, [row] if row is not None else [], who)
        if row is not None and (text := plain(data[who][row])):
            seen.append(Observation("row_read_as_total", sheet, data["row"][row], details={"found": text}))
    return _without_key(rows, data, table), seen


def _counts(table: Table) -> list[str]:
    """Return the cells of a list of units that may be summed up: counts of visits and of respondents."""
    if table.source.kind not in ("visit", "response") or table.source.counts_rows:
        return []
    return columns(v for v in table.values if table.source.field(v.measure).type == "count")


def _as_sums(rows: Rows, found: Collection[int], who: str) -> Rows:
    return rows.but(_here(found, rows), "sum", who) if found else rows


def _here(found: Collection[int], rows: Rows) -> pl.Series:
    return pl.int_range(len(rows.kinds), eager=True).is_in(list(found))


def _spans(rows: Rows, data: pl.DataFrame, table: Table) -> Rows:
    """Take a quarter or half-year among months for a total where it is the sum of the two or more rows above it."""
    when = next(
        (f"c{table.fields[f.name]}" for f in table.source.fields if f.type == "month" and f.name in table.fields), None
    )
    if when is None or not _counts(table):
        return rows
    is_data = rows.are("data", "whole")
    longer = {text for text in words(data[when].filter(is_data)) if (find_period(text)[0].months or 1) > 1}
    is_span = is_data & data[when].is_in(list(longer)) if longer else is_data
    if not longer or is_span.sum() == is_data.sum():
        return rows
    sums = sums_of(data, _counts(table), is_data & ~is_span, {*_at(rows.are("sum", "line", "keyless")), *_at(is_span)})
    found = [row for row in _at(is_span) if any(b.makes(sums.stated(row)) for b in sums.above(row) if b.rows > 1)]
    return _as_sums(rows, found, when)


def _aggregates(rows: Rows, data: pl.DataFrame, table: Table, vocabulary: Vocabulary, who: str) -> list[int]:
    """Return the rows that bear the name of what the units of the list belong to, and are no units themselves.

    The district is none whatever its figures; the one agency of the list or a kecamatan where they are the sums of other rows, and a
    health office also where they are larger than any other's: its total is wrong, and compared later.
    """
    is_data = rows.are("data", "whole")
    kinds = {text: kind for text in data[who].filter(is_data).unique() if (kind := _aggregate(text, vocabulary))}
    if table.source.kind != "visit":  # offices of a kecamatan have surveys of their own
        kinds = {text: kind for text, kind in kinds.items() if kind != "subdistrict"}
    if sum(kind in ("agency", "health office") for kind in kinds.values()) > 1:
        kinds = {text: kind for text, kind in kinds.items() if kind not in ("agency", "health office")}
    if not kinds and "kecamatan" not in table.fields:
        return []
    of_row = known(data[who].cast(pl.Categorical), kinds, pl.String).set(~is_data, None)
    if "kecamatan" in table.fields and who != (
        place := f"c{table.fields['kecamatan']}"
    ):  # a kecamatan, and no unit of it
        over = {text: _aggregate(text, vocabulary) for text in data[place].unique()}
        over = {text: "district" if kind == "district" else "subdistrict" for text, kind in over.items() if text}
        above = known(data[place].cast(pl.Categorical), over, pl.String)
        of_row = above.zip_with((data[who] == "") & is_data & ~_says_more(data, table, {who, place}), of_row)
    found = _at(of_row.is_not_null())
    if not found or len(found) == is_data.sum():
        return []
    is_plain = is_data & of_row.is_null()
    sums = sums_of(data, _counts(table), is_plain, {*_at(rows.are("sum", "line", "keyless")), *found})
    alike = sums.alike(_filled(data, table), {row: _names_in(data.row(row), table, who) for row in found})
    largest = sums.figures.filter(is_plain).max().row(0)

    def is_total(row: int) -> bool:
        stated, kind = sums.stated(row), of_row[row]
        fewest = 1 if kind in ("subdistrict", "health office") and table.source.kind == "visit" else 2
        options = [*alike[row], *sums.above(row), *sums.below(row), sums.whole()]
        if kind == "district" or any(option.makes(stated) for option in options if option.rows >= fewest):
            return True
        is_largest = all(own is not None and own >= (most or 0) for own, most in zip(stated, largest, strict=True))
        return kind == "health office" and is_plain.sum() > 1 and is_largest

    return [row for row in found if is_total(row)]


def _says_more(data: pl.DataFrame, table: Table, beside: Collection[str]) -> pl.Series:
    """Tell of each row whether it names a service, payer or period of its own: one that other rows do not name."""
    told = [f.name for f in table.source.fields if f.name in table.fields and (f.name in DETAILS or f.type in TIMES)]
    cells = [c for c in (f"c{table.fields[n]}" for n in told) if c not in beside]
    varying = [c for c in cells if data[c].filter(data[c] != "").n_unique() > 1]
    return data.select(pl.any_horizontal(pl.lit(False), *(pl.col(c) != "" for c in varying)).alias("more"))["more"]


def _aggregate(text: str, vocabulary: Vocabulary) -> str | None:
    words, kind = label(bare(text)), kind_said(text)
    if kind == "district":
        return "district" if words in vocabulary.district or says_only_district(words) else "region"
    if words in vocabulary.district and " " in words:
        return "district"
    if kind == "agency":
        return "health office" if words.startswith(("dinas kesehatan", "dinkes")) else "agency"
    return kind if kind == "subdistrict" else None


def _unknown(rows: Rows, data: pl.DataFrame, table: Table, vocabulary: Vocabulary, who: str) -> int | None:
    """Return the first or last row of a list where it bears no unit's name and is, in every column, the sum of all the others."""
    found = _at(rows.are("data"))
    if len(found) < 3:
        return None
    figures = pl.DataFrame([amounts(data[cell]).alias(cell) for cell in _counts(table)])
    plain_rows = figures.filter(rows.are("data", "whole"))
    twice = plain_rows.fill_null(0.0).sum().row(0)
    with_figures = plain_rows.select(pl.any_horizontal(pl.all().fill_null(0.0) != 0)).to_series().sum()
    for row in (found[0], found[-1]):
        text, stated = data[who][row], figures.row(row)
        differs = any(abs(2 * (own or 0) - made) >= NEAR for own, made in zip(stated, twice, strict=True))
        if with_figures < 3 or differs:
            continue
        others, names = _names_in(data.row(row), table, who), data.filter(rows.are("data", "whole"))
        is_alike = all(names[cell].filter(names[cell] != "").n_unique() == 1 for cell in others)
        is_proven = text == "" or label(text) in vocabulary.district or (
            sum(bool(made) for made in twice) >= PROOF_COLUMNS or max(twice) >= 2 * PROOF_SUM
        )  # fmt: skip
        is_named = vocabulary.is_unit(text) or kind_said(text) == "health_centre" or (names[who] == text).sum() > 1
        if is_alike and is_proven and (text == "" or not is_named):
            return row
    return None


def _without_key(rows: Rows, data: pl.DataFrame, table: Table) -> Rows:
    """Take a row with figures and no name for a total where they are the sums of all rows, or of the two or more above it.

    The last line of the table is one where it stands alone, though its figures differ: that is compared later.
    """
    keyless = _at(rows.are("keyless"))
    if not keyless:
        return rows
    is_data = rows.are("data", "whole")
    sums = sums_of(data, columns(table.values), is_data, {*_at(rows.are("sum", "line")), *keyless})
    found = [
        row
        for row in keyless
        if any(
            made.makes(sums.stated(row))
            for made in (sums.whole(), *(block for block in sums.above(row) if block.rows > 1))
        )
    ]
    last = max(_at(is_data), default=-1)
    if not found and len(keyless) == 1 and keyless[0] > last:
        found = keyless
    return rows.but(_here(found, rows), "sum")


def _names_in(cells: tuple, table: Table, who: str) -> list[str]:
    """Return the cells of names and times of a row, besides `who`, that hold one and not the word of a total."""
    fields = [f for f in table.source.fields if f.name in table.fields and (f.name in DETAILS or f.type in TIMES)]
    beside = [f"c{table.fields[f.name]}" for f in fields]
    return [c for c in beside if c != who and cells[int(c[1:]) + 1] and not said(cells[int(c[1:]) + 1])]


def _filled(data: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return the cells with the labels of groups repeated, to find the rows of a group by: only to compare totals with."""
    filled = [f"c{table.fields[f.name]}" for f in table.source.fields if f.fill_down and f.name in table.fields]
    return data.with_columns(
        pl.when(pl.col(c) != "").then(pl.col(c)).forward_fill().fill_null("").alias(c) for c in filled
    )


# --- totals held against their rows ----------------------------------------------------------------------------------


def check_totals(rows: Rows, data: pl.DataFrame, table: Table, sheet: Sheet) -> list[Observation]:
    """Observe totals of counts that are the sum of no rows that they may sum up: those of their names, a block, or the whole column.

    Rows count as they stand, refused ones too; a total may leave out those that are hidden.
    """
    counts = _counts(table)
    totals = [row for row in _at(rows.are("sum")) if counts or rows.named_in[row] is None]
    if not totals:
        return []
    values = [v for v in table.values if not counts or f"c{v.index}" in counts]
    bounds = _at(rows.are("sum", "line"))
    counted = rows.are("data", "whole", "keyless")
    is_shown = ~data["row"].is_in(sorted(sheet.hidden_rows))
    filled = _filled(data, table)
    beside = rows.named_in.fill_null("").gather(totals).to_list()
    own, of_group = (
        {
            row: _names_in(cells, table, cell)
            for row, cells, cell in zip(totals, frame[totals].rows(), beside, strict=True)
        }
        for frame in (data, filled)
    )
    ways = [
        sums_of(data, columns(values), mask, bounds)
        for mask in ((counted, counted & is_shown) if not is_shown.all() else (counted,))
    ]
    groups = [(sums, sums.alike(filled, own), sums.alike(filled, of_group)) for sums in ways]
    sums, alike, _ = groups[0]
    seen = []
    for row, stated in zip(totals, sums.figures[totals].rows(), strict=True):
        options = (
            option
            for way, names, group in groups
            for option in chain(names[row], group[row], way.above(row), way.below(row), [way.whole()])
        )
        if not any(own is not None for own in stated) or any(option.makes(stated) for option in options):
            continue
        block = next(sums.above(row))
        expected = next(iter(alike[row]), block if len(totals) > 1 and block.rows else sums.whole())
        for value, found, made in zip(values, stated, expected.figures, strict=True):
            if found is not None and abs(found - (made or 0)) >= NEAR:
                details = {"column": value.heading, "expected": _shown(made or 0), "found": _shown(found)}
                seen.append(Observation("total_row_differs", sheet.name, data["row"][row], details=details))
                break
    return seen


def _shown(figure: float) -> str:
    return f"{figure:.0f}" if float(figure).is_integer() else f"{figure}"
