"""Where one figure comes from: its definition, inputs, completeness, freshness, changes, findings, and the rows of files.

The page and the terminal both ask here; each brings its own way to run a query for its viewer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from queries.measures import Measure, measures, reworded
from queries.months import first_of_year

Row = dict[str, Any]
Fetch = Callable[..., pl.DataFrame]  # (query name, **parameters) -> result set, protected for the viewer
SCOPE = ("agency", "unit", "units")


@dataclass(frozen=True, eq=False)
class Parts:
    """What one kind of figure is made of, before what all kinds share; `sums` are the numbers of its formula.

    `scope` narrows what else touches the figure (agency, unit, ...).
    """

    value: float | None
    first: date | None
    last: date | None
    inputs: pl.DataFrame
    rows: pl.DataFrame
    sums: Mapping[str, float | None] = field(default_factory=dict)
    scope: Mapping[str, Any] = field(default_factory=dict)
    about: Row = field(default_factory=dict)
    is_provisional: bool = False
    has_reports: bool = True


@dataclass(frozen=True, eq=False)
class Trace:
    """One figure, traced: `measure` says what it means, in the district's words, `reports` the reports that it needs, `files` where from.

    `value` is null where nothing is known, `corrections` are of cells in its rows. `comparison` says what `changes` were held against.
    """

    measure: Measure
    parts: Parts
    reports: pl.DataFrame
    files: pl.DataFrame
    comparison: Row
    changes: pl.DataFrame
    issues: pl.DataFrame
    corrections: pl.DataFrame

    @property
    def kind(self) -> str:
        """Return the code of the measure."""
        return self.measure.code

    @property
    def missing(self) -> pl.DataFrame:
        """Return the reports that were due and have not come in."""
        return self.reports.filter(~pl.col("is_received"))


def collect(kind: str, fetch: Fetch, given: Mapping[str, Any]) -> Trace:
    """Return the trace of a figure; `given` are the standard parameters (period_from, period_to, unit, indicator, ...).

    Raises KeyError, listing the kinds that there are, for another kind.
    """
    if kind not in kinds():
        raise KeyError(f"no kind of figure {kind!r}; there are: {', '.join(kinds())}")
    asked: dict[str, Any] = dict(given)
    if kind == "attainment" and not asked.get("indicator"):
        kind = "attainment_mean"
    if kind == "satisfaction" and asked.get("element"):
        kind = "satisfaction_element"
    measure = reworded(fetch("trace/definition", code=kind).rows(named=True))[kind]
    how = measure.traced
    parts = PARTS[how.parts](fetch, asked)
    span = {"period_from": parts.first, "period_to": parts.last}
    narrow = {**{name: asked.get(name) for name in ("agency", "unit")}, **parts.scope}
    scope = {name: narrow.get(name) for name in SCOPE} | span
    files = _files(parts.rows)
    reports = fetch("trace/reports", **scope, report_kind=how.report_kind or asked.get("report_kind"))
    facts = list(how.facts) or None
    return Trace(
        measure=measure,
        parts=parts,
        reports=reports if parts.has_reports else reports.clear(),
        files=files,
        comparison=fetch("trace/comparison").row(0, named=True),
        changes=fetch("trace/changes", **narrow, **span, facts=facts),
        issues=fetch("trace/issues", **scope, files=files["file_id"].drop_nulls().to_list() if files.height else None),
        corrections=_corrections(fetch, parts.rows, files),
    )


def _corrections(fetch: Fetch, rows: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """Return the cells in these rows of files that people mended."""
    found = fetch("trace/corrections", files=files["file_id"].drop_nulls().to_list() if files.height else [])
    place = ["file_id", "sheet", "row"]
    if found.is_empty() or not set(place) <= set(rows.columns):
        return found.clear()
    own = rows.select(pl.col(name).cast(found.schema[name]) for name in place).unique()
    return found.join(own, on=place, how="semi", nulls_equal=True, maintain_order="left")


def _files(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the files of the rows, the newest first: file_id, file, as_of, rows."""
    return (
        rows.filter(pl.col("file_id").is_not_null())
        .group_by("file_id")
        .agg(pl.col("file").first(), pl.col("as_of").max(), pl.len().cast(pl.Int64).alias("rows"))
        .sort("as_of", "file", descending=[True, False], nulls_last=True)
    )


def _only(asked: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: asked.get(name) for name in ("period_from", "period_to", "agency", "unit", *names)}


def _visits(fetch: Fetch, asked: Mapping[str, Any]) -> Parts:
    chosen = _only(asked, "service", "payer")
    total = fetch("visits/summary", **chosen).row(0, named=True)
    rows = fetch("visits/rows", **chosen)
    by = "unit_id" if rows["unit_id"].n_unique() > 1 else "month"
    inputs = (
        rows.group_by(by)
        .agg(
            pl.col("short_name").first(),
            pl.col("report_rows").sum().cast(pl.Int64).alias("rows"),
            pl.col("month").n_unique().cast(pl.Int64).alias("months"),
            pl.col("new_count", "returning_count").sum(),
            pl.col("patients").sum(),
        )
        .sort("short_name", by)
    )
    if by == "unit_id":
        inputs = inputs.with_columns(pl.lit(None, pl.Date).alias("month"))
    return Parts(
        value=total["patients"],
        first=asked["period_from"],
        last=asked["period_to"],
        inputs=inputs,
        rows=rows,
        sums={name: total[name] for name in ("patients", "new_count", "returning_count")},
        about={"is_rounded": total["is_rounded"]},
        scope={name: asked.get(name) for name in ("service", "payer")},
        is_provisional=bool(total["is_provisional"]),
    )


def _attainment(fetch: Fetch, asked: Mapping[str, Any]) -> Parts:
    chosen = _only(asked, "indicator")
    found = fetch("attainment/indicator", **chosen)
    about = fetch("attainment/definition", **chosen).rows(named=True)
    now = found.row(0, named=True) if found.height else None
    unit = now["unit_id"] if now else asked.get("unit") or asked.get("agency")
    one = {"unit": unit, "indicator": asked["indicator"], "period_to": now["last_month"] if now else asked["period_to"]}
    last = now["last_month"] if now else asked["period_to"]
    return Parts(
        value=now["attainment_pct"] if now else None,
        first=first_of_year(last) if last else None,
        last=last,
        inputs=fetch("trace/attainment_periods", **one),
        rows=fetch("trace/attainment_rows", **one),
        sums={name: now[name] for name in ("value_ytd", "target_ytd", "target_max")} if now else {},
        scope={"agency": unit, "unit": None, "indicator": asked["indicator"]},
        about=(about[0] if about else {}) | (now or {}),
        is_provisional=bool(now and now["is_provisional"]),
    )


def _attainment_mean(fetch: Fetch, asked: Mapping[str, Any]) -> Parts:
    chosen = _only(asked)
    mean = fetch("attainment/summary", **chosen).row(0, named=True)
    inputs = fetch("attainment/indicators", **chosen).with_columns(
        (pl.col("attainment_capped_pct") * pl.col("weight")).alias("points")
    )
    last = mean["as_of"] or asked["period_to"]
    rated = inputs.filter(pl.col("attainment_capped_pct").is_not_null())
    return Parts(
        value=mean["attainment_pct"],
        first=first_of_year(last) if last else None,
        last=last,
        inputs=inputs,
        rows=fetch("trace/attainment_rows", **chosen),
        sums={name: float(rated[name].sum()) for name in ("points", "weight")} if rated.height else {},
        scope={"agency": asked.get("unit") or asked.get("agency"), "unit": None},
        is_provisional=bool(mean["provisional_indicators"]),
    )


def _satisfaction(fetch: Fetch, asked: Mapping[str, Any]) -> Parts:
    chosen = _only(asked, "service")
    # A period that has ended comes before one that still runs, as on the page.
    known = fetch("satisfaction/trend", **chosen).filter(pl.col("index").is_not_null())
    if known.is_empty():
        rows = fetch("satisfaction/rows", **chosen)
        return Parts(None, asked["period_from"], asked["period_to"], pl.DataFrame(), rows)
    now = known.sort("is_running", "period", descending=[False, True]).row(0, named=True)
    then = chosen | {"period_from": now["period"], "period_to": now["period"]}
    inputs = fetch("satisfaction/elements", **then).with_columns(
        (pl.col("mean_score") * pl.col("answered")).alias("score_sum")
    )
    rows = fetch("satisfaction/rows", **then).filter(pl.col("month").dt.truncate("1q") == now["period"])
    element = asked.get("element")
    sums: dict[str, float | None] = {"score": now["index"] / 25}
    value = now["index"]
    if element:
        of_one = inputs.filter(pl.col("element") == element).rows(named=True)
        value = of_one[0]["mean_score"] if of_one else None
        sums = {"score_sum": of_one[0]["score_sum"], "answered": of_one[0]["answered"]} if of_one else {}
        inputs = inputs.filter(pl.col("element") == element)
    return Parts(
        value=value,
        first=now["period"],
        last=now["period"],
        inputs=inputs,
        rows=rows,
        sums=sums,
        scope={"service": asked.get("service")},
        about=now,
        is_provisional=bool(now["is_running"]),
    )


def _reports(fetch: Fetch, asked: Mapping[str, Any], above: str, below: str) -> Parts:
    chosen = _only(asked)
    kind = asked.get("report_kind")
    inputs = fetch("quality/report_kinds", **chosen).filter(
        (pl.col("report_kind") == kind) if kind else pl.lit(value=True)
    )
    top, bottom = (int(inputs[name].sum() or 0) for name in (above, below))
    return Parts(
        value=100 * top / bottom if bottom else None,
        first=asked["period_from"],
        last=asked["period_to"],
        inputs=inputs,
        rows=fetch("trace/reports", **chosen, report_kind=kind),
        sums={above: top, below: bottom},
    )


def _reporting(fetch: Fetch, asked: Mapping[str, Any]) -> Parts:
    return _reports(fetch, asked, "on_time", "timed")


def _completeness(fetch: Fetch, asked: Mapping[str, Any]) -> Parts:
    return _reports(fetch, asked, "received", "expected")


def _accountability(fetch: Fetch, asked: Mapping[str, Any]) -> Parts:
    one = {"employee": asked.get("employee"), "period_to": asked.get("period_to")}
    person = fetch("accountability/person", **one).rows(named=True)
    inputs = fetch("trace/signal_components", **one)
    if not person or inputs.is_empty():
        rows = fetch("trace/evaluation_rows", **one, period_from=asked["period_to"]).clear()
        return Parts(None, None, asked["period_to"], inputs.clear(), rows, has_reports=False)
    period = inputs["period"][0]
    rows = fetch("trace/evaluation_rows", employee=one["employee"], period_from=period, period_to=period)
    return Parts(
        value=float(inputs["contribution"].sum()),
        first=period,
        last=period,
        inputs=inputs,
        rows=rows.filter(pl.col("period_months") == inputs["period_months"][0]),
        scope={"unit": person[0]["unit_id"], "employee": one["employee"]},
        about={
            "employee_id": one["employee"],
            "unit_id": person[0]["unit_id"],
            "period_months": inputs["period_months"][0],
        },
    )


def _accountability_mean(fetch: Fetch, asked: Mapping[str, Any]) -> Parts:
    one = {"employee": asked.get("employee"), "period_to": asked.get("period_to")}
    person = fetch("accountability/person", **one).rows(named=True)
    inputs = fetch("accountability/person_components", **one)
    if not person or inputs.is_empty():
        return _accountability(fetch, {**asked, "employee": None})
    first, last = sorted(inputs["first_period"])[0], sorted(inputs["last_period"])[-1]
    return Parts(
        value=float(inputs["contribution"].sum()),
        first=first,
        last=last,
        inputs=inputs,
        rows=fetch("trace/evaluation_rows", employee=one["employee"], period_from=first, period_to=last),
        scope={"unit": person[0]["unit_id"], "employee": one["employee"]},
        about={"employee_id": one["employee"], "unit_id": person[0]["unit_id"]},
    )


def _evaluations(fetch: Fetch, asked: Mapping[str, Any]) -> Parts:
    chosen = _only(asked, "job_group")
    total = fetch("accountability/summary", **chosen).row(0, named=True)
    rows = fetch("trace/evaluation_rows", **chosen)
    inputs = (
        rows.group_by("unit_id")
        .agg(
            pl.col("unit_short_name").first(),
            pl.col("employee_id").filter(pl.col("kind") == "evaluation").n_unique().cast(pl.Int64).alias("people"),
            (pl.col("kind") == "evaluation").sum().cast(pl.Int64).alias("evaluations"),
            (pl.col("kind") == "indicator").sum().cast(pl.Int64).alias("indicators"),
        )
        .sort("unit_short_name")
    )
    return Parts(
        value=total["evaluated"] if total["people"] else None,
        first=asked["period_from"],
        last=asked["period_to"],
        inputs=inputs,
        rows=rows,
        sums={"evaluated": total["evaluated"], "people": total["people"]},
    )


def _loaded(fetch: Fetch, column: str) -> Parts:
    total = fetch("quality/summary").row(0, named=True)
    rows = fetch("quality/files").filter(pl.col("status") != "unchanged")
    inputs = (
        rows.group_by("status")
        .agg(
            pl.len().cast(pl.Int64).alias("files"),
            pl.col("rows_read", "rows_accepted", "rows_rejected").fill_null(0).sum(),
        )
        .sort("status")
    )
    empty: dict[str, Any] = {"agency": None, "unit": None}
    return Parts(
        value=total[column], first=None, last=None, inputs=inputs, rows=rows, scope=empty, has_reports=False,
        sums={column: total[column]},
    )  # fmt: skip


def _loaded_files(fetch: Fetch, _asked: Mapping[str, Any]) -> Parts:
    return _loaded(fetch, "files")


def _loaded_rows(fetch: Fetch, _asked: Mapping[str, Any]) -> Parts:
    return _loaded(fetch, "rows_accepted")


# How a figure is put together, by the name that its measure gives under `trace.parts`.
PARTS: Mapping[str, Callable[[Fetch, Mapping[str, Any]], Parts]] = {
    "indicator": _attainment,
    "indicators": _attainment_mean,
    "visits": _visits,
    "satisfaction": _satisfaction,
    "reports_on_time": _reporting,
    "reports_received": _completeness,
    "person": _accountability,
    "person_mean": _accountability_mean,
    "evaluations": _evaluations,
    "files": _loaded_files,
    "rows_accepted": _loaded_rows,
}


def kinds() -> tuple[str, ...]:
    """Return the kinds of figures that can be traced: the codes of their measures."""
    return tuple(code for code, measure in measures().items() if measure.trace)
