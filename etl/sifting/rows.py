"""What each row of a table is: data, a total, a line without a key, or what stands around a table (notes, signatures)."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from etl.reading.texts import known, says
from etl.reading.totals import named
from etl.reading.words import NUMBER, plain
from etl.recognising.recognise import Table, Value

_FOOT_ROW = (
    r"(?i)^\s*(mengetahui|diketahui|menyetujui|keterangan|catatan|sumber( data)?\s*:|legenda|ket\s*[.:]"
    r"|dibuat oleh|penanggung jawab data)"
)
# Only the columns of names can name a total: `Jumlah` under Agregasi, Satuan or Formula says something of its own row.
_NAMES = ("unit", "kecamatan", "subdistrict", "service", "payer", "code", "indicator", "name", "position")
# Cells of these columns may begin with `Jumlah puskesmas` by their nature: there only the bare word makes a total.
_NAMED_FREELY = {"code", "indicator", "name", "position"}
DETAILS = {"unit", "kecamatan", "subdistrict", "service", "payer"}  # what a row of counts is of
TIMES = {"period", "month", "quarter", "year", "moment"}


@dataclass(frozen=True)
class Rows:
    """What the rows of a table are (data, whole, sum, line, keyless, below, other), and of a total the column where its name stands.

    `below` are rows with a name and figures that stand below the notes of the foot.
    `whole` is the one row of a unit that is not broken down: its service reads `Jumlah`. A `line` is a total that is no sum.
    """

    kinds: pl.Series
    named_in: pl.Series

    def but(self, rows: pl.Series, kind: str, named_in: str | None = None) -> "Rows":
        """Return them with some rows of another kind, a total with the column where its name stands."""
        found = pl.DataFrame([self.kinds.alias("kind"), self.named_in.alias("named_in"), rows.alias("rows")])
        changed = found.select(
            pl.when("rows").then(pl.lit(kind)).otherwise("kind").alias("kind"),
            pl.when("rows").then(pl.lit(named_in)).otherwise("named_in").alias("named_in") if named_in else "named_in",
        ).cast(pl.Categorical)
        return Rows(changed["kind"], changed["named_in"])

    def are(self, *kinds: str) -> pl.Series:
        """Return for each row whether it is of one of these kinds."""
        return self.kinds.is_in(list(kinds))


def columns(values: Iterable[Value]) -> list[str]:
    """Return the names of the cells that hold these values."""
    return [f"c{value.index}" for value in values]


def classify(data: pl.DataFrame, table: Table) -> Rows:
    """Return what each row below the headings is by what stands in it; totals under other names are found by their figures."""
    if not data.height:
        return Rows(pl.Series("kind", [], pl.Categorical), pl.Series("named_in", [], pl.Categorical))
    fields = {name: f"c{index}" for name, index in table.fields.items()}
    measured = columns(table.values)
    # A sheet of answers may lack a column for the respondent's number: there each row with answers is one.
    has_field = _any_filled(list(fields.values())) if fields or table.source.key else pl.lit(True)
    # A list without measures, such as of employees, has a row wherever two of its columns are filled in.
    has_value = (
        _any_filled([*measured, *columns(table.totals)]) if measured else _count_filled(list(fields.values())) >= 2
    )
    names = _names_of_totals(data, table, fields)
    if table.source.closing and measured:
        labels = data.columns[1 : 1 + min(value.index for value in table.values)]
        closes = data.select(pl.any_horizontal(pl.lit(False), *(says(c, table.source.closing) for c in labels)))
        is_sum = names["is_sum"].zip_with(
            ~closes.to_series().fill_null(False), pl.repeat(False, data.height, eager=True)
        )
        names = names.with_columns(is_sum.alias("is_sum"))
    is_foot = _is_foot(data, list(fields.values()), measured).cum_max()
    kind = (
        pl.when(is_foot | ~has_value)
        .then(pl.lit("other"))
        .when(names["is_sum"].is_not_null())
        .then(pl.when(names["is_sum"]).then(pl.lit("sum")).otherwise(pl.lit("line")))
        .when(~has_field & ~_has_figure(measured))
        .then(pl.lit("other"))  # who signs it, and where, beside the columns of names
        .when(~has_field)
        .then(pl.lit("keyless"))
        .otherwise(pl.lit("data"))
    )
    if table.source.kind == "visit" and measured:
        kind = pl.when(is_foot & has_field & _is_figures(measured)).then(pl.lit("below")).otherwise(kind)
    rows = Rows(data.select(kind.cast(pl.Categorical).alias("kind"))["kind"], names["named_in"].cast(pl.Categorical))
    if _is_numbering(data.row(0)[1:]):
        rows = rows.but(pl.int_range(data.height, eager=True) == 0, "other")
    if not rows.are("data").any():  # what came before, or a mean, of nothing is what the report has to say
        return rows.but(rows.are("line"), "data" if fields else "keyless")
    return _not_broken_down(rows, data, table)


def _names_of_totals(data: pl.DataFrame, table: Table, fields: dict[str, str]) -> pl.DataFrame:
    """Return for each row whether a name in it says that it is a sum (true) or another line (false), and in which column it stands."""
    times = [f.name for f in table.source.fields if f.type in TIMES and f.name in fields]
    naming = [n for n in _NAMES if n in fields]
    said: dict[str, pl.Series] = {}
    for name in [*naming, *times]:
        column = fields[name]
        found = {
            text: total.is_sum
            for text, total in named(data[column]).items()
            if total.is_alone or name not in _NAMED_FREELY
        }
        if found:
            said[column] = known(data[column], found, pl.Boolean)
    # Elsewhere (a number of the line, a heading that nobody knows) the word counts where nothing else of the row has a name.
    first = min((int(c[1:]) for c in fields.values()), default=len(data.columns))
    taken = {*fields.values(), *columns(table.values), *columns(table.totals)}
    never = pl.repeat(False, data.height, eager=True)
    unnamed = [
        ((data[c] == "") | (said[c].is_not_null() if c in said else never)).alias(c)
        for c in (fields[n] for n in naming)
    ]
    for column in [c for c in data.columns[1:] if c not in taken]:
        found = {text: total.is_sum for text, total in named(data[column]).items() if total.is_whole}
        if found:
            dated = [] if int(column[1:]) < first else [(data[fields[n]] == "").alias(fields[n]) for n in times]
            alone = pl.DataFrame([*unnamed, *dated]).select(pl.all_horizontal(pl.all()))
            alone = alone.to_series() if alone.width and alone.height else ~never
            words = known(data[column], found, pl.Boolean)
            said[column] = words.set(~alone, None)
    if not said:
        kinds = {"is_sum": pl.Boolean, "named_in": pl.Categorical}
        return pl.DataFrame([pl.repeat(None, data.height, dtype=k, eager=True).alias(n) for n, k in kinds.items()])
    frame = pl.DataFrame([series.alias(column) for column, series in said.items()])
    return frame.select(
        pl.coalesce(pl.all()).alias("is_sum"),
        pl.coalesce(pl.when(pl.col(c).is_not_null()).then(pl.lit(c, pl.Categorical)) for c in frame.columns).alias(
            "named_in"
        ),
    )


def _not_broken_down(rows: Rows, data: pl.DataFrame, table: Table) -> Rows:
    """Take the total of a unit's services or payers for data where the table has no other row of that unit and period."""
    fields = {name: f"c{index}" for name, index in table.fields.items()}
    parts = [fields[n] for n in ("service", "payer") if n in fields]
    if "unit" not in fields or not parts:
        return rows
    unit = fields["unit"]
    keys = [unit, *(fields[f.name] for f in table.source.fields if f.type in TIMES and f.name in fields)]
    candidate = rows.are("sum") & rows.named_in.is_in(parts) & (data[unit] != "")
    if not candidate.any():
        return rows
    filled = data.with_columns(pl.when(pl.col(c) != "").then(pl.col(c)).forward_fill().alias(c) for c in keys)
    detailed = filled.filter(rows.are("data")).select(keys).unique()
    alone = filled.filter(candidate).join(detailed, on=keys, how="anti", nulls_equal=True)["row"]
    return rows.but(candidate & data["row"].is_in(alone.implode()), "whole")


def _any_filled(cells: list[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(c) != "" for c in cells) if cells else pl.lit(False)


def _count_filled(cells: list[str]) -> pl.Expr:
    return pl.sum_horizontal((pl.col(c) != "").cast(pl.Int32) for c in cells)


def _is_foot(data: pl.DataFrame, fields: list[str], measured: list[str]) -> pl.Expr:
    """Tell where the table has ended: a word of a foot, no figure, and nothing in the columns that a row is known by.

    A centre called Sumber Sari, or a definition that begins with `Keterangan`, stands beside other columns filled in.
    """
    ends = pl.any_horizontal(says(c, _FOOT_ROW) for c in data.columns[1:])
    is_known = pl.any_horizontal((pl.col(c) != "") & ~says(c, _FOOT_ROW) for c in fields) if fields else pl.lit(False)
    return ends & ~is_known & ~_has_figure(measured)


def _is_figures(cells: list[str]) -> pl.Expr:
    """Tell whether these cells hold figures of a count, and nothing else."""
    figure = [says(c, rf"^({NUMBER})?[0-9][0-9.,]{{0,11}}$") for c in cells]
    return pl.any_horizontal(figure) & pl.all_horizontal(
        f | (pl.col(c) == "") for f, c in zip(figure, cells, strict=True)
    )


def _has_figure(cells: list[str]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *(says(c, rf"(?i)^({NUMBER})?[0-9]|^nihil") for c in cells))


def _is_numbering(cells: tuple[str, ...]) -> bool:
    """Tell whether a row only numbers the columns: 1, 2, 3, ... in brackets or not, from the first one on, or `5 = 3 + 4`."""
    numbers = [plain(cell).partition("=")[0].strip(" ()") for cell in cells if cell]
    return len(numbers) > 1 and numbers == [str(n) for n in range(1, len(numbers) + 1)]
