"""Forms to fill in: what is filled in is what is read, what is only shown never is, and an empty one says so."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import queries
from etl.conforming.report import read_report
from etl.folder import PRODUCT_REFERENCE
from etl.lake import Outcome, Sighting
from etl.recognising.source import Source, load_all
from etl.reference import read_table
from queries import forms
from queries.forms import BEFORE, Contents, Form
from rapor.forming import workbook
from rapor.forming.compose import Sheet, check, compose, is_asked
from tests import effort
from tests.etl.lakes import KNOWN

SOURCES = {source.name: source for source in load_all()}
FORMS = forms.forms()
PERIOD = date(2026, 10, 1)  # begins a month and a quarter
CHOICES = {
    "rating": ["Di bawah ekspektasi", "Sesuai ekspektasi", "Di atas ekspektasi"],
    "predicate": ["Kurang", "Baik", "Sangat Baik"],
    "job_group": ["Perawat", "Bidan"],
    "service": ["Umum (BP umum)", "Gigi dan mulut"],
    "payer": ["JKN PBI", "Umum (bayar sendiri)"],
    "polarity": ["Naik lebih baik", "Turun lebih baik"],
    "aggregation": ["Posisi akhir", "Rasio"],
    "attainment_rule": ["Realisasi / Target"],
    "frequency": ["Triwulanan", "Tahunan"],
    "bpk_opinion": ["WTP", "WDP"],
}
ELEMENTS = read_table(PRODUCT_REFERENCE, "satisfaction_elements")["name"]
SHARE = {"unit_of_measure": "%", "asks_realisation": False, "target_now": "95", "target_before": "90"}
NAMED = (
    ("198004222002032931", "Orang Contoh A"),
    ("198911022011012987", "Orang Contoh B"),
    ("197905132015041956", "Orang Contoh C"),
)
PEOPLE = [{"nip": nip, "employee_name": name, "predicate_reported_before": "Kurang"} for nip, name in NAMED]
# Two kinds of cells stand in one form: a quotient has numerator and denominator, a predicate one of its scale.
ROWS: Mapping[str, list[dict[str, Any]]] = {
    "kunjungan": [
        {"service": service, "payer": payer, "new_count_before": 777, "returning_count_before": 778, "asks_patients": False}
        for service in CHOICES["service"] for payer in CHOICES["payer"]
    ],
    "kepuasan": [
        {"element": f"U{n} {element}", "asks_respondents": n == 1, "respondents_before": 777 if n == 1 else None, "value_before": 3.777}
        for n, element in enumerate(ELEMENTS, 1)
    ],
    "realisasi": [
        {"code": "A-1", "indicator": "Cakupan contoh", "numerator_before": 777, "denominator_before": 778} | SHARE,
        {"code": "A-2", "indicator": "Jumlah posyandu", "unit_of_measure": "unit", "target_now": "777", "realisation_before": "778",
         "asks_numerator": False, "asks_denominator": False},
        {"code": "1.10", "indicator": "Opini contoh", "scale": "bpk_opinion", "target_now": "WTP", "realisation_before": "TMP",
         "asks_numerator": False, "asks_denominator": False},
    ],
    "target": [{"code": code, "indicator": f"Indikator {code}", "target_before": "777"} | more
               for code, more in (("A-1", {"unit_of_measure": "%"}), ("A-2", {"unit_of_measure": "unit"}))],
    "evaluasi": PEOPLE,
    "skp": [{**one, "indicator": f"Kegiatan {n}", "unit_of_measure": "dokumen", "target_before": 777, "realisation_before": 778}
            for n, one in enumerate(PEOPLE)],
    "pegawai": [],
    "register": [],
}  # fmt: skip
SPARE = {"nip": "199001012020121001", "name": "Orang Contoh D", "position": "Perawat", "grade": "III/a", "code": "B-7",
         "indicator": "Indikator baru", "unit_of_measure": "unit", "definition": "Banyaknya hal contoh", "formula": "A / B",
         "data_source": "Laporan contoh"}  # fmt: skip


def contents(form: Form, unit: str = "Puskesmas Mengupeh", rows: list[dict[str, Any]] | None = None) -> Contents:
    due = date(2026, 11, 10) if form.report_kind else None
    return Contents(
        form.name, unit, "health_centre", PERIOD, due, 3, ROWS[form.name] if rows is None else rows, CHOICES
    )


def composed(form: Form, **more: Any) -> Sheet:
    return compose(form, SOURCES[form.source], contents(form, **more))


def read(content: bytes, name: str = "formulir.xlsx") -> Outcome:
    sighting = Sighting("masuk", name, datetime(2027, 1, 5, tzinfo=UTC).timestamp())
    return read_report("k" * 24, "k" * 64, content, sighting, load_all(), KNOWN())


def filled(sheet: Sheet, values: Mapping[tuple[int, str], Any]) -> bytes:
    """Return the form with values in its cells, as a spreadsheet saves it; a locked one is never written into."""
    book = openpyxl.load_workbook(io.BytesIO(workbook.xlsx(sheet)))
    page = book[workbook.SHEET]
    head = len(sheet.lines) + 2
    assert [cell.value for cell in page[head]][: len(sheet.columns)] == [column.heading for column in sheet.columns]
    places = {column.key: index for index, column in enumerate(sheet.columns, 1)}
    for (number, key), value in values.items():
        cell = page.cell(head + 1 + number, places[key])
        assert not cell.protection.locked
        cell.value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _values(sheet: Sheet, source: Source) -> st.SearchStrategy[dict[tuple[int, str], Any]]:
    """Return what may be filled into the cells of a form: of each row all or nothing."""
    rows: list[st.SearchStrategy[dict[tuple[int, str], Any]]] = []
    known = sum(bool(row) for row in sheet.rows)
    for number, row in enumerate(sheet.rows[: known or 2]):
        cells = {
            (number, column.key): _value(sheet, column, row, number)
            for column in sheet.columns
            if column.role == "asked" and is_asked(row, column.key)
        }
        rows.append(st.one_of(st.just({}), st.fixed_dictionaries(cells)) if number else st.fixed_dictionaries(cells))
    return st.tuples(*rows).map(lambda parts: {place: value for part in parts for place, value in part.items()})


def _value(sheet: Sheet, column: Any, row: Mapping[str, Any], number: int) -> st.SearchStrategy[Any]:
    found = check(sheet, column, row)
    if found is None or found.kind == "number_of_staff":
        words = SPARE[column.key]
        return st.just(words[:-1] + str(number + 1) if column.key in ("nip", "name", "code", "indicator") else words)
    if found.kind == "list":
        return st.sampled_from(["ya", "tidak"] if found.choices == "yes_no" else CHOICES[found.choices])
    if found.kind == "whole":
        return st.integers(1, 100_000)
    return st.integers(round(100 * (found.low or 0)), round(100 * (found.high or 1000))).map(lambda n: n / 100)


def _expected(sheet: Sheet, values: Mapping[tuple[int, str], Any]) -> list[dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {}
    for (number, key), value in values.items():
        rows.setdefault(number, {k: v for k, v in sheet.rows[number].items() if k in KEPT})[key] = value
    return [rows[number] for number in sorted(rows)]


KEPT = ("service", "payer", "code", "indicator", "nip", "element")


def _same(record: Mapping[str, Any], key: str, value: Any) -> bool:
    if f"{key}_text" in record and isinstance(value, str):
        return record[f"{key}_text"] == value
    if value in ("ya", "tidak") and isinstance(record[key], bool):
        return record[key] is (value == "ya")
    return record[key] == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_filled_in_is_what_is_read(name: str) -> None:
    form = FORMS[name]
    sheet = composed(form)

    @effort.tries(5)
    @given(_values(sheet, SOURCES[form.source]))
    def tried(values: dict[tuple[int, str], Any]) -> None:
        outcome = read(filled(sheet, values))
        assert outcome.rejects.is_empty(), outcome.rejects.rows()
        assert outcome.observations.filter(pl.col("code").is_in(["column_unread", "column_left_out", "column_unknown", "hidden_sheet",
                                                                 "sheet_not_recognised"])).is_empty()  # fmt: skip
        (records,) = outcome.records.values()
        expected = _expected(sheet, values)
        if name == "kepuasan":  # the rows of the elements are one record
            merged = {row["element"][:2].lower(): row["value"] for row in expected}
            expected = [merged | {"respondents": expected[0]["respondents"]}]
        assert records.height == len(expected)
        for record, row in zip(records.to_dicts(), expected, strict=True):
            assert all(_same(record, key, value) for key, value in row.items()), (record, row)
            if form.months:
                months = (PERIOD if form.months < 12 else date(2026, 1, 1), form.months)
                assert (record["period"], record["period_months"]) == months
            if record.get("unit"):
                assert KNOWN().units.find(record["unit"]) == "pkm-mengupeh"

    tried()


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if ROWS[name]])
def test_an_empty_form_says_that_it_is_not_filled_in(name: str) -> None:
    outcome = read(workbook.xlsx(composed(FORMS[name])))
    assert (outcome.reading.status, outcome.reading.code) == ("refused", "not_filled")
    assert not outcome.records
    assert outcome.rejects.is_empty()


def test_what_came_from_a_file_is_never_run() -> None:
    words = '=HYPERLINK("http://192.0.2.1")'
    rows = [
        {"code": "A-1", "indicator": words, "unit_of_measure": "@unit", "target_now": "+1", "realisation_before": "-2"}
    ]
    book = openpyxl.load_workbook(io.BytesIO(workbook.xlsx(composed(FORMS["realisasi"], unit="=1+1\u202e", rows=rows))))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert any(cell.value == words for cell in cells)


def test_of_people_whom_one_may_not_name_an_empty_row_stands() -> None:
    row = {"employee_id": "P1", "employee_name": "Pegawai 3F9A21", "nip": "…931", "predicate_reported_before": "Baik"}

    def fetch(name: str, **_asked: Any) -> pl.DataFrame:
        about = {
            "unit_name": ["Puskesmas A"],
            "unit_kind": ["health_centre"],
            "due_on": [None],
            "question_factor": [3.0],
        }
        tables = {"forms/sheet": pl.DataFrame(about), "forms/people": pl.DataFrame([row])}
        return tables.get(name, pl.DataFrame({"list": ["rating"], "value": ["Sesuai ekspektasi"]}))

    def rows(**sight: Any) -> list[dict[str, Any]]:
        found = forms.contents(fetch, FORMS["evaluasi"], "a", PERIOD, lambda _people: forms.Sight(**sight))
        assert found
        return [dict(each) for each in found.rows]

    assert rows(figures=True, names=False) == rows(figures=False, names=True) == [{}]
    named = {"employee_name": "Pegawai 3F9A21", "nip": None, "predicate_reported_before": "Baik"}
    assert rows(figures=True, names=True) == [named]
    assert rows(figures=True, names=True, numbers={"P1": "198004222002032931"})[0]["nip"] == "198004222002032931"


def test_each_source_has_a_form_or_a_reason_and_each_form_what_its_source_has() -> None:
    assert {form.source for form in FORMS.values()} | set(forms.none()) == set(SOURCES)
    for form in FORMS.values():
        source = SOURCES[form.source]
        for name in (*form.given, *form.asked, *form.lists):
            source.field(name)  # raises StopIteration where there is none
        assert not form.months or form.months in source.months
        sql = queries.load(form.rows).sql
        assert all(
            f"{name}{BEFORE}" in sql
            for name in form.asked
            if form.months and name not in {"is_evidence_verified", "is_on_time"}
        )
