"""Every figure of a slice equals a second computation in Polars, straight from the rows; what has no right answer is refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.explore import viewer_file
from queries.explore.slices import (
    AGGREGATIONS,
    GRAINS,
    Condition,
    Refused,
    Slice,
    answer_sql,
    cells_sql,
    compared,
    count_sql,
    facet_sql,
    files_sql,
    labelled_sql,
    moved_by,
    rows_sql,
)
from queries.explore.tables import tables
from tests.effort import tries

ELEMENTS = [f"u{i}" for i in range(1, 10)]
MONTHS = [moved_by(date(2025, 1, 1), i) for i in range(24)]


@pytest.fixture(scope="module")
def file(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the analysis file of the sample district, open."""
    current = (sample_data / "warehouse" / "current").read_text(encoding="utf-8").strip()
    target = tmp_path_factory.mktemp("analysis") / "x.duckdb"
    with duckdb.connect(sample_data / "warehouse" / current, read_only=True) as build:
        viewer_file.make(build, target, None, lambda frame: frame)
    with duckdb.connect(target, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def frames(file: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    return {name: file.sql(f"from {name}").pl() for name in tables()}


# --- the second computation ---


def _chosen(frame: pl.DataFrame, asked: Slice) -> pl.DataFrame:
    time = pl.col(asked.of.time)
    if asked.paired:
        then = frame.select("unit_id", time.dt.offset_by(f"{asked.paired}mo")).unique()
        frame = frame.join(then, on=["unit_id", asked.of.time], how="semi")
    if asked.period_from:
        months = pl.col("period_months") if "period_months" in frame.columns else pl.lit(1)
        frame = frame.filter((time.dt.year() * 12 + time.dt.month() + months) > _number(asked.period_from))
    if asked.period_to:
        frame = frame.filter(time <= asked.period_to)
    if asked.unit:
        frame = frame.filter(pl.col("unit_id") == asked.unit)
    if asked.agency:
        frame = frame.filter((pl.col("agency_id") == asked.agency) | (pl.col("unit_id") == asked.agency))
    for condition in asked.conditions:
        frame = frame.filter(_met(asked.of.columns[condition.column].kind, condition))
    return frame


def _number(month: date) -> int:
    return month.year * 12 + month.month


def _met(kind: str, condition: Condition) -> pl.Expr:
    column, values = pl.col(condition.column), condition.values
    known = [value for value in values if value]
    match condition.operator:
        case "missing":
            return column.is_null()
        case "present":
            return column.is_not_null()
        case "in":
            return column.is_in(known).fill_null(value="" in values)
        case "not_in":
            return (~column.is_in(known)).fill_null(value="" not in values)
        case "contains":
            return column.str.to_lowercase().str.contains(values[0].lower(), literal=True).fill_null(value=False)
    lower, upper = values
    assert kind == "number"
    met = pl.lit(value=True)
    met = met & (column >= float(lower)) if lower else met
    return (met & (column <= float(upper)) if upper else met).fill_null(value=False)


def _bucket(asked: Slice, name: str) -> pl.Expr:
    column = pl.col(name)
    if asked.of.columns[name].kind != "time":
        return column
    months = GRAINS[asked.grain]
    first = (column.dt.month() - 1) // months * months + 1
    return pl.date(column.dt.year(), first, 1)


def _sum(frame: pl.DataFrame, name: str) -> Any:
    return frame[name].sum() if frame[name].count() else None


def _share(part: Any, whole: Any) -> float | None:
    return 100 * part / whole if whole else None


def _mean(figures: pl.Series, weights: pl.Series) -> float:
    return float((figures * weights).sum()) / float(weights.sum())


def _index(frame: pl.DataFrame) -> Any:
    means = []
    for element in ELEMENTS:
        known = frame.drop_nulls(element)
        if known.height:
            means.append(_mean(known[element], known["respondents"]))
    return 25 * sum(means) / len(means) if means else None


def _weighted(frame: pl.DataFrame) -> Any:
    known = frame.drop_nulls("attainment_capped_pct")
    return _mean(known["attainment_capped_pct"], known["weight"]) if known["weight"].sum() else None


def _figure(frame: pl.DataFrame) -> Any:
    if frame["indicator_id"].n_unique() != 1:
        return None
    known = frame["value_ytd"].drop_nulls()
    if frame["aggregation"][0] == "Dijumlahkan":
        return known.sum() if known.len() else None
    if known.len() == 1:
        return known[0]
    if frame["aggregation"][0] != "Rasio":
        return None
    parts = _sum(frame, "numerator"), _sum(frame, "denominator")
    return parts[0] / parts[1] * frame["ratio_factor"][0] if parts[0] is not None and parts[1] else None


def _new_share(frame: pl.DataFrame) -> Any:
    known = frame.drop_nulls(["new_count", "returning_count"])
    parts: list[Any] = [known["new_count"].sum(), known["returning_count"].sum()]
    return _share(parts[0], sum(parts))


MEASURES: dict[tuple[str, str], Callable[[pl.DataFrame], Any]] = {
    ("visits", "patients"): lambda f: _sum(f, "patients"),
    ("visits", "patients_per_month"): lambda f: (
        f["patients"].sum() / f.drop_nulls("patients")["month"].n_unique() if f["patients"].count() else None
    ),
    ("visits", "units"): lambda f: f.drop_nulls("patients")["unit_id"].n_unique(),
    ("new_visits", "new_share"): _new_share,
    ("new_visits", "new_count"): lambda f: _sum(f, "new_count"),
    ("new_visits", "returning_count"): lambda f: _sum(f, "returning_count"),
    ("satisfaction", "index"): _index,
    ("satisfaction", "respondents"): lambda f: _sum(f, "respondents"),
    ("attainment", "attainment"): _weighted,
    ("attainment", "achieved_share"): lambda f: _share(
        f.filter(pl.col("attainment_pct") >= 100).height, f["attainment_pct"].count()
    ),
    ("attainment", "indicators"): lambda f: f["attainment_pct"].count(),
    ("attainment", "figure"): _figure,
    ("submissions", "completeness"): lambda f: _share(f["is_received"].sum(), f.height),
    ("submissions", "timeliness"): lambda f: _share(f["is_on_time"].sum(), f["is_timed"].sum()),
    ("submissions", "missing"): lambda f: (~f["is_received"]).sum(),
    ("submissions", "due"): lambda f: f.height,
    ("submissions", "delay"): lambda f: f["days_after_due"].median(),
    ("accountability", "good_share"): lambda f: _share(
        f.filter(pl.col("predicate").is_in(["Baik", "Sangat Baik"])).height,
        f.filter(pl.col("predicate") != "Tanpa predikat").height,
    ),
    ("accountability", "signal"): lambda f: f["signal"].mean(),
    ("accountability", "evaluations"): lambda f: f.height,
    ("accountability", "people"): lambda f: f["employee_id"].n_unique(),
}


def test_every_measure_is_worked_out_a_second_way_here() -> None:
    assert set(MEASURES) == {(table.name, name) for table in tables().values() for name in table.measures}


OF_ROWS = {"mean": pl.Series.mean, "median": pl.Series.median, "min": pl.Series.min, "max": pl.Series.max}


def _expected(frames: dict[str, pl.DataFrame], asked: Slice) -> dict[tuple, tuple[Any, int]]:
    """Return (figure, rows) of every group."""
    frame = _chosen(frames[asked.table], asked)
    names = [dimension.name for dimension in asked.dimensions]
    frame = frame.with_columns(_bucket(asked, name).alias(f"by_{name}") for name in names)
    groups = {(): frame} if not names else dict(frame.group_by([f"by_{name}" for name in names]))
    found = {}
    for key, rows in groups.items():
        counted = rows
        if asked.of.latest and rows.height:
            time = asked.of.time
            counted = rows.filter(pl.col(time) == pl.col(time).max().over(list(asked.of.latest)))
        if asked.aggregation in OF_ROWS:
            figure = OF_ROWS[asked.aggregation](counted[str(asked.what.column)])
        else:
            figure = MEASURES[asked.table, asked.measure](counted)
        found[key] = (figure, counted.height)
    return found


def _same(found: Any, expected: Any) -> bool:
    if found is None or expected is None:
        return found is None and expected is None
    return found == pytest.approx(expected, rel=1e-9, abs=1e-9)


# --- slices at random ---


@st.composite
def slices(draw: st.DrawFn) -> Slice:
    """A slice of any table that has a right answer."""
    of = tables()[draw(st.sampled_from(sorted(tables())))]
    measure = draw(st.sampled_from(sorted(of.measures)))
    dimensions = [column.name for column in of.of_kind("category", "time")]
    row = draw(st.none() | st.sampled_from(dimensions))
    column = draw(st.none() | st.sampled_from([name for name in dimensions if name != row]))
    ways = [
        "usual",
        *(way for way in OF_ROWS if of.measures[measure].column and way not in of.measures[measure].refused),
    ]
    start = draw(st.sampled_from(MONTHS))
    return Slice(
        of.name,
        measure,
        row,
        column,
        draw(st.sampled_from(sorted(GRAINS))),
        draw(st.sampled_from(ways)),
        tuple(draw(st.lists(conditions(of.name), max_size=2))),
        start,
        draw(st.sampled_from([month for month in MONTHS if month >= start])),
        agency=draw(st.none() | st.sampled_from(["dinkes", "pupr", "tidak-ada"])),
        unit=draw(st.none() | st.sampled_from(["pkm-mengupeh", "pkm-suo-suo"])),
    )


@st.composite
def conditions(draw: st.DrawFn, table: str) -> Condition:
    """A filter on any column, with values that are there and that are not, and what a quote could break."""
    of = tables()[table]
    if draw(st.booleans()):
        column = draw(st.sampled_from(of.of_kind("category"))).name
        operator = draw(st.sampled_from(["in", "not_in", "contains", "missing", "present"]))
        words = [
            "",
            "Mengupeh",
            "Gigi dan mulut",
            "Umum (bayar sendiri)",
            "Baik",
            "Tepat waktu",
            "Rimbo Ulu",
            "' or 1=1 --",
            "%",
            "_",
        ]
        if operator in ("missing", "present"):
            return Condition(column, operator)
        if operator == "contains":
            return Condition(column, operator, (draw(st.sampled_from(["a", "RIMBO", "'", "%", "(", "\\"])),))
        return Condition(
            column, operator, tuple(draw(st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)))
        )
    column = draw(st.sampled_from(of.of_kind("number"))).name
    lower, upper = sorted(draw(st.tuples(st.integers(-5, 100), st.integers(0, 400))))
    return Condition(column, "between", (str(lower), draw(st.sampled_from(["", str(upper)]))))


@tries(40)
@given(asked=slices())
def test_every_figure_of_a_slice_is_that_of_polars(file, frames, asked: Slice) -> None:
    names = [dimension.name for dimension in asked.dimensions]
    answer = file.sql(cells_sql(asked)).pl()
    expected = _expected(frames, asked)
    found = {
        tuple(row[name] for name in names): (row["value"], row["row_count"]) for row in answer.iter_rows(named=True)
    }
    assert set(found) == set(expected)
    for key, (figure, rows) in expected.items():
        assert found[key][1] == rows, key
        assert _same(found[key][0], figure), (key, found[key][0], figure)
    behind = _expected(frames, replace(asked, row=None, column=None))[()][1]
    assert file.sql(count_sql(asked)).fetchall() == [(behind,)]
    assert file.sql(rows_sql(asked)).pl().height == behind
    assert sum(rows for _file, rows in file.sql(files_sql(asked)).fetchall()) == behind


@tries(40)
@given(asked=slices(), how=st.sampled_from(["before", "year_ago", "unit", "district"]))
def test_what_a_slice_is_compared_with_is_the_same_question_of_another_time_or_place(
    file, frames, asked: Slice, how: str
) -> None:
    asked = replace(asked, compare=how, compare_unit="pkm-muara-tebo" if how == "unit" else None)
    try:
        other = compared(asked)
    except Refused:
        assert how == "before"
        return
    assert other is not None
    before, months = other
    names, theirs = ([d.name for d in each.dimensions] for each in (asked, before))
    here, there = _expected(frames, asked), _expected(frames, before)
    here_alike, there_alike = here, there
    if months and asked.of.report_kind:  # of what a unit reported in both periods
        here_alike = _expected(frames, replace(asked, paired=months))
        there_alike = _expected(frames, replace(before, paired=-months))
    answer = file.sql(answer_sql(asked)).pl()
    for row in answer.iter_rows(named=True):
        key = tuple(row[name] for name in names)
        old = tuple(
            moved_by(row[name], -months) if isinstance(row[name], date) else row[name]
            for name in names
            if name in theirs
        )
        value, past = here.get(key, (None, 0))[0], there.get(old, (None, 0))[0]
        assert _same(row["value"], value), key
        assert _same(row["compared"], past), key
        value, past = here_alike.get(key, (None, 0))[0], there_alike.get(old, (None, 0))[0]
        change = None if value is None or past is None else value - past
        assert _same(row["change"], change), key
        assert _same(row["change_pct"], None if change is None or not past else change * 100 / abs(past)), key
        assert row["row_count"] == here.get(key, (None, 0))[1]
    assert {tuple(row[name] for name in names) for row in answer.iter_rows(named=True)} >= set(here)


@pytest.mark.parametrize("table", sorted(tables()))
def test_a_facet_counts_rows_under_the_other_filters_alone(file, frames, table: str) -> None:
    of = tables()[table]
    first, second = (column.name for column in of.of_kind("category")[:2])
    value = frames[table][first].drop_nulls()[0]
    asked = Slice(table, next(iter(of.measures)), conditions=(Condition(first, "in", (value,)),))
    own = dict(file.sql(facet_sql(asked, first)).fetchall())
    assert own == dict(frames[table].group_by(first).len().iter_rows())
    others = dict(file.sql(facet_sql(asked, second)).fetchall())
    assert others == dict(frames[table].filter(pl.col(first) == value).group_by(second).len().iter_rows())


# --- what has no right answer ---


@pytest.mark.parametrize("table", sorted(tables()))
def test_only_what_adds_up_is_added(table: str) -> None:
    for measure in tables()[table].measures.values():
        asked = Slice(table, measure.key, aggregation="sum")
        if measure.is_additive:
            assert "sum(" in cells_sql(asked) or "count(" in cells_sql(asked)
        else:
            with pytest.raises(Refused) as refused:
                cells_sql(asked)
            assert refused.value.why == measure.sum_refused
        for way in set(AGGREGATIONS) - {"usual", "sum"}:
            if measure.column is None or way in measure.refused:
                with pytest.raises(Refused, match="menurut definisi"):
                    cells_sql(Slice(table, measure.key, aggregation=way))


@pytest.mark.parametrize(
    "condition",
    [
        Condition("patients", "between", ("lima", "")),
        Condition("patients", "between", ("", "")),
        Condition("patients", "contains", ("5",)),
        Condition("month", "between", ("2026-13-01", "")),
        Condition("is_merged", "in", ("mungkin",)),
        Condition("unit", "in", ()),
        Condition("unit", "drop", ("x",)),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_and_never_left_out(condition: Condition) -> None:
    with pytest.raises(Refused):
        cells_sql(Slice("visits", "patients", conditions=(condition,)))


def test_a_label_may_hold_anything(file) -> None:
    asked = Slice("visits", "patients", "unit")
    sql = labelled_sql(cells_sql(asked), {"unit": 'Unit "A"; drop table visits', "value": "=1+1"}, "Data contoh")
    assert file.sql(sql).columns == ["Unit A; drop table visits", "=1+1", "Data contoh"]
