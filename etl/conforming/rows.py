"""What each row of a table is: data, a total, a line without a key, or what stands around a table (notes, signatures)."""

from collections.abc import Iterable

import polars as pl

from etl.conforming.recognise import Table, Value
from etl.conforming.remarks import Observation
from etl.reading.words import NUMBER, count, plain

_TOTAL_ROW = (
    r"(?i)^\s*((jumlah|total|jml|grand total|sub\s?total)(\s+(total|seluruhnya|semua|kab|kabupaten|kota|kecamatan|puskesmas)\b.*)?"
    r"|rata[- ]rata|rerata|nrr|ikm|nilai nrr|nrr unsur|ikm unit|nrr tertimbang)\s*[.:]*\s*$"
)
_BARE_TOTAL = r"(?i)^\s*((jumlah|total|jml|grand total|sub\s?total)(\s+(total|seluruhnya|semua))?|rata[- ]rata|rerata)\s*[.:]*\s*$"
_SUBTOTAL = rf"(?i)^\s*(jumlah|total|jml|sub\s?total|grand total)\b|{_TOTAL_ROW.removeprefix('(?i)')}"
_FOOT_ROW = (
    r"(?i)^\s*(mengetahui|diketahui|menyetujui|keterangan|catatan|sumber( data)?\s*:|legenda|ket\s*[.:]"
    r"|dibuat oleh|penanggung jawab data)"
)
# Cells of these columns may begin with `Jumlah puskesmas` by their nature: there only the bare word makes a total.
_NAMED_FREELY = {"indicator", "name", "position"}
# What stands in these is prose of one row: a formula may well read `Rata-rata`.
_PROSE = {"definition", "formula", "evidence"}


def columns(values: Iterable[Value]) -> list[str]:
    """Return the names of the cells that hold these values."""
    return [f"c{value.index}" for value in values]


def classify(data: pl.DataFrame, table: Table) -> pl.Series:
    """Return for each row what it is: data, total, keyless (values but no key), or other."""
    if not data.height:
        return pl.Series("kind", [], pl.String)
    fields = {name: f"c{index}" for name, index in table.fields.items()}
    measured = columns(table.values)
    valued = [*measured, *columns(table.totals)]
    prose = {column for name, column in fields.items() if name in _PROSE}
    beside = [c for c in data.columns[1:] if c not in valued and c not in prose]
    has_field = _any_filled(list(fields.values()))
    # A list without measures, such as of employees, has a row wherever two of its columns are filled in.
    has_value = _any_filled(valued) if measured else _count_filled(list(fields.values())) >= 2
    is_total = (
        pl.any_horizontal(
            pl.col(c).str.contains(
                _TOTAL_ROW if c not in fields.values() else _BARE_TOTAL if _is_free(c, fields) else _SUBTOTAL
            )
            for c in beside
        )
        if beside
        else pl.lit(False)
    )
    if table.source.closing and measured:
        labels = data.columns[1 : 1 + min(value.index for value in table.values)]
        is_total = is_total | pl.any_horizontal(pl.lit(False), *(pl.col(c).str.contains(table.source.closing) for c in labels))
    kind = (
        pl.when(_is_foot(data, list(fields.values()), measured).cum_max() | ~(has_value | has_field))
        .then(pl.lit("other"))
        .when(is_total & has_value)
        .then(pl.lit("total"))
        .when(~has_value)
        .then(pl.lit("other"))
        .when(~has_field)
        .then(pl.lit("keyless"))
        .otherwise(pl.lit("data"))
    )
    kinds = data.select(kind.alias("kind"))["kind"]
    if _is_numbering(data.row(0)[1:]):
        kinds = pl.concat([pl.Series("kind", ["other"]), kinds[1:]])
    return kinds


def _is_free(column: str, fields: dict[str, str]) -> bool:
    return any(fields.get(name) == column for name in _NAMED_FREELY)


def _any_filled(cells: list[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(c) != "" for c in cells) if cells else pl.lit(False)


def _count_filled(cells: list[str]) -> pl.Expr:
    return pl.sum_horizontal((pl.col(c) != "").cast(pl.Int32) for c in cells)


def _is_foot(data: pl.DataFrame, fields: list[str], measured: list[str]) -> pl.Expr:
    """Tell where the table has ended: a word of a foot, no figure, and nothing in the columns that a row is known by.

    A centre called Sumber Sari, or a definition that begins with `Keterangan`, stands beside other columns filled in.
    """
    says = pl.any_horizontal(pl.col(c).str.contains(_FOOT_ROW) for c in data.columns[1:])
    known = (
        pl.any_horizontal((pl.col(c) != "") & ~pl.col(c).str.contains(_FOOT_ROW) for c in fields)
        if fields
        else pl.lit(False)
    )
    figure = (
        pl.any_horizontal(pl.col(c).str.contains(rf"^({NUMBER})?[0-9]") for c in measured)
        if measured
        else pl.lit(False)
    )
    return says & ~known & ~figure


def _is_numbering(cells: tuple[str, ...]) -> bool:
    """Tell whether a row only numbers the columns: 1, 2, 3, ... in brackets or not, from the first one on."""
    numbers = [plain(cell).strip("()") for cell in cells if cell]
    return len(numbers) > 1 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def unlabelled_totals(
    keyless: pl.DataFrame, rows: pl.DataFrame, table: Table, sheet: str
) -> tuple[list[int], list[int], list[Observation]]:
    """Part rows with values but no key into totals and rows that can't be placed, both as row numbers.

    A row that is the sum of its columns is a total, and so is the last line of the table where it stands alone, though
    its figures differ: that is observed.
    """
    sums = {c: sum(_amounts(rows, c)) for c in columns(table.values)} if keyless.height else {}
    last = rows["row"].max() if rows.height else 0
    totals, unplaced = [], []
    for row in keyless.rows(named=True):
        found = {c: count(row[c]) for c in sums if row[c]}
        is_sum = bool(found) and all(cell.code is None and cell.value == sums[c] for c, cell in found.items())
        (totals if is_sum else unplaced).append(row["row"])
    if len(unplaced) == 1 and not totals and unplaced[0] > last:
        return unplaced, [], _differing(keyless, rows, table, sheet)
    return totals, unplaced, []


def check_labelled_totals(totals: pl.DataFrame, rows: pl.DataFrame, table: Table, sheet: str) -> list[Observation]:
    """Compare a table's one labelled total with the sums of its columns, where the figures are counts of visits."""
    return _differing(totals, rows, table, sheet) if totals.height == 1 and table.source.kind == "visit" else []


def _differing(totals: pl.DataFrame, rows: pl.DataFrame, table: Table, sheet: str) -> list[Observation]:
    last = totals.row(-1, named=True)
    for value in table.values:
        stated = count(last[f"c{value.index}"])
        total = sum(_amounts(rows, f"c{value.index}"))
        if stated.code is None and stated.value != total:
            details = {"column": value.heading, "expected": f"{total:.0f}", "found": str(stated.value)}
            return [Observation("total_row_differs", sheet, last["row"], details=details)]
    return []


def _amounts(rows: pl.DataFrame, column: str) -> list[float]:
    return [float(c.value) for c in map(count, rows[column].to_list()) if c.code is None]
