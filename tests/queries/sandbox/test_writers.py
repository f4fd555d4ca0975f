"""What an analyst takes away: each form holds the same values, opens safely in a spreadsheet, and is written in flat memory."""

import csv
import json
import re
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import polars as pl
import pyarrow as pa
import pytest

from queries.escape import runs_as_formula
from queries.sandbox import writers
from queries.sandbox.process import Limits, Refused, Run, run
from tests.queries.sandbox.conftest import AMPLE, left_behind

pytestmark = pytest.mark.slow

KINDS = """
select
    1 as number, 1.5::double as fraction, 12.30::decimal(6, 2) as money, sum(2) as total, 'Ngebor' as name,
    date '2026-11-25' as day, timestamp '2026-11-25 10:05:00' as moment, time '10:05:00' as clock, true as flag,
    [1, 2, null] as list, ['a', 'b'] as names, {'a': 1} as pair, null as nothing, 'nan'::double as nan,
    '-infinity'::float as infinite, 'a'::enum('a', 'b') as choice, interval 1 day as span, 'x'::blob as bytes,
    '101'::bit as bits, 'x;"y",\nz' as odd, 123456789012345678 as long_number
"""
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff201",
]


def _csv(path: Path, separator: str = ",") -> list[list[str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    return (
        list(csv.reader(data.decode("utf-8-sig").split("\r\n")[:-1], delimiter=separator))
        if b"\nz" not in data
        else [*csv.reader(data.decode("utf-8-sig").splitlines(keepends=True), delimiter=separator)]
    )


def _one(database: Path, sql: str, target: Path, form: str) -> Path:
    return run(database, sql, target, AMPLE, form).path


def _values(sheet_path: Path) -> list[list]:
    sheet = openpyxl.load_workbook(sheet_path).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_csv_holds_every_kind_of_value(database: Path, room: Path) -> None:
    header, row = _csv(_one(database, KINDS, room / "x.csv", "csv"))
    assert dict(zip(header, row, strict=True)) == {
        "number": "1",
        "fraction": "1.5",
        "money": "12.30",
        "total": "2",
        "name": "Ngebor",
        "day": "2026-11-25",
        "moment": "2026-11-25 10:05:00",
        "clock": "10:05:00",
        "flag": "true",
        "list": "1|2",
        "names": "a|b",
        "pair": "{'a': 1}",
        "nothing": "",
        "nan": "",
        "infinite": "",
        "choice": "a",
        "span": "1 day",
        "bytes": "78",
        "bits": "101",
        "odd": 'x;"y",\nz',
        "long_number": "123456789012345678",
    }


def test_csv_for_excel_in_indonesia_has_semicolons_and_decimal_commas(database: Path, room: Path) -> None:
    sql = "select 1234.5::double as a, 12.30::decimal(6, 2) as b, -7 as c, 'x;y' as d, '1.5' as e, -0.25::float as f"
    path = _one(database, sql, room / "x.csv", "csv_semicolon")
    assert path.read_bytes() == b'\xef\xbb\xbfa;b;c;d;e;f\r\n1234,5;12,30;-7;"x;y";1.5;-0,25\r\n'


@pytest.mark.parametrize("form", ["csv", "csv_semicolon"])
def test_no_cell_of_a_csv_runs_as_a_formula(database: Path, room: Path, form: str) -> None:
    assert {text.lstrip(" \u00a0")[0] for text in FORMULAS} >= {
        lead for lead in map(chr, range(0xD800)) if runs_as_formula(f"{lead}1")
    } | set("＝＋－＠")
    values = ", ".join("(" + "'" + text + "')" for text in [*FORMULAS, "plain", "1=1"])
    path = _one(database, f'select x as "=cmd()" from (values {values}) t(x)', room / "x", form)
    text = path.read_bytes().decode("utf-8-sig")
    assert text.startswith("'=cmd()\r\n")
    cells = [row[0] for row in csv.reader(text.splitlines(keepends=True), delimiter=";") if row]
    for lead in FORMULAS:
        assert "'" + lead in text
    assert cells[-2:] == ["plain", "1=1"]
    assert not [cell for cell in re.split(r"\r\n", text) if cell.lstrip('" ')[:1] in {"=", "+", "-", "@"}]


def test_a_list_of_formulas_is_disarmed_too(database: Path, room: Path) -> None:
    assert _csv(_one(database, "select ['=1', 'b'] as x, {'a': '=1'} as y", room / "x", "csv")) == [
        ["x", "y"],
        ["'=1|b", "{'a': '=1'}"],
    ]


def test_json_is_an_array_of_objects(database: Path, room: Path) -> None:
    (row,) = json.loads(_one(database, KINDS, room / "x.json", "json").read_text(encoding="utf-8"))
    assert row["number"] == 1
    assert row["fraction"] == 1.5
    assert row["money"] == 12.3
    assert row["total"] == 2
    assert row["day"] == "2026-11-25"
    assert row["moment"] == "2026-11-25T10:05:00"
    assert row["flag"] is True
    assert row["list"] == [1, 2, None]
    assert row["pair"] == {"a": 1}
    assert row["nothing"] is row["nan"] is row["infinite"] is None
    assert row["odd"] == 'x;"y",\nz'
    assert row["long_number"] == 123456789012345678
    assert json.loads(_one(database, "select 1 where false", room / "y.json", "json").read_text()) == []
    odd = _one(database, """select 'a' as "100% "" \\ x", 'ä\\"' as "%s" """, room / "z.json", "json")
    assert json.loads(odd.read_text(encoding="utf-8")) == [{'100% " \\ x': "a", "%s": 'ä\\"'}]


def test_json_has_as_many_rows_as_there_are_across_chunks(database: Path, room: Path) -> None:
    path = run(database, "from range(120001)", room / "x.json", Limits(60, 256, rows=None), "json").path
    assert [row["range"] for row in json.loads(path.read_text())] == list(range(120_001))


def test_parquet_keeps_kinds(database: Path, room: Path) -> None:
    frame = pl.read_parquet(_one(database, KINDS, room / "x.parquet", "parquet"))
    assert frame.schema["day"] == pl.Date
    assert frame.schema["list"] == pl.List(pl.Int32)
    assert frame.schema["money"] == pl.Decimal(6, 2)
    assert frame["moment"][0] == datetime(2026, 11, 25, 10, 5)
    assert frame["span"][0] == "1 day"


def test_xlsx_has_real_numbers_and_dates_and_a_header_that_stays(database: Path, room: Path) -> None:
    path = _one(database, KINDS, room / "x.xlsx", "xlsx")
    header, row = _values(path)
    assert dict(zip(header, row, strict=True)) == {
        "number": 1,
        "fraction": 1.5,
        "money": 12.3,
        "total": 2,
        "name": "Ngebor",
        "day": datetime(2026, 11, 25),
        "moment": datetime(2026, 11, 25, 10, 5),
        "clock": time(10, 5),
        "flag": True,
        "list": "1|2|",
        "names": "a|b",
        "pair": "{'a': 1}",
        "nothing": None,
        "nan": None,
        "infinite": None,
        "choice": "a",
        "span": "1 day",
        "bytes": "78",
        "bits": "101",
        "odd": 'x;"y",\nz',
        "long_number": "123456789012345678",  # a spreadsheet would round it
    }
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:U2"
    assert sheet["A1"].font.bold
    assert (sheet["F2"].number_format, sheet["G2"].number_format) == ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")


def test_a_formula_stays_a_text_in_xlsx(database: Path, room: Path) -> None:
    sql = """select '=1+1' as "=A1", '{=1}' as b, 'https://example.org' as c, 'mailto:x@y.z' as d, '12' as e"""
    path = _one(database, sql, room / "x.xlsx", "xlsx")
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [cell.data_type for row in sheet.iter_rows() for cell in row] == ["s"] * 10
    assert [cell.hyperlink for row in sheet.iter_rows() for cell in row] == [None] * 10
    assert sheet["A2"].value == "=1+1"


def test_dates_that_a_spreadsheet_does_not_know_are_texts(database: Path, room: Path) -> None:
    sql = "select * from (values (date '1899-12-31'), (date '1900-03-01'), (date '0001-01-01')) t(d)"
    assert _values(_one(database, sql, room / "x.xlsx", "xlsx")) == [
        ["d"],
        ["1899-12-31"],
        [datetime(1900, 3, 1)],
        ["0001-01-01"],
    ]
    assert date(1900, 3, 1) >= writers.FIRST_XLSX_DAY


def test_what_a_sheet_cannot_hold_is_refused_not_cut(database: Path, room: Path) -> None:
    many = ", ".join(f"1 as c{n}" for n in range(writers.XLSX_COLUMNS + 1))
    for sql, detail in (
        (f"select {many}", "16385 > 16384 columns"),
        ("select 'a', repeat('x', 32768)", "32768 > 32767 characters: row 2, column 2"),
    ):
        with pytest.raises(Refused) as caught:
            run(database, sql, room / "x.xlsx", AMPLE, "xlsx")
        assert (caught.value.code, caught.value.detail) == ("too_large", detail)
    assert left_behind(room) == []


def test_a_sheet_is_filled_to_its_last_row_and_not_beyond(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(room)
    empty = pa.table({"x": pa.nulls(writers.XLSX_ROWS - 1)})  # beside the header
    with (room / "x.xlsx").open("wb") as sink:
        writer = writers.opened("xlsx", sink, empty.schema)
        writer.write(empty)
        with pytest.raises(writers.TooLarge, match="> 1048575 rows"):
            writer.write(empty.slice(0, 1))
        writer.close()


def test_five_million_rows_take_no_more_memory_than_the_limit(database: Path, room: Path) -> None:
    sql = "select range as i, 'pkm-' || range % 200 as unit, random() as share from range(5000000)"
    started = Run.start(database, sql, room / "x.csv", Limits(100, 256, rows=None), "csv")
    peak_kb = 0
    while not started.is_over:
        try:
            status = Path(f"/proc/{started.process_id}/status").read_text()
        except FileNotFoundError:
            continue
        peak_kb = max([peak_kb, *(int(each) for each in re.findall(r"VmHWM:\s+(\d+) kB", status))])
        started._finished.wait(0.05)
    assert started.result().rows == 5_000_000
    assert 0 < peak_kb < (256 + 128) * 1024
