"""What an analyst takes along, read back: each form holds the figures of the page, all rows, and that they are sample data."""

import csv
import io
import os
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from email.message import Message
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import uvicorn
from starlette.applications import Starlette

from dashboard import access, db
from dashboard.explore import downloads, question, refusals
from dashboard.explore import files as explore_files
from dashboard.explore import groups as explore_groups
from dashboard.explore.question import Asked
from dashboard.filters import Filters
from dashboard.web import server
from queries.explore.slices import Condition, Refused, Slice
from queries.explore.tables import tables
from queries.sandbox import process as sandbox
from queries.sandbox.process import Limits
from tests.dashboard.builds import shown

YEAR = Filters(date(2026, 1, 1), date(2026, 10, 1))
VIEWER = access.of("pimpinan")
LIMITS = Limits(seconds=60, memory_mb=512, rows=None)


@pytest.fixture(autouse=True)
def _sample(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    monkeypatch.delenv("RAPOR_VIEWER", raising=False)


@pytest.fixture
def get() -> Iterator[Callable[[str], tuple[int, Message, bytes]]]:
    """Return a function that asks the server for an address and gives status, headers and content."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        served = uvicorn.Server(uvicorn.Config(Starlette(routes=server.ROUTES), log_level="critical"))
        thread = threading.Thread(target=served.run, args=([listening],))
        thread.start()

        def ask(address: str) -> tuple[int, Message, bytes]:
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{listening.getsockname()[1]}/{address}", timeout=20
                ) as answer:
                    return answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as refused:
                return refused.code, refused.headers, refused.read()

        while not served.started:
            time.sleep(0.02)
        yield ask
        served.should_exit = True
        thread.join()


def _slice(**more: Any) -> Slice:
    said: dict[str, Any] = {
        "table": "visits",
        "measure": "patients",
        "row": "payer",
        "column": "month",
        "grain": "quarter",
    } | more
    return Slice(**said, period_from=YEAR.period_from, period_to=YEAR.period_to)


def _written(sql: str, folder: Path, form: str) -> list[dict[str, Any]]:
    """Return the rows of a file of that form, numbers as numbers, days as dates."""
    path = folder / f"file.{form}"
    sandbox.run(db.analysis_file(VIEWER), sql, path, LIMITS, form)
    match form:
        case "parquet":
            return pl.read_parquet(path).to_dicts()
        case "xlsx":
            head, *rows = openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)
            return [dict(zip(head, row, strict=True)) for row in rows]
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    separator, decimal = (";", ",") if form == "csv_semicolon" else (",", ".")
    return [
        {name: _read(cell, decimal) for name, cell in row.items()}
        for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator)
    ]


def _read(cell: str, decimal: str) -> Any:
    try:
        return float(cell.replace(decimal, ".")) if cell else None
    except ValueError:
        return cell


def _day(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, (date, datetime)) else value


@pytest.mark.parametrize("form", explore_files.MEDIA)
def test_groups_read_back_are_the_figures_of_the_page(tmp_path: Path, form: str) -> None:
    for slice_ in (_slice(), _slice(table="satisfaction", measure="index", row="unit", compare="year_ago")):
        found = explore_groups.ask(Asked(slice_), VIEWER, YEAR).cells.to_dicts()
        rows = _written(explore_files.sql_of(Asked(slice_), is_rows=False), tmp_path, form)
        assert len(rows) == len(found) > 10
        label = explore_groups.measure_name(slice_)
        first = slice_.dimensions[0].label[0]
        for row, cell in zip(rows, found, strict=True):
            assert (row[first], _day(row["Bulan"])) == (cell[str(slice_.row)], _day(cell["month"]))
            assert row[label] == (None if cell["value"] is None else pytest.approx(cell["value"]))
            assert row["Banyak baris"] == cell["row_count"]
            assert row["Data contoh"] == "Data contoh"
            if slice_.compare:
                assert row["Pembanding"] == (None if cell["compared"] is None else pytest.approx(cell["compared"]))


@pytest.mark.parametrize("form", explore_files.MEDIA)
def test_rows_read_back_are_all_rows_and_add_up(tmp_path: Path, form: str) -> None:
    slice_ = _slice(conditions=(Condition("unit", "in", ("Mengupeh",)),))
    whole = explore_groups.ask(Asked(slice_), VIEWER, YEAR).whole
    rows = _written(explore_files.sql_of(Asked(slice_, look="rows"), is_rows=True), tmp_path, form)
    assert len(rows) == whole["row_count"] > 300  # more than a part of the page
    assert sum(row["Kunjungan"] or 0 for row in rows) == whole["value"]
    keys = {column.label[0] for column in tables()["visits"].of_kind("key")}
    assert not keys & set(rows[0])
    assert {row["Data contoh"] for row in rows} == {"Data contoh"}
    assert all(row["Berkas"] for row in rows)


@pytest.mark.parametrize("form", explore_files.MEDIA)
def test_a_text_that_a_spreadsheet_would_run_stays_a_text(tmp_path: Path, form: str) -> None:
    words = ["=1+1", "+1", "@SUM(A1)", "-2+3", '=HYPERLINK("http://x")', 'biasa; "kutip", koma']
    listed = ", ".join("('" + word.replace("'", "''") + "')" for word in words)
    sql = f'select t as "=t" from (values {listed}) as v(t)'
    path = tmp_path / f"x.{form}"
    sandbox.run(db.analysis_file(VIEWER), sql, path, LIMITS, form)
    if form == "parquet":
        assert pl.read_parquet(path)["=t"].to_list() == words  # values as they are: no spreadsheet
    elif form == "xlsx":
        cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
        assert [cell.value for cell in cells] == ["=t", *words]
        assert {cell.data_type for cell in cells[1:]} <= {"s", "inlineStr", "f"}
        assert not any(cell.hyperlink for cell in cells)
    else:
        rows = list(
            csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";" if form != "csv" else ",")
        )
        assert [row[0] for row in rows] == ["'=t", *(f"'{word}" for word in words[:5]), words[5]]


def test_what_has_no_right_answer_is_not_exported() -> None:
    with pytest.raises(Refused, match="tidak dapat dijumlahkan"):
        explore_files.sql_of(
            Asked(_slice(table="submissions", measure="completeness", row="unit", column=None, aggregation="sum")),
            False,
        )


def test_rows_can_be_taken_along_also_where_their_sum_has_no_right_answer(page: Callable) -> None:
    test = page("jelajah", tabel="submissions", hitung="jumlah", lihat="baris")
    assert "export-start" in [button.key for button in test.button]


def test_the_name_of_a_file_says_what_it_holds() -> None:
    build = db.build().id
    assert explore_files.name_of(Asked(_slice()), False) == f"rapor-visits-patients-{build}-data-contoh"
    assert (
        explore_files.name_of(Asked(_slice(table="new_visits", measure="new_share")), True)
        == f"rapor-new-visits-baris-{build}-data-contoh"
    )


def _prepared(test: Any) -> str:
    """Prepare the file that the page offers, and return its address."""
    next(w for w in test.button if w.key == "export-start").click().run()
    deadline = time.monotonic() + 30
    while test.session_state[explore_files.JOB].address is None:
        assert time.monotonic() < deadline
        time.sleep(0.2)
        test.run()
    return test.session_state[explore_files.JOB].address


def test_a_file_of_the_page_is_fetched_once_it_is_there(page: Callable, get: Callable) -> None:
    test = page("jelajah", baris="payer", kolom="month", butir="triwulan")
    next(w for w in test.selectbox if w.key == "export-form").set_value("csv").run()
    address = _prepared(test)
    assert address in shown(test)
    status, headers, content = get(address)
    assert status == 200
    assert headers["content-type"].startswith("text/csv")
    assert headers["content-disposition"].startswith('attachment; filename="rapor-visits-patients-')
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    found = explore_groups.ask(Asked(_slice()), VIEWER, YEAR)
    assert sum(int(row["Kunjungan"]) for row in rows) == found.whole["value"]
    assert get(f"{downloads.ADDRESS}/tidak-ada")[0] == 404
    assert get(f"{downloads.ADDRESS}/..%2f..%2fetc%2fpasswd")[0] == 404

    test.query_params[question.ROW] = "unit"
    test.run()
    assert "Berkas ini dari pilihan sebelumnya" in shown(test)  # the file does not pass for the new view


def test_a_file_is_gone_after_an_hour_and_what_was_never_offered_too(get: Callable) -> None:
    kept, old, left = (downloads.folder() for _ in range(3))
    addresses = []
    for folder in (kept, old):
        (folder / "a.csv").write_text("a")
        addresses.append(downloads.offer(folder / "a.csv", "a.csv", "text/csv"))
    past = time.time() - downloads.KEPT_SECONDS - 60
    token = addresses[1].partition("/")[2]
    downloads._offered[token] = replace(downloads._offered[token], at=past)
    os.utime(left, (past, past))
    downloads.folder()
    assert (kept.is_dir(), old.is_dir(), left.is_dir()) == (True, False, False)
    assert [get(address)[0] for address in addresses] == [200, 404]
    assert "siapkan lagi" in get(addresses[1])[2].decode()
    assert len({address for address in addresses}) == 2
    assert all(len(address) > 35 for address in addresses)


def test_an_export_that_takes_too_long_is_ended_and_said(tmp_path: Path) -> None:
    endless = "select a.range from range(3000000) a, range(3000000) b where a.range * b.range % 7 = 8"
    with pytest.raises(sandbox.Refused) as refused:
        sandbox.run(db.analysis_file(VIEWER), endless, tmp_path / "x.csv", Limits(seconds=1.5, memory_mb=256), "csv")
    assert refusals.say(refused.value)[0] == "Perintah ini terlalu lama dan dihentikan."
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_given_to_whom_it_was_offered_alone(get: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = downloads.folder()
    (folder / "a.csv").write_text("a")
    monkeypatch.setenv("RAPOR_VIEWER", "kepala-dinas:dinkes")
    address = downloads.offer(folder / "a.csv", "a.csv", "text/csv")
    for other, status in (("kepala-dinas:pupr", 404), ("bupati", 404), ("siapa", 404), ("kepala-dinas:dinkes", 200)):
        monkeypatch.setenv("RAPOR_VIEWER", other)
        assert get(address)[0] == status, other
