"""A district in which nothing happens: the season, Lebaran and chance of the sample district, and no story.

All units have the same rates and shares per head, all employees the same ability, all indicators a constant level with a
target near it, and every report is on time. Whatever is said to stand out in such a build is a false alarm.
"""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import numpy as np
import polars as pl

from queries.months import moved_by
from rapor.sample import employees as people
from rapor.sample.district import AS_OF, table
from rapor.sample.noise import indicators as noise_indicators
from rapor.sample.noise.plan import Plan
from rapor.sample.noise.plan import plan as planned
from rapor.sample.satisfaction import ELEMENT_OFFSETS, FORM, ROWS, SPREAD, UNANSWERED
from rapor.sample.visits import NINTH_SHARE, NOISE, PAYERS, SHARES, season, services

VISIT_RATE = 0.095  # visits a month for each inhabitant
NEW_SHARE = 0.22  # of the visits
SATISFACTION = 3.27  # mean of all answers
RESPONDENTS = (385, 409)
FILES = {
    "visit": ("Kunjungan.csv", "visits"),
    "response": ("SKM.csv", "survey_answers"),
    "indicator": ("Daftar Indikator.csv", "indicator_register"),
    "target": ("Target.csv", "performance"),
    "realisation": ("Realisasi.csv", "performance"),
    "employee": ("Pegawai.csv", "employees"),
    "evaluation": ("Evaluasi.csv", "evaluations"),
    "evaluation_indicator": ("Indikator Individu.csv", "evaluation_indicators"),
    "submission": ("Log Penerimaan.csv", "submissions"),
}


def fill(
    connection: duckdb.DuckDBPyConnection,
    seed: int,
    *,
    centres: int = 20,
    months: int = 36,
    employees: int | None = None,
    indicators: int | None = None,
    reporting_months: int = 3,
    evaluated_from: date = people.RATED[0],
) -> Plan:
    """Fill the fact tables of a build that has its empty tables and its units; returns what the district has.

    The last month is the last of the sample's. `employees` and `indicators` (of agencies; the centres' SPM services come on
    top) default to those of the sample; more indicators than the register has repeat it under codes of their own. Raises
    ValueError where the sample has not so many centres, employees or months.
    """
    plan = planned(centres, months, employees, indicators, reporting_months, evaluated_from)
    random = np.random.default_rng(seed)
    kept = [unit.unit_id for unit in plan.centres]
    connection.execute(
        "delete from unit where kind = 'health_centre' and not list_contains($kept, unit_id)", {"kept": kept}
    )
    frames = {
        "visit": _visits(plan, random),
        "response": _responses(plan, random),
        "indicator": noise_indicators.indicators(plan),
        "target": noise_indicators.targets(plan, seed),
        "realisation": noise_indicators.realisations(plan, random),
        "employee": _employees(plan),
        **_evaluations(plan, seed),
        "submission": _receipts(plan),
    }
    for name, frame in frames.items():
        rows = frame.with_columns(
            pl.lit(f"noise-{name}").alias("file_id"), pl.int_range(2, pl.len() + 2, dtype=pl.Int32).alias("row")
        )
        _insert(connection, name, rows)
    _insert(connection, "load.file", _files(frames))
    _insert(connection, "load.expected_report", _expected(frames["submission"]))
    connection.execute(
        "insert into load.build by name select $id as build_id, $at as built_at, $at as as_of, name as district, "
        "true as is_sample, $first as first_month, $last as last_month, $id as fingerprint from reference.district",
        {"id": f"noise-{seed}", "at": AS_OF, "first": plan.months[0], "last": plan.months[-1]},
    )
    return plan


def _insert(connection: duckdb.DuckDBPyConnection, table_name: str, frame: pl.DataFrame) -> None:
    connection.register("noise_rows", frame)
    connection.execute(f"insert into {table_name} by name select * from noise_rows")  # noqa: S608  names of our own
    connection.unregister("noise_rows")


def _visits(plan: Plan, random: np.random.Generator) -> pl.DataFrame:
    """Return the visits by centre, month, service and payer: chance moves a centre's whole month, and each count."""
    calendar = np.array([season(month) for month in plan.months])
    paid = np.array(list(PAYERS.values()))
    frames = []
    for unit in plan.centres:
        names = services(unit)
        shares = np.array([SHARES.get(name, NINTH_SHARE) for name in names])
        whole = unit.population * VISIT_RATE * calendar * (1 + NOISE * random.standard_normal(len(plan.months)))
        counts = random.poisson(np.maximum(0, whole[:, None, None] * shares[:, None] * paid))
        new = random.binomial(counts, NEW_SHARE)
        keys = pl.DataFrame({"month": plan.months}).join(pl.DataFrame({"service_id": names}), how="cross")
        frames.append(
            keys.join(pl.DataFrame({"payer_id": list(PAYERS)}), how="cross", maintain_order="left_right").with_columns(
                pl.lit(unit.unit_id).alias("unit_id"),
                pl.Series("new_count", new.ravel()),
                pl.Series("returning_count", (counts - new).ravel()),
                pl.Series("patients", counts.ravel()),
            )
        )
    return pl.concat(frames)


def _responses(plan: Plan, random: np.random.Generator) -> pl.DataFrame:
    """Return the survey answers by unit and quarter: rows of those units that send them, recap lines of the others."""
    columns = [f"u{number}" for number in range(1, 10)]
    means = SATISFACTION + np.array(ELEMENT_OFFSETS)
    frames = []
    for unit in plan.units:
        for quarter in plan.periods(3):
            count = int(random.integers(RESPONDENTS[0], RESPONDENTS[1] + 1))
            marks = np.clip(np.rint(random.normal(means, SPREAD, (count, 9))), 1, 4)
            marks[random.random(marks.shape) < UNANSWERED] = np.nan
            is_rows = unit.unit_id in (*ROWS, FORM)
            lines = marks if is_rows else np.nanmean(marks, axis=0, keepdims=True).round(3)
            frames.append(
                pl.DataFrame(lines, schema=columns)
                .fill_nan(None)
                .with_columns(
                    pl.lit(unit.unit_id).alias("unit_id"),
                    pl.lit(quarter).alias("month"),
                    pl.lit(3).alias("period_months"),
                    pl.lit(1 if is_rows else count).alias("respondents"),
                    pl.lit(None if is_rows else round(float(lines.mean()) * 25, 2), pl.Float64).alias("reported_index"),
                )
            )
    return pl.concat(frames)


def _id(nip: str) -> str:
    return f"contoh-{nip[-3:]}{nip[:8]}{nip[8:14]}"


def _employees(plan: Plan) -> pl.DataFrame:
    present = {person.nip for person in plan.employees}
    rows = [
        {
            "employee_id": _id(person.nip), "nip": person.nip, "name": person.name, "position": person.position,
            "job_group": person.job_group, "grade": person.grade, "unit_id": person.unit_id,
            "superior_id": _id(person.superior_nip) if person.superior_nip in present else None,
        }
        for person in plan.employees
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"superior_id": pl.String})


def _evaluations(plan: Plan, seed: int) -> dict[str, pl.DataFrame]:
    """Return the evaluations and the individual indicators; the people differ by chance alone."""
    rated: list[dict[str, Any]] = []
    duties: list[dict[str, Any]] = []
    for person in plan.employees:
        random = Random(f"noise {seed} {person.nip}")  # noqa: S311  not for secrets
        for period in plan.periods(plan.reporting_months, person.since):
            found = people.rate(person, period, random)
            key = {"employee_id": _id(person.nip), "period": period, "period_months": plan.reporting_months}
            rated.append({**key, "result_rating": found.result, "behaviour_rating": found.behaviour,
                          "predicate_reported": found.predicate})  # fmt: skip
            duties += [
                {**key, "indicator": duty.name, "target": float(duty.target), "realisation": float(duty.realised),
                 "unit_of_measure": duty.unit_of_measure, "is_evidence_verified": duty.evidence == "verified",
                 "is_on_time": duty.is_on_time}
                for duty in found.duties
            ]  # fmt: skip
    return {"evaluation": pl.DataFrame(rated), "evaluation_indicator": pl.DataFrame(duties)}


def _receipts(plan: Plan) -> pl.DataFrame:
    """Return the log of received reports: each a day before it was due."""
    rows = []
    for kind in table("report_kinds"):
        name = kind["report_kind"]
        length = plan.reporting_months if name in {"realisation", "evaluation"} else int(kind["frequency_months"])
        since = plan.evaluated_from if name == "evaluation" else date.min
        owing = [unit for unit in plan.units if unit.kind in kind["unit_kinds"].split("|")]
        for period in plan.periods(length, since):
            due_on = moved_by(period, length).replace(day=int(kind["due_day"]))
            at = datetime.combine(due_on, datetime.min.time()) - timedelta(hours=15)
            rows += [
                {"unit_id": unit.unit_id, "report_kind": name, "period": period, "period_months": length, "due_on": due_on,
                 "received_at": at, "version": 1, "is_on_time": True, "is_complete": True}
                for unit in owing
                if at < AS_OF
            ]  # fmt: skip
    return pl.DataFrame(rows)


def _expected(submissions: pl.DataFrame) -> pl.DataFrame:
    return submissions.select(
        "unit_id", "report_kind", "period", "period_months", "due_on", "received_at",
        pl.lit("on_time").alias("status"), pl.lit(False).alias("is_corrected"), pl.col("version").alias("versions"),
    )  # fmt: skip


def _files(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    rows = [
        {
            "file_id": f"noise-{kind}", "sha256": f"noise-{kind}", "name": name, "folder": "", "bytes": 0, "source": source,
            "source_title": name, "source_title_en": name, "status": "accepted", "rows_read": frames[kind].height,
            "rows_accepted": frames[kind].height, "rows_rejected": 0, "rows_total": 0, "rows_other": 0, "as_of": AS_OF,
            "as_of_from": "content",
        }
        for kind, (name, source) in FILES.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)
