"""The sample district through the real ETL: what is loaded is the simulated truth, and the planted faults are found."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

import queries
from rapor.sample import employees, indicators, receipts, register_words, satisfaction, visits


@pytest.fixture(scope="module")
def build(sample_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    pointer = sample_data / "warehouse" / "current"
    with duckdb.connect(
        str(pointer.parent / pointer.read_text(encoding="utf-8").strip()), read_only=True
    ) as connection:
        yield connection


def findings(build: duckdb.DuckDBPyConnection, code: str) -> list[tuple]:
    return build.execute(
        "select unit_id, period, file from load.finding where code = $code order by all", {"code": code}
    ).fetchall()


def test_loaded_visits_are_those_that_the_reports_state(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute(
        "select unit_id, month, service_id, payer_id, new_count, returning_count, patients from visit"
    ).fetchall()
    loaded = {row[:4]: row[4:] for row in rows}
    assert len(loaded) == len(rows)
    expected: dict = {key: (*counts, sum(counts)) for key, counts in visits.reported().items()}
    wrong_total = expected[visits.WRONG_TOTAL]
    # Where a formula error stands for the returning visits, the new ones and the stated total are still known.
    for key, fault in visits.REFUSED.items():
        if fault == "#REF!":
            new, returning = visits.truth()[key]
            expected[key] = (new, None, new + returning)
    assert loaded.pop(visits.WRONG_TOTAL)[:2] == wrong_total[:2]
    del expected[visits.WRONG_TOTAL]
    different = {key: (loaded.get(key), value) for key, value in expected.items() if loaded.get(key) != value}
    assert different == {}
    assert loaded.keys() == expected.keys()


def test_missing_months_are_missing_and_never_zero(build: duckdb.DuckDBPyConnection) -> None:
    for unit_id, month in visits.MISSING:
        found = build.execute("select count(*) from visit where unit_id = ? and month = ?", [unit_id, month]).fetchone()
        assert found == (0,)
    assert build.execute("select min(month), max(month) from visit").fetchone() == (
        date(2023, 11, 1),
        date(2026, 10, 1),
    )


def test_loaded_answers_are_those_that_were_given(build: duckdb.DuckDBPyConnection) -> None:
    sums = ", ".join(f"sum(u{number})" for number in range(1, 10))
    query = (
        f"select unit_id, month, sum(respondents)::int, {sums} from response where reported_index is null group by all"
    )
    loaded = {(row[0], row[1]): row[2:] for row in build.execute(query).fetchall()}
    for unit_id in satisfaction.ROWS:
        for quarter in satisfaction.QUARTERS:
            given = satisfaction.answers(unit_id, quarter)
            columns = [sum(mark for mark in column if mark) for column in zip(*given, strict=True)]
            assert loaded[unit_id, quarter] == (len(given), *columns), (unit_id, quarter)
    # The form's time stamps give months, and its questions 8 and 9 stand for U9 and U8.
    form = [row for (unit_id, _), row in loaded.items() if unit_id == satisfaction.FORM]
    given = [marks for quarter in satisfaction.QUARTERS for marks in satisfaction.answers(satisfaction.FORM, quarter)]
    assert sum(row[0] for row in form) == len(given)
    for element in range(9):
        assert sum(row[1 + element] for row in form) == sum(marks[element] or 0 for marks in given)


def test_loaded_recaps_are_those_that_were_sent(build: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(f"u{number}" for number in range(1, 10))
    query = f"""
        select unit_id, month, period_months, respondents, reported_index, {columns}
        from response where reported_index is not null"""
    rows = build.execute(query).fetchall()
    assert len(rows) == len(satisfaction.recap_units()) * len(satisfaction.QUARTERS)
    for unit_id, quarter, months, respondents, index, *means in rows:
        line = satisfaction.recap(unit_id, quarter)
        assert (months, respondents, index, tuple(means)) == (3, line.respondents, line.index, line.means)


def test_loaded_realisations_are_those_that_were_reported(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute(
        """select indicator_id, unit_id, period, period_months, value, numerator, denominator, value_text
        from realisation"""
    )
    loaded = {(row[0].upper(), row[1], row[2], row[3]): row[4:] for row in rows.fetchall()}
    for (code, quarter), value in indicators.realised().items():
        key = (code, indicators.indicator(code).owner, quarter, 3)
        if (code, quarter) in indicators.WITHHELD:
            assert key not in loaded
        else:
            assert loaded[key][0] == pytest.approx(value), key
    for (code, unit_id, quarter), share in indicators.served().items():
        assert loaded[code, unit_id, quarter, 3][1:3] == (share.numerator, share.denominator)
    for (code, month), (_, reached) in indicators.programme().items():
        key = (code, "pupr", month, 1)
        assert (loaded[key][0] == pytest.approx(reached)) if reached is not None else (key not in loaded)
    assert loaded["KU-01", "bpkad", date(2026, 4, 1), 3][3] == "WTP"
    assert loaded["BP-01", "bappeda", date(2025, 10, 1), 3][3] == "BB"


def test_the_register_and_the_targets_are_loaded(build: duckdb.DuckDBPyConnection) -> None:
    found = build.execute(
        "select upper(indicator_id), polarity, aggregation, attainment_rule, scale, owner_unit_id from indicator"
    )
    loaded = {row[0]: row[1:] for row in found.fetchall()}
    assert len(loaded) == len(indicators.INDICATORS) + len(register_words.FAULTY)
    assert loaded["DK-01"] == ("lower", "last", "distance", None, "dinkes")
    assert loaded["DP-06"] == ("range", "last", "range", None, "disdikbud")
    assert loaded["KU-01"] == ("higher", "last", "scale", "bpk_opinion", "bpkad")
    assert loaded["SPM-01"] == ("higher", "ratio", "ratio", None, "dinkes")
    rhythms = build.execute("select frequency, count(*)::int from indicator group by all order by all").fetchall()
    # The road programme's two are monthly, the two predicates yearly, the other 41 and the five faulty ones quarterly.
    assert rhythms == [("monthly", 2), ("quarterly", 46), ("yearly", 2)]
    target = build.execute(
        "select value, value_max from target where upper(indicator_id) = 'DP-06' and period = date '2026-07-01'"
    )
    assert target.fetchall() == [(20.0, 28.0)]
    assert build.execute("select count(*) from target where upper(indicator_id) like 'SPM-%'").fetchone() == (
        12 * 20 * 12,
    )


def test_loaded_employees_and_their_evaluations(build: duckdb.DuckDBPyConnection) -> None:
    people = {person.nip: person for person in employees.everyone() if not person.is_nip_ruined}
    rows = build.execute("select nip, job_group, unit_id from employee").fetchall()
    assert {row[0]: row[1:] for row in rows} == {nip: (p.job_group, p.unit_id) for nip, p in people.items()}
    query = """
        select nip, period, result_rating, behaviour_rating, predicate_reported
        from evaluation join employee using (employee_id)"""
    loaded = {row[:2]: row[2:] for row in build.execute(query).fetchall()}
    expected = {(e.nip, e.quarter): (e.result, e.behaviour, e.predicate) for e in employees.evaluations()}
    assert loaded == expected
    duties = build.execute("""
        select count(*)::int, sum(target)::int, sum(realisation)::int,
            count_if(is_evidence_verified)::int, count_if(is_on_time)::int
        from evaluation_indicator""").fetchone()
    given = [duty for e in employees.evaluations() for duty in e.duties]
    assert duties == (
        len(given),
        sum(duty.target for duty in given),
        sum(duty.realised for duty in given),
        sum(duty.evidence == "verified" for duty in given),
        sum(duty.is_on_time for duty in given),
    )


def test_the_log_is_loaded(build: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select unit_id, report_kind, period, version, due_on, received_at from submission where report_kind = 'visit'"
    )
    loaded = {row[:4]: row[4:] for row in build.execute(query).fetchall()}
    for item in receipts.receipts():
        if item.report_kind == "visit":
            assert loaded[item.unit_id, "visit", item.period, item.version] == (item.due_on, item.received_at)


def test_planted_faults_are_findings(build: duckdb.DuckDBPyConnection) -> None:
    assert ("pkm-teluk-lancang", date(2026, 8, 1)) in {row[:2] for row in findings(build, "stale_copy")}
    assert visits.OUTLIER[:2] in {row[:2] for row in findings(build, "outlier")}
    assert "pkm-lubuk-mandarsah" in {row[0] for row in findings(build, "kecamatan_contradicts")}
    assert satisfaction.WRONG_WEIGHT in {row[:2] for row in findings(build, "index_differs")}
    assert findings(build, "parts_differ_from_total")
    assert any("datavalueset" in row[2] for row in findings(build, "period_contradicts_name"))
    assert any("Alai Ilir 2026" in row[2] for row in findings(build, "trailing_zero"))
    assert any("Laporan Harian" in row[2] for row in findings(build, "personal_dropped"))
    assert visits.CORRECTED in {row[:2] for row in findings(build, "version_replaced")}


def test_nothing_but_the_planted_rows_is_refused(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute("select code, count(*) from load.reject group by all order by all").fetchall()
    assert {code: count for code, count in rows if code != "row_without_key"} == {
        "formula_error": 1,
        "negative": 1,
        "nip_rounded": 2,
        "not_a_number": 1,
        "unit_unregistered": 4,
    }
    refused = build.execute("select name from load.file where status = 'refused'").fetchall()
    assert refused == [("Daftar Harga Obat 2026.xlsx",)]


def test_no_personal_value_of_the_register_is_kept(build: duckdb.DuckDBPyConnection, sample_data: Path) -> None:
    tables = build.execute("select table_schema, table_name from information_schema.tables").fetchall()
    texts = [str(build.execute(f'select * from "{schema}"."{name}"').fetchall()) for schema, name in tables]
    lake = [path for path in (sample_data / "lake").rglob("*") if path.is_file()]
    assert lake
    texts += [str(duckdb.read_parquet(str(path)).fetchall()) for path in lake if path.suffix == ".parquet"]
    texts += [path.read_text(encoding="utf-8", errors="replace") for path in lake if path.suffix != ".parquet"]
    for secret in ("Pasien Contoh", "eRM-CONTOH", "Alamat Contoh", "0000000000000001", "Responden 001"):
        assert not any(secret in text for text in texts), secret


# --- the planted stories, as the pages get them ---


def test_only_the_planted_centres_are_headlined_for_visits(build: duckdb.DuckDBPyConnection) -> None:
    found = queries.load("signals/latest").run(build, period_to=date(2026, 10, 1), measure="visits")
    headlines = found.filter("is_headline")
    planted = {(visits.DECLINE[0], "bad"), (visits.GROWTH[0], "good")}
    assert set(headlines.select("unit_id", "signal").rows()) == planted
    assert set(headlines.filter(item_id="all").select("unit_id", "signal").rows()) == planted


def test_a_lasting_change_is_a_signal_and_no_outlier(build: duckdb.DuckDBPyConnection) -> None:
    changed = {(visits.DECLINE[0], date(2026, 9, 1)), (visits.GROWTH[0], date(2026, 9, 1))}
    assert not changed & {row[:2] for row in findings(build, "outlier")}


def test_only_one_survey_is_not_representative(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute(
        "select distinct unit_id from mart.satisfaction_index where service_id is null and is_representative = false"
    )
    assert rows.fetchall() == [(satisfaction.TOO_FEW,)]


def test_the_wrong_weight_shows_beside_the_index(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute("""
        select distinct unit_id, period, index_rounded, reported_index
        from mart.satisfaction_index where is_reported_different""")
    # 29.989 / 9 x 25 = 83.303 and 29.989 x 0.11 x 25 = 82.470.
    assert rows.fetchall() == [(*satisfaction.WRONG_WEIGHT, 83.30, 82.47)]


def test_the_easy_target_and_the_missed_one(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute("""
        select upper(indicator_id), min(attainment_pct), max(attainment_pct) from mart.attainment_period
        where upper(indicator_id) in ('PU-01', 'DK-01') and is_reported group by all""").fetchall()
    lowest = {code: low for code, low, _ in rows}
    assert lowest["PU-01"] > 150
    # Stunting, third quarter of 2026: target 17.5 - 10 x 0.3 = 14.5, realised 20.45: (29 - 20.45) / 14.5 = 58.97 %.
    found = build.execute("""
        select attainment_pct, band from mart.attainment_period
        where upper(indicator_id) = 'DK-01' and unit_id = 'dinkes' and period = date '2026-07-01'""").fetchone()
    assert found == (pytest.approx(100 * 8.55 / 14.5), 4)


def test_predicates_are_attained_by_rank(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute("""
        select upper(indicator_id), year, attainment_pct from mart.attainment_period
        where upper(indicator_id) in ('KU-01', 'BP-01') and is_reported and value_text is not null order by all""")
    # WDP where WTP was due: rank 3 of 4 = 75 %.
    assert rows.fetchall() == [
        ("BP-01", 2024, 100.0),
        ("BP-01", 2025, 100.0),
        ("KU-01", 2024, 75.0),
        ("KU-01", 2025, 100.0),
        ("KU-01", 2026, 100.0),
    ]


def test_reports_that_are_late_missing_or_corrected(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute("""
        select unit_id, period, status, is_corrected from load.expected_report
        where report_kind = 'visit' and period >= date '2026-01-01'""").fetchall()
    missing = {(unit_id, period) for unit_id, period, status, _ in rows if status == "missing"}
    assert missing == {place for place in visits.MISSING if place[1].year == 2026}
    late = [period for unit_id, period, status, _ in rows if unit_id == "pkm-suo-suo" and status == "late"]
    assert len(late) >= 6
    assert visits.CORRECTED in {(unit_id, period) for unit_id, period, _, is_corrected in rows if is_corrected}
