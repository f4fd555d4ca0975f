"""Results written as they come, in flat memory: Parquet, CSV for programs or for Excel in Indonesia, XLSX, JSON."""
# ruff: noqa: PLC0415  each form imports only what it needs: an analyst waits for it

import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

XLSX_ROWS = 1_048_576  # of a sheet, the header among them
XLSX_COLUMNS = 16_384
XLSX_TEXT = 32_767  # characters of a cell
LARGEST_EXACT = 10**15  # a spreadsheet keeps fifteen digits
FIRST_XLSX_DAY = date(1900, 3, 1)  # before it, Excel counts a day that never was


class TooLarge(Exception):
    """The result does not fit the form; the text tells what and by how much, in figures."""


class Writer(Protocol):
    """One result on its way into a file."""

    def write(self, table: "pa.Table") -> None:
        """Add rows; raises TooLarge where the form can't hold them."""

    def close(self) -> None:
        """Finish the file; the sink stays open."""


def opened(form: str, sink: IO[bytes], schema: "pa.Schema") -> Writer:
    """Return a writer of `parquet`, `csv`, `csv_semicolon`, `xlsx` or `json`; raises KeyError for another form."""
    return _WRITERS[form](sink, schema)


class Parquet:
    """The values as they are."""

    def __init__(self, sink: IO[bytes], schema: "pa.Schema") -> None:
        import pyarrow.parquet

        self._writer = pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd")

    def write(self, table: "pa.Table") -> None:
        """Add rows as one row group."""
        self._writer.write_table(table)

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


class Csv:
    """UTF-8 with BOM and CRLF, which spreadsheets open by a double click; texts that would run as formulas are disarmed.

    A missing value and a number that is none (NaN, infinite) are empty; lists are joined by `|`.
    """

    separator = ","
    has_decimal_comma = False

    def __init__(self, sink: IO[bytes], schema: "pa.Schema") -> None:
        import polars as pl

        self._sink = sink
        header = pl.DataFrame([[name] for name in schema.names], schema=[f"{n}" for n in range(len(schema.names))])
        sink.write(b"\xef\xbb\xbf")
        self._add(header.cast(pl.String))

    def write(self, table: "pa.Table") -> None:
        """Add rows."""
        import polars as pl
        from polars import selectors

        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)  # noqa: S101  a table never becomes a series
        finite = selectors.float()
        self._add(
            frame.with_columns(
                pl.when(finite.is_finite()).then(finite),
                selectors.categorical().cast(pl.String),
                selectors.enum().cast(pl.String),
                selectors.binary().bin.encode("hex"),
            )
        )

    def _add(self, frame: "pl.DataFrame") -> None:
        from queries.output import harmless

        harmless(frame).write_csv(
            self._sink,
            include_header=False,
            separator=self.separator,
            decimal_comma=self.has_decimal_comma,
            line_terminator="\r\n",
            datetime_format="%Y-%m-%d %H:%M:%S%.f",
            time_format="%H:%M:%S%.f",
        )

    def close(self) -> None:
        """Do nothing: every row is written."""


class CsvSemicolon(Csv):
    """`;` between cells and a decimal comma: what Excel with Indonesian settings reads."""

    separator = ";"
    has_decimal_comma = True


class Json:
    """An array of objects, one a line; a number that is none is null, a date ISO text, bytes hexadecimal."""

    def __init__(self, sink: IO[bytes], schema: "pa.Schema") -> None:
        self._sink = sink
        pairs = (json.dumps(name, ensure_ascii=False).replace("%", "%%") + ": %s" for name in schema.names)
        self._row = "{" + ", ".join(pairs) + "}"
        self._before = "[\n"

    def write(self, table: "pa.Table") -> None:
        """Add rows, each column turned into texts by itself: several times as fast as row by row."""
        columns = [map(_json, column.to_pylist()) for column in table.columns]
        if table.num_rows:
            self._sink.write((self._before + ",\n".join(map(self._row.__mod__, zip(*columns, strict=True)))).encode())
            self._before = ",\n"

    def close(self) -> None:
        """End the array."""
        self._sink.write(b"[]\n" if self._before == "[\n" else b"\n]\n")


def _json(value: Any) -> str:
    kind = type(value)
    if value is None or (kind is float and not math.isfinite(value)):
        return "null"
    if kind is str:
        return json.encoder.encode_basestring(value)
    if kind is int or kind is float:
        return repr(value)
    if kind is Decimal:
        return format(value, "f") if value.is_finite() else "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is dict:
        return "{" + ", ".join(f"{json.dumps(str(name))}: {_json(each)}" for name, each in value.items()) + "}"
    if kind in {list, tuple}:
        return "[" + ", ".join(map(_json, value)) + "]"
    return json.dumps(_shown(value), ensure_ascii=False)


class Xlsx:
    """One sheet: numbers as numbers, dates as dates, a bold header that stays in sight, a filter on each column.

    Nothing runs and nothing is a link: a text that begins with = stays a text. Numbers of more than fifteen digits are texts.
    """

    def __init__(self, sink: IO[bytes], schema: "pa.Schema") -> None:
        import xlsxwriter

        if len(schema.names) > XLSX_COLUMNS:
            raise TooLarge(f"{len(schema.names)} > {XLSX_COLUMNS} columns")
        self._book = xlsxwriter.Workbook(
            sink,
            {
                "constant_memory": True,
                "tmpdir": ".",
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.use_zip64()
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._formats = {
            date: self._book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            time: self._book.add_format({"num_format": "hh:mm:ss"}),
        }
        self._last_column = len(schema.names) - 1
        bold = self._book.add_format({"bold": True})
        for column, name in enumerate(schema.names):
            self._text(0, column, name, bold)
        self._row = 0

    def write(self, table: "pa.Table") -> None:
        """Add rows; raises TooLarge beyond 1,048,576 with the header, and where a text is longer than a cell."""
        if self._row + table.num_rows >= XLSX_ROWS:
            raise TooLarge(f"> {XLSX_ROWS - 1} rows")
        for values in zip(*(column.to_pylist() for column in table.columns), strict=True):
            self._row += 1
            for column, value in enumerate(values):
                if value is not None:
                    self._cell(self._row, column, value)

    def _cell(self, row: int, column: int, value: Any) -> None:
        match value:
            case bool():
                self._sheet.write_boolean(row, column, value)
            case int() | float() | Decimal():
                if not math.isfinite(value):
                    return
                if abs(value) >= LARGEST_EXACT and not isinstance(value, float):
                    self._text(row, column, str(value))
                else:
                    self._sheet.write_number(row, column, float(value))
            case datetime() if value.date() >= FIRST_XLSX_DAY:
                self._sheet.write_datetime(row, column, value.replace(tzinfo=None), self._formats[datetime])
            case date() if not isinstance(value, datetime) and value >= FIRST_XLSX_DAY:
                self._sheet.write_datetime(row, column, value, self._formats[date])
            case time():
                self._sheet.write_datetime(row, column, value, self._formats[time])
            case list():
                self._text(row, column, "|".join(_shown(each) for each in value))
            case _:
                self._text(row, column, _shown(value))

    def _text(self, row: int, column: int, text: str, style: Any = None) -> None:
        if len(text) > XLSX_TEXT:
            raise TooLarge(f"{len(text)} > {XLSX_TEXT} characters: row {row + 1}, column {column + 1}")
        self._sheet.write_string(row, column, text, style)

    def close(self) -> None:
        """Write the workbook out of the rows, which stood in a temporary file so far."""
        if self._last_column >= 0:
            self._sheet.autofilter(0, 0, self._row, self._last_column)
        self._book.close()


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case date() | time():
            return value.isoformat()
        case bytes():
            return value.hex()
    return str(value)


_WRITERS: dict[str, Any] = {
    "parquet": Parquet,
    "csv": Csv,
    "csv_semicolon": CsvSemicolon,
    "xlsx": Xlsx,
    "json": Json,
}
