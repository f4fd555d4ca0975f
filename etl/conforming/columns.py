"""Columns become records: what stands across is unpivoted, details are summed, and stated totals are kept where detail falls short."""

from collections.abc import Sequence

import polars as pl

from etl.conforming.accounts import places_across
from etl.reading.files import Sheet
from etl.reading.periods import Period
from etl.reading.texts import each, known, words
from etl.reading.words import NUMBER, TWICE, count, is_missing, plain
from etl.recognising.recognise import Table
from etl.recognising.values import Value, covers
from etl.remarks import Observation

# What a stated total has over its parts is counted under these names of the registers.
REST = {
    "service": ("lainnya", "layanan lain", "lain lain"),
    "payer": ("lain", "tidak disebut", "lain atau tidak disebut"),
}
_OF_TIME = {"day", "week"}  # details that are blank where nobody came: Sundays, a fifth week
_NONE = (Period(), None, None, None)


def unpivot(rows: pl.DataFrame, table: Table, sheet: Sheet) -> tuple[pl.DataFrame, list[Observation]]:
    """Return one record a row and combination of what the headings say: raw fields, raw measures, `across` (its index)."""
    rows = _doubled(rows, table)
    cells = _Cells(rows, table, sheet.name)
    groups = places_across(table.values) or [_NONE]
    if table.totals:
        cells.reconcile(groups)
    if cells.short:
        rows_short = {"rows": str(len(cells.short))}
        cells.observations.append(Observation("detail_blank", sheet.name, min(cells.short), details=rows_short))
    fields = {name: pl.col(f"c{index}").alias(name) for name, index in table.fields.items()}
    parts = []
    for position, coordinates in enumerate(groups):
        said = _said(coordinates)
        part = rows.select(
            "row",
            pl.lit(position, pl.Int32).alias("across"),
            *[f for name, f in fields.items() if name not in said],
            *[pl.lit(text).alias(name) for name, text in said.items()],
            *(cells.texts[m, c].alias(m) for m, c in cells.texts if c == coordinates),
            *_notes(table, coordinates),
        )
        parts.append(part)
    for (position, named), amounts in cells.rest.items():
        said = dict(named)
        part = rows.select(
            "row",
            pl.lit(position, pl.Int32).alias("across"),
            *[f for name, f in fields.items() if name not in said],
            *[pl.lit(text).alias(name) for name, text in said.items()],
            *(pl.format(f"{NUMBER}{{}}", amount).alias(m) for m, amount in cells.completed(amounts).items()),
        )
        parts.append(part.filter(pl.any_horizontal(pl.col(m).is_not_null() for m in amounts)))
    records = pl.concat(parts, how="diagonal_relaxed").with_columns(pl.exclude("row", "across").fill_null(""))
    return records, cells.observations


def _doubled(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return the rows with one cell of the columns that say the same: what is filled in, or both where they differ.

    Of a sum whose parts are there the first column is held against those.
    """
    parts = table.source.parts
    named = {v.measure for v in table.values}
    whole = {v.index for v in table.values if set(parts.get(v.measure, ("",))) <= named}
    for double, index in table.doubles.items():
        pairs = rows.select(pl.col(f"c{index}").alias("one"), pl.col(f"c{double}").alias("more"))
        known = {pair: _one_of(*pair, is_whole=index in whole) for pair in pairs.unique().rows()}
        rows = rows.with_columns(pl.Series(f"c{index}", [known[pair] for pair in pairs.rows()], pl.String))
    return rows


def _one_of(one: str, more: str, *, is_whole: bool) -> str:
    """Return the cell that two columns mean, or both where they say unlike things."""
    first, second = count(one), count(more)
    if second.code == "missing" or one == more or (first.code is None and first == second):
        return one
    if first.code == "missing":
        return more
    return one if is_whole else TWICE.join((plain(one), plain(more)))


def _notes(table: Table, coordinates: tuple) -> list[pl.Expr]:
    """Return the notes of a figure: those under its own period, else those that stand beside the row."""
    beside = {note.measure: note.index for note in reversed(table.notes) if not any(map(bool, note.coordinates))}
    own = {note.measure: note.index for note in reversed(table.notes) if note.coordinates == coordinates}
    return [pl.col(f"c{index}").alias(name) for name, index in (beside | own).items()]


def _said(coordinates: tuple) -> dict[str, str]:
    _, service, payer, unit = coordinates
    return {name: text for name, text in (("service", service), ("payer", payer), ("unit", unit)) if text is not None}


class _Cells:
    """The cells of each measure and coordinates of a table: its own column, or the sum of the columns that split it."""

    def __init__(self, rows: pl.DataFrame, table: Table, sheet: str) -> None:
        self.rows, self.table, self.sheet = rows, table, sheet
        self.observations: list[Observation] = []
        self.rest: dict[tuple[int, tuple[tuple[str, str], ...]], dict[str, pl.Series]] = {}
        self.texts: dict[tuple[str, tuple], pl.Series] = {}
        self.short: set[int] = set()  # rows with a figure that is the sum of some details, while others are blank
        for value in table.values:
            key = (value.measure, value.coordinates)
            if key not in self.texts:
                self.texts[key] = self._whole([v for v in table.values if (v.measure, v.coordinates) == key])

    def _numbers(self, texts: pl.Series) -> pl.Series:
        found = {text: count(text) for text in words(texts)}
        return known(texts, {text: int(cell.value) for text, cell in found.items() if cell.code is None}, pl.Int64)

    def _wrong(self, texts: pl.Series) -> pl.Series:
        bad = {text for text in words(texts) if count(text).code not in (None, "missing")}
        return texts.is_in(list(bad))

    def _whole(self, columns: Sequence[Value]) -> pl.Series:
        """Return the cells of one figure: what is stated; where nothing is, the sum of its details, or the cell that can't be read."""
        stated = next((v for v in columns if not v.details), None)
        own = self.rows[f"c{stated.index}"] if stated else pl.Series([""] * self.rows.height, dtype=pl.String)
        if len(columns) == 1 and stated:
            return own
        details = _fewest([v for v in columns if v.details])
        cells = [self.rows[f"c{v.index}"] for v in details]
        numbers = pl.DataFrame([self._numbers(c).alias(str(i)) for i, c in enumerate(cells)])
        wrong = pl.DataFrame([self._wrong(c).alias(str(i)) for i, c in enumerate(cells)])
        unread = pl.select(
            pl.coalesce(
                *(pl.when(wrong[str(i)]).then(c) for i, c in enumerate(cells)),
                pl.Series([None] * len(own), dtype=pl.String),
            ).alias("unread")
        )["unread"]
        total = pl.select(
            pl.when(numbers.select(pl.any_horizontal(pl.all().is_not_null())).to_series()).then(
                numbers.sum_horizontal()
            )
        ).to_series()
        is_blank = each(own, is_missing, pl.Boolean)
        number = self._numbers(own)
        differs = unread.is_null() & total.is_not_null() & number.is_not_null() & (number != total)
        is_short = (
            numbers.select(pl.any_horizontal(pl.all().is_null())).to_series()
            & is_blank
            & total.is_not_null()
            & unread.is_null()
        )
        if is_short.any() and not {group for v in details for group, _ in v.details} & _OF_TIME:
            self.short |= set(self.rows["row"].filter(is_short))
        if stated:
            self._observe("detail_differs_from_total", stated.heading, differs.fill_null(False), total, number)
        summed = pl.select(pl.coalesce(unread, pl.format(f"{NUMBER}{{}}", total), pl.lit(""))).to_series()
        return pl.select(pl.when(is_blank).then(summed).otherwise(own)).to_series()

    def _observe(self, code: str, heading: str, differs: pl.Series, expected: pl.Series, found: pl.Series) -> None:
        wrong = pl.DataFrame({"row": self.rows["row"], "expected": expected, "found": found}).filter(differs)
        for row, parts, stated in wrong.rows():
            details = {"column": heading, "expected": str(parts), "found": str(stated)}
            self.observations.append(Observation(code, self.sheet, row, details=details))

    # --- totals beside their parts ---

    def reconcile(self, groups: list[tuple]) -> None:
        """Hold each column of totals against the columns that it sums up; what these lack of it is counted beside them."""
        whole = self.table.source.parts
        totals: dict[tuple[str, tuple], list[Value]] = {}
        for value in self.table.totals:
            if not value.span:
                totals.setdefault((value.measure, value.coordinates), []).append(value)
        order = sorted(totals, key=lambda key: (-sum(map(bool, key[1])), key[0] in whole))
        lacking: list[tuple[str, tuple, pl.Series]] = []
        for measure, coordinates in order:
            column = totals[measure, coordinates][0]
            covered = list(dict.fromkeys(v.coordinates for v in self.table.values if covers(column, v)))
            names = [measure] if any((measure, c) in self.texts for c in covered) else list(whole.get(measure, ()))
            parts = [(measure, c) for c in covered if (measure, c) in self.texts]
            parts += [
                (m, c)
                for c in covered
                if (measure, c) not in parts
                for m in whole.get(measure, ())
                if (m, c) in self.texts
            ]
            if not parts:
                self.observations.append(
                    Observation("column_not_crossed", self.sheet, details={"column": column.heading})
                )
                continue
            stated = self._numbers(self._whole(totals[measure, coordinates]))
            numbers = pl.DataFrame([self._numbers(self.texts[part]).alias(str(i)) for i, part in enumerate(parts)])
            is_said = numbers.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
            made = numbers.sum_horizontal()
            for other, at, lack in lacking:
                if other in names and (at == coordinates or _within(coordinates, at)):
                    made = made + lack
            differs = (stated.is_not_null() & is_said & (stated != made)).fill_null(False)
            if differs.any() and (all_made := self._made_of_all(column, names, stated, differs)) is not None:
                differs = (stated.is_not_null() & (stated != all_made)).fill_null(False)
                self._observe("total_column_differs", column.heading, differs, all_made, stated)
                continue  # the sum of the table, under the heading of its last group
            alone = (stated.is_not_null() & ~is_said).fill_null(False)
            first = covered[0]
            if (
                coordinates[0] != first[0]
                or coordinates[3] != first[3]
                or any(c[0] != first[0] or c[3] != first[3] for c in covered)
            ):
                self._observe("total_column_differs", column.heading, differs, made, stated)
                continue  # of months or units: what is lacking has no place of its own
            if names != [measure] and all((m, coordinates) in totals for m in names):
                self._observe("total_column_differs", column.heading, differs, made, stated)
                continue  # new and returning visits have totals of their own, which count
            self._observe("rest_of_total", column.heading, differs, made, stated)
            self._keep((measure, coordinates), parts, groups.index(first), (stated, made, differs, alone))
            lacking.append(
                (measure, coordinates, pl.select(pl.when(differs).then(stated - made).otherwise(0)).to_series())
            )
        self._spans()

    def _made_of_all(
        self, column: Value, names: Sequence[str], stated: pl.Series, differs: pl.Series
    ) -> pl.Series | None:
        """Return the sums of all columns, row by row, where the last states those in half of the rows that `differ` from its group."""
        if column.index < max(v.index for v in (*self.table.values, *self.table.totals)):
            return None
        parts = [
            self._numbers(texts).alias(str(n)) for n, ((m, _), texts) in enumerate(self.texts.items()) if m in names
        ]
        made = pl.DataFrame(parts).sum_horizontal()
        return made if 2 * (differs & (made == stated)).sum() >= differs.sum() else None

    def _keep(
        self, total: tuple[str, tuple], parts: list[tuple[str, tuple]], position: int, cells: tuple[pl.Series, ...]
    ) -> None:
        """Add what a total has over its parts as a record; where the parts have more, or nothing, it stands in their place."""
        (measure, coordinates), (stated, made, differs, alone) = total, cells
        more, whole = differs & (stated > made), (differs & (stated < made)) | alone
        for part in parts:
            self.texts[part] = _when(whole, pl.lit(""), self.texts[part])
        said = _said(coordinates)
        taken = {name: {c[index] for _, c in parts} for index, name in ((1, "service"), (2, "payer"))}
        rest = said | {name: next(text for text in REST[name] if text not in used)
                       for name, used in taken.items() if name not in said and used != {None}}  # fmt: skip
        # Beside parts of the same unit and month an amount without a service or payer would be taken for the sum of those.
        is_apart = not {"service", "payer"} & ({*said} | {*self.table.fields})
        for named, mask, amount in ((rest, more, stated - made), (said if is_apart else rest, whole, stated)):
            if mask.any():
                amounts = self.rest.setdefault((position, tuple(named.items())), {})
                more_of_it = _when(mask, amount, pl.lit(None, pl.Int64))
                before = amounts.get(measure)
                amounts[measure] = more_of_it if before is None else pl.select(
                    pl.when(before.is_null()).then(more_of_it).otherwise(before + more_of_it.fill_null(0))
                ).to_series()  # fmt: skip

    def completed(self, amounts: dict[str, pl.Series]) -> dict[str, pl.Series]:
        """Return the amounts with a zero for the other parts of a sum: new visits alone would leave the sum open."""
        found = dict(amounts)
        for parts in self.table.source.parts.values():
            if own := [m for m in parts if m in amounts]:
                is_there = pl.DataFrame([amounts[m].alias(m) for m in own]).select(
                    pl.any_horizontal(pl.all().is_not_null())
                )
                nought = _when(is_there.to_series(), pl.lit(0, pl.Int64), pl.lit(None, pl.Int64))
                found |= {m: pl.select(pl.coalesce(found.get(m, nought), nought)).to_series() for m in parts}
        return found

    def _spans(self) -> None:
        """Hold the sums since January against each other: up to last month, and this month, make up to this month."""
        spans: dict[tuple, dict[str, Value]] = {}
        for value in self.table.totals:
            if value.span:
                spans.setdefault((value.measure, value.coordinates, value.details), {})[value.span] = value
        for (measure, coordinates, details), of in spans.items():
            own = next(
                (
                    v
                    for v in self.table.values
                    if (v.measure, v.coordinates, v.details) == (measure, coordinates, details)
                ),
                None,
            )
            if own and "before" in of and "to_date" in of:
                before, this, so_far = (
                    self._numbers(self.rows[f"c{v.index}"]) for v in (of["before"], own, of["to_date"])
                )
                differs = (before + this != so_far).fill_null(False)
                self._observe("span_differs", of["to_date"].heading, differs, before + this, so_far)


def _fewest(details: Sequence[Value]) -> list[Value]:
    """Return the columns that split a figure into the fewest: men and women before men and women of each age."""
    ways: dict[frozenset[str], list[Value]] = {}
    for value in details:
        ways.setdefault(frozenset(group for group, _ in value.details), []).append(value)
    return min(ways.values(), key=len, default=[])


def _within(coarse: tuple, fine: tuple) -> bool:
    return all(not c or c == f for c, f in zip(coarse, fine, strict=True))


def _when(mask: pl.Series, then: pl.Series | pl.Expr, otherwise: pl.Series | pl.Expr) -> pl.Series:
    return pl.select(pl.when(mask).then(then).otherwise(otherwise)).to_series()
