"""The sample district: the same at every writing, agreeing with its truth, and with no real person in it."""

import csv
import io
import re
import zipfile
from datetime import date
from itertools import chain
from pathlib import Path

import polars as pl
import pytest
import xlwt
from python_calamine import CalamineWorkbook

from etl.conforming.conform import conform
from etl.reading.files import read
from etl.recognising.recognise import Table, recognise
from etl.recognising.source import load_all
from etl.reference import registers
from rapor import sample
from rapor.sample import employees, indicators, receipts, satisfaction, visits
from rapor.sample.district import REFERENCE, centres, table

TEXT = {".csv"}


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "inbox"
    sample.write(folder)
    return folder


def cells(path: Path) -> list[str]:
    """Return every cell of a file as text."""
    if path.suffix in TEXT:
        text = path.read_bytes().decode("cp1252" if b"\xa0" in path.read_bytes() else "utf-8-sig")
        return list(chain.from_iterable(csv.reader(text.splitlines(), delimiter=";" if ";" in text[:60] else ",")))
    book = CalamineWorkbook.from_path(path)
    rows = chain.from_iterable(book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    return [str(cell) for cell in chain.from_iterable(rows)]


def long_form(inbox: Path, name: str, encoding: str) -> list[list[str]]:
    text = (inbox / "kunjungan" / name).read_bytes().decode(encoding)
    return list(csv.reader(text.splitlines(), delimiter=";"))


def test_writing_twice_gives_the_same_bytes_and_times(inbox: Path, tmp_path: Path) -> None:
    again = tmp_path / "inbox"
    written = sample.write(again)
    assert len(written) == len(set(written)) > 80
    for path in written:
        twin = inbox / path.relative_to(again)
        assert path.read_bytes() == twin.read_bytes(), path.name
        assert path.stat().st_mtime == twin.stat().st_mtime, path.name
    assert sum(path.stat().st_size for path in written) < 15_000_000


def test_the_truth_is_the_one_that_these_tests_were_written_for() -> None:
    # Suo-Suo, November 2023, general practice: 47 + 15 + 8 + 8 = 78 new, 141 + 66 + 36 + 28 = 271 returning.
    found = [visits.truth()["pkm-suo-suo", date(2023, 11, 1), "umum", payer] for payer in visits.PAYERS]
    assert found == [(47, 141), (15, 66), (8, 36), (8, 28)]
    assert (sum(new for new, _ in found), sum(returning for _, returning in found)) == (78, 271)
    assert len(visits.truth()) == 20 * 36 * 9 * 4


def test_the_long_form_carries_the_truth_and_its_own_total(inbox: Path) -> None:
    rows = long_form(inbox, "2023/november-jumlah-kunjungan-puskesmas-menurut-poli.csv", "utf-8-sig")
    own = [row for row in rows if row[3] == "Puskesmas Suo-Suo" and row[4] == "UMUM"]
    assert [(row[5], row[6], row[7], row[8]) for row in own] == [
        ("JKN PBI", "47", "141", "188"),
        ("JKN NON PBI", "15", "66", "81"),
        ("UMUM", "8", "36", "44"),
        ("GRATIS", "8", "28", "36"),
    ]
    assert rows[-1][:8] == [""] * 8
    november = sum(sum(counts) for key, counts in visits.truth().items() if key[1] == date(2023, 11, 1))
    assert int(rows[-1][8]) == november == sum(int(row[8]) for row in rows[1:-1])


def test_reports_differ_from_the_truth_only_where_a_fault_was_planted() -> None:
    truth, reported = visits.truth(), visits.reported()
    changed = {key for key in truth if reported.get(key) != truth[key]}
    stale = {key for key in changed if (key[0], key[1]) == visits.STALE[:2]}
    missing = {key for key in changed if (key[0], key[1]) in visits.MISSING}
    nobody = {key for key in changed if (key[0], key[1]) == visits.REGISTER and truth[key] == (0, 0)}
    assert changed - stale - missing - nobody == {visits.OUTLIER, *visits.REFUSED}
    assert len(missing) == 3 * 36
    source = visits.STALE[2]
    assert all(reported[key] == truth[key[0], source, key[2], key[3]] for key in stale)
    assert reported[visits.OUTLIER][1] == 10 * truth[visits.OUTLIER][1]


def test_sungai_bengkal_declines_and_rimbo_bujang_ii_grows() -> None:
    def total(unit_id: str, *months: date) -> int:
        return sum(sum(counts) for key, counts in visits.truth().items() if key[0] == unit_id and key[1] in months)

    def quarter_before(year: int) -> tuple[date, ...]:
        return tuple(date(year, month, 1) for month in (8, 9, 10))

    # The planted factors of the last three months are 0.76, 0.72, 0.68: about 28 % below the year before.
    assert 0.65 < total("pkm-sungai-bengkal", *quarter_before(2026)) / total(
        "pkm-sungai-bengkal", *quarter_before(2025)
    ) < 0.80  # fmt: skip
    # 1 + 0.022 x 8, 9, 10 months: about 20 % above.
    assert 1.12 < total("pkm-rimbo-bujang-ii", *quarter_before(2026)) / total(
        "pkm-rimbo-bujang-ii", *quarter_before(2025)
    ) < 1.30  # fmt: skip


def test_an_open_format_can_be_read(inbox: Path) -> None:
    own = inbox / "kunjungan" / "puskesmas"
    sheet = CalamineWorkbook.from_path(own / "Laporan Kunjungan PKM Sumber Sari 2024.ods").get_sheet_by_name("JKN PBI")
    january = next(row for row in sheet.to_python() if "Januari" in row)
    assert tuple(january[2:4]) == visits.truth()["pkm-sumber-sari", date(2024, 1, 1), "umum", "jkn_pbi"]
    book = CalamineWorkbook.from_path(own / "Kunjungan Alai Ilir 2026.ods")
    rows = book.get_sheet_by_index(0).to_python()
    assert tuple(rows[4][3:5]) == visits.truth()["pkm-alai-ilir", date(2026, 1, 1), "umum", "jkn_pbi"]
    assert rows[4][3 + 2 * 9 : 3 + 2 * 12] == [0] * 6  # October to December are not reported yet, and stand as zeros
    with zipfile.ZipFile(own / "Kunjungan Alai Ilir 2026.ods") as archive:
        assert archive.infolist()[0].filename == "mimetype"


def test_the_same_book_as_an_old_workbook_is_understood_alike(inbox: Path) -> None:
    path = inbox / "kunjungan" / "puskesmas" / "Laporan Kunjungan PKM Sumber Sari 2024.ods"
    old, book = io.BytesIO(), xlwt.Workbook()
    for name in CalamineWorkbook.from_path(path).sheet_names:
        page = book.add_sheet(name)
        for r, row in enumerate(
            CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)
        ):
            for c, value in enumerate(row):
                if r == 6 and value and c > 1:
                    page.write_merge(r, r, c, c + 2, value)  # a service above new, returning, both
                elif value != "":
                    page.write(r, c, value)
    book.save(old)
    understood = [_records(path.read_bytes(), path.name), _records(old.getvalue(), f"{path.stem}.xls")]
    assert understood[0].equals(understood[1])
    assert understood[0].height == 4 * 12 * 9  # payers, months, services


def _records(content: bytes, name: str) -> pl.DataFrame:
    """Return the records of a visit workbook, all sheets."""
    words, parts = registers(REFERENCE).vocabulary, []
    for sheet in read(content).sheets:
        table = recognise(sheet, load_all(), words, name, "puskesmas")
        assert isinstance(table, Table)
        parts.append(conform(sheet, table, words).records)
    return pl.concat(parts)


def test_a_copy_is_identical_to_the_byte(inbox: Path) -> None:
    folder = inbox / "kepuasan" / "2026"
    assert (folder / "Rekap IKM TW II 2026 (2).xlsx").read_bytes() == (
        folder / "Rekap IKM TW II 2026.xlsx"
    ).read_bytes()


def test_the_index_with_the_wrong_weight_differs_by_as_much_as_the_weight() -> None:
    unit_id, quarter = satisfaction.WRONG_WEIGHT
    line = satisfaction.recap(unit_id, quarter)
    # The nine means are 3.361 + 3.345 + 3.059 + 3.602 + 3.383 + 3.347 + 3.397 + 3.233 + 3.262 = 29.989:
    # x 0.11 x 25 = 82.470, and the right index is 29.989 / 9 x 25 = 83.303.
    assert line.means == (3.361, 3.345, 3.059, 3.602, 3.383, 3.347, 3.397, 3.233, 3.262)
    assert line.index == pytest.approx(82.470, abs=0.0051)
    assert sum(line.means) / 9 * 25 == pytest.approx(83.303, abs=0.0005)


def test_only_one_survey_is_too_small() -> None:
    latest = satisfaction.QUARTERS[-1]
    counts = {unit.unit_id: satisfaction.respondents(unit.unit_id, latest) for unit in centres()}
    assert [unit_id for unit_id, count in counts.items() if count < 384] == [satisfaction.TOO_FEW]


def test_no_value_looks_like_a_real_persons_number(inbox: Path) -> None:
    invented = {person.nip for person in employees.everyone()}
    for path in sorted(inbox.rglob("*.*")):
        for cell in cells(path):
            digits = re.sub(r"[ ']", "", cell)
            if re.fullmatch(r"\d{16}", digits):
                assert digits.startswith("0" * 12), f"{path.name} has a number that could be a NIK"
            if re.fullmatch(r"\d{18}", digits):
                # Sequence numbers from 900 on are not in use: no one bears such a NIP.
                assert digits in invented, path.name
                assert digits[15] == "9", path.name


def test_names_are_put_together_from_common_ones() -> None:
    first = set(chain.from_iterable(employees._FIRST.values()))
    for person in employees.everyone():
        given, family = person.name.split()
        assert given in first
        assert family in employees._LAST


def test_a_nip_has_its_parts_and_no_one_shares_it() -> None:
    people = employees.everyone()
    assert 580 <= len(people) <= 680
    assert len({person.nip for person in people}) == len(people)
    for person in people:
        born = date(int(person.nip[:4]), int(person.nip[4:6]), int(person.nip[6:8]))
        assert 1969 <= born.year <= 1996
        assert int(person.nip[12:14]) in (1, 3, 4, 12, 21)
        assert person.nip[14] in "12"
    assert sum(person.is_nip_ruined for person in people) == 2


def test_patients_of_the_register_are_plainly_invented(inbox: Path) -> None:
    path = next((inbox / "kunjungan" / "epuskesmas").iterdir())
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    head = next(row for row in rows if "NIK" in row)
    body = rows[rows.index(head) + 1 :]
    assert all(re.fullmatch(r"Pasien Contoh \d{3}", str(row[head.index("Nama Pasien")])) for row in body)
    unit_id, month = visits.REGISTER
    assert len(body) == sum(sum(counts) for key, counts in visits.truth().items() if key[:2] == (unit_id, month))


def test_every_indicator_has_a_target_and_the_stories_are_in_the_figures() -> None:
    realised = indicators.realised()
    road = indicators.indicator("PU-01")
    assert all(realised["PU-01", quarter] / indicators.target(road, quarter) > 1.5 for quarter in indicators.QUARTERS)
    stunting = indicators.indicator("DK-01")
    latest = indicators.QUARTERS[-1]
    # Lower is better: (2T - R) / T below 66 % is at most Rendah.
    aim = indicators.target(stunting, latest)
    assert (2 * aim - realised["DK-01", latest]) / aim < 0.66
    assert {"WTP", "BB"} <= {value for pair in indicators.PREDICATES.values() for value in pair}


def test_suo_suo_reports_late_and_its_last_month_is_missing() -> None:
    own = [item for item in receipts.receipts() if item.unit_id == "pkm-suo-suo" and item.report_kind == "visit"]
    recent = [item for item in own if item.period.year == 2026]
    assert sum(item.received_at.date() > item.due_on for item in recent) >= 6
    assert date(2026, 10, 1) not in {item.period for item in own}
    versions = [item.version for item in receipts.receipts() if (item.unit_id, item.period) == visits.CORRECTED]
    assert sorted(versions)[-1] == 2


def test_the_reference_tables_hold_together() -> None:
    units = table("units")
    ids = {row["unit_id"] for row in units}
    assert all(row["parent_id"] in ids for row in units if row["parent_id"])
    assert sum(int(row["population"]) for row in units if row["kind"] == "health_centre") == 376_541
    names: dict[str, str] = {}
    for row in units:
        for name in {row["name"], row["short_name"], *row["aliases"].split("|")}:
            assert names.setdefault(name.casefold(), row["unit_id"]) == row["unit_id"], name
    for each in ("services", "payers"):
        seen: dict[str, str] = {}
        for row in table(each):
            key = row[f"{each[:-1]}_id"]
            for alias in filter(None, row["aliases"].split("|")):
                assert seen.setdefault(alias.casefold(), key) == key, alias
    assert sum(int(row["weight_pct"]) for row in table("accountability_weights")) == 100
    assert len({(row["result"], row["behaviour"]) for row in table("predicate_matrix")}) == 9


def test_a_prepared_folder_says_that_it_is_a_sample(tmp_path: Path) -> None:
    paths = sample.prepare(tmp_path)
    assert all(tmp_path / "inbox" in path.parents for path in paths)
    assert "true" in (tmp_path / "reference" / "district.csv").read_text(encoding="utf-8")
    assert "false" in (Path(sample.REFERENCE) / "district.csv").read_text(encoding="utf-8")
