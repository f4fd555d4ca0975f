"""Where each indicator will stand at the year's end, how sure that is, and how often such forecasts were right.

One set of parameters serves all indicators of a kind, chosen by the back-test, because a series of 11 quarters cannot estimate its
own. Where last year's course foretells a series better than its level does, the differences from a year ago are filtered instead.
Intervals are conformal (Lei et al. 2018, split conformal with standardised errors): their half-width, in the model's standard
deviations, is an order statistic of the errors that forecasts of past years made, those of the indicator itself left out.
"""

from math import ceil
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl

from etl.statistics import student
from etl.statistics.local_level import Array, Filtered, Model, ahead, filtered

# Where a number is chosen and not given, its line says what the back-test on the sample district tells of it: 855 forecasts of 2025's
# ends, median error 0.92 of the naive forecast's, Brier score of the probability 0.069, 81 % and 96 % of the ends in the intervals.
HISTORY = 4  # known periods under which nothing is forecast: a year of quarters, and one more than TRIALS
# Forecasts one period ahead by which last year's course has to prove better than a level: if 2 are enough, chance makes it be
# taken for 75 more forecasts and the median error 0.99; 4 or 6 change no forecast.
TRIALS = 3
# As many errors the usual noise counts for, a year of quarters: 0 to 16 move the shares in the intervals by a point at most.
PRIOR = 4
# An error of more standard deviations counts as this many, so that no figure a thousandfold wrong chooses a model by itself;
# 5 to 1000 choose the same.
WORST = 50.0
# Of a target: so much under it comes of rounding (2^-52 a term of a sum), and is less than the last digit of a report.
TOLERANCE = 1e-9
LEVELS = (0.80, 0.95)  # of the intervals, as usual for forecasts (Hyndman & Athanasopoulos 2021, section 5.5)
NORMAL = tuple(NormalDist().inv_cdf((1 + level) / 2) for level in LEVELS)  # their half-widths if errors were normal
# Past errors under which an interval is the model's own, by Student's t. Of 18 and fewer none stands for 95 %: it is the
# ceil((m + 1) * 0.95)th of m (Lei et al. 2018), which is at most m from m = 19 on.
ERRORS = 20
QUARTER = 3  # months: errors are alike by quarters ahead
LONGEST = 11  # most periods ahead: from the first month of a year to the last
# Candidates far apart, among which the back-test chooses. Variances are of what moves in a period, the noise of a value being 1;
# in the long run a level takes (sqrt(q^2 + 4 q) - q) / 2 of a new value for a variance q (Durbin & Koopman 2012, section 2.11).
MODELS = (
    # takes 0.42, a mean of the last few values; the first serves where nothing has been forecast yet
    Model("level", 0.3),
    # takes 0.10, nearly the mean of three years of quarters
    Model("mean", 0.01),
    # takes 0.79, nearly the last value
    Model("latest", 3.0),
    # of the usual dampings, 0.8 to 0.98 (Hyndman & Athanasopoulos 2021, section 8.2), one that halves a slope in 4 to 5 periods
    Model("damped_trend", 0.3, damping=0.85, slope_variance=0.02, first_slope_variance=0.1),
    # one slope for good, at first known to half the noise of a value a period
    Model("trend", 0.05, damping=1.0, first_slope_variance=0.25),
    # takes 0.27 of a new difference from a year ago
    Model("last_year", 0.1, is_seasonal=True),
)
SEASONAL = len(MODELS) - 1
AHEAD = ("ahead", "ahead_lower_80", "ahead_upper_80", "ahead_lower_95", "ahead_upper_95")
SCHEMA: dict[str, Any] = {
    "indicator_id": pl.String, "unit_id": pl.String, "year": pl.Int64, "period": pl.Date, "period_months": pl.Int32,
    "last_month": pl.Date, "kind": pl.String, "periods_ahead": pl.Int32, "state": pl.String, "reason": pl.String,
    "model": pl.String, "forecast": pl.Float64, "deviation": pl.Float64, "lower_80": pl.Float64, "upper_80": pl.Float64,
    "lower_95": pl.Float64, "upper_95": pl.Float64, "probability": pl.Float64, "past_errors": pl.Int32, "actual": pl.Float64,
    "is_met": pl.Boolean, "is_within_80": pl.Boolean, "is_within_95": pl.Boolean, "prorated": pl.Float64,
    "is_prorated_met": pl.Boolean, "is_model_80": pl.Boolean, "is_model_95": pl.Boolean,
} | {name: pl.List(pl.Float64) for name in AHEAD}  # fmt: skip

Rows = dict[str, Array]


def attainment_forecast(path: pl.DataFrame) -> pl.DataFrame:
    """Return one row an indicator, unit and reported period of `mart.attainment_path`: the year's end as seen from there.

    `state`: 'complete' (the year is over), 'reached' or 'out_of_reach' (certain by arithmetic: amounts do not fall, shares
    stay within 0..100 %), 'forecast' (open), or 'none' with a `reason` ('short_history', 'gap'). `forecast`, its limits, `actual`
    and `prorated` (the naive forecast: the pace so far carried on) are in the indicator's units; `probability` 0..1 is that of
    meeting the year's target (null without one); the lists `ahead*` hold the year to date at the end of each period to come.
    `past_errors` says of how many errors the interval is made (0: Student's t); `is_within_*` whether the actual lay in the
    interval, `is_model_*` whether in the model's own, normal one.
    """
    if path["value_ytd"].count() == 0:
        return pl.DataFrame(schema=SCHEMA)
    parts = []
    for length in sorted(path["period_months"].unique()):
        panel = _panel(path.filter(pl.col("period_months") == length), length)
        parts += [_seen_from(panel, t) for t in range(panel["value"].shape[1])]
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    _judge(rows)
    _choose(rows)
    _calibrate(rows)
    return _frame(rows)


def _panel(path: pl.DataFrame, months: int) -> Rows:
    """Return series x periods from the first January on, missing as nan, and what is known of each series (series)."""
    per_year = max(12 // months, 1)
    first = int(path["year"].min())  # ty: ignore[invalid-argument-type]
    names = path.select("indicator_id", "unit_id").unique().sort(pl.all()).with_row_index("series")
    placed = path.join(names, on=["indicator_id", "unit_id"]).sort("series", "period")
    rows = placed["series"].to_numpy()
    columns = ((placed["year"] - first) * per_year + (placed["period"].dt.month() - 1) // months).to_numpy()
    shape = (names.height, (int(columns.max()) // per_year + 1) * per_year)

    def grid(name: str) -> Array:
        values = np.full(shape, np.nan)
        values[rows, columns] = placed[name].cast(pl.Float64).to_numpy()
        return values

    about = placed.unique("series", keep="last", maintain_order=True)
    names_of = {c: about[c].to_numpy() for c in ("indicator_id", "unit_id", "kind", "is_lower_better", "is_percentage")}
    grids = {name: grid(name) for name in ("value", "denominator", "value_ytd", "target_year")}
    grids["denominator"][names_of["kind"] != "ratio"] = 1.0
    apart = np.full(shape, np.nan)
    apart[:, per_year:] = grids["value"][:, per_year:] - grids["value"][:, :-per_year]
    many = np.isfinite(grids["value"]).sum(axis=1) >= HISTORY
    apart[~many] = np.nan
    found = [filtered(apart, m, TRIALS) if m.is_seasonal else filtered(grids["value"], m, HISTORY) for m in MODELS]
    return names_of | grids | {"months": np.array(months), "first_year": np.array(first), "filtered": np.array(found)}


def _seen_from(panel: Rows, t: int) -> Rows:
    """Return the series that reported period `t`: the year to date after each period to come, as each model sees it.

    After k more periods it is `fixed + sum(weights * values ahead)`: amounts add up, quotients are weighted by their denominators
    (those to come are as large as the mean of the year's), a level is its last. A missing period of the year is taken to be
    like the next one; of a level only the last matters.
    """
    per_year = max(12 // int(panel["months"]), 1)
    place = t % per_year
    start, steps = t - place, per_year - 1 - place
    who = np.flatnonzero(np.isfinite(panel["value_ytd"][:, t]))
    n, kind, past = len(who), panel["kind"][who], panel["value"][who, : t + 1]
    is_last, is_sum = kind == "last", kind == "sum"
    year, denominators = past[:, start:], panel["denominator"][who, start : t + 1]
    known = np.isfinite(year)
    weighed = np.where(known, denominators, 0.0).sum(axis=1)
    brought = np.where(known, year * denominators, 0.0).sum(axis=1)
    each = weighed / np.maximum(known.sum(axis=1), 1)
    missing = np.where(is_last, 0, (~known).sum(axis=1))
    to_date = panel["value_ytd"][who, t]
    floor = np.where(np.nanmin(past, axis=1, initial=np.inf) >= 0, 0.0, -np.inf)
    is_share = panel["is_percentage"][who] & (np.nanmax(past, axis=1, initial=-np.inf) <= 100) & ~is_sum
    ceiling = np.where(is_share, 100.0, np.inf)
    shape = (n, len(MODELS), LONGEST)
    mean, spread = np.full(shape, np.nan), np.full(shape, np.nan)
    low, high = np.full((n, LONGEST), np.nan), np.full((n, LONGEST), np.nan)
    states = [_of(known, who) for known in panel["filtered"]]
    for k in range(steps):
        total = np.where(kind == "ratio", weighed + each * (missing + k + 1), 1.0)
        share = np.divide(each, total, out=np.zeros(n), where=total > 0)
        weights = np.where(np.arange(steps) <= k, share[:, None], 0.0)
        weights[is_last] = np.arange(steps) == k
        spare = np.where(is_last, 0.0, missing * share)
        fixed = np.where(is_last, 0.0, np.divide(brought, total, out=np.zeros(n), where=total > 0))
        whole = weights.sum(axis=1) + spare
        low[:, k] = np.where(is_sum & (floor == 0), np.maximum(fixed, to_date), fixed + whole * floor)
        high[:, k] = fixed + whole * ceiling
        aim = weights.copy()
        aim[:, 0] += spare
        for i, model in enumerate(MODELS):
            base = (
                np.where(spare > 0, np.nan, _last_year(panel["value"][who], t, weights, per_year))
                if model.is_seasonal
                else 0.0
            )
            centre, spread[:, i, k] = ahead(states[i], model, t, aim)
            mean[:, i, k] = fixed + base + centre
    actual = _actual(panel, who, start, per_year)
    moves = np.abs(np.diff(past, axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        prorated = np.where(is_sum, brought / known.sum(axis=1) * per_year, to_date)
        typical = np.nansum(moves, axis=1) / np.isfinite(moves).sum(axis=1)
    errors = np.abs(np.array([f.error[who, : t + 1] for f in panel["filtered"]]))
    tried = np.isfinite(errors[SEASONAL])
    return {
        "indicator_id": panel["indicator_id"][who], "unit_id": panel["unit_id"][who], "kind": kind,
        "months": np.full(n, panel["months"]), "year": panel["first_year"] + np.full(n, t // per_year),
        "place": np.full(n, place), "steps": np.full(n, steps), "is_lower_better": panel["is_lower_better"][who],
        "history": np.isfinite(past).sum(axis=1), "missing": missing, "to_date": to_date,
        "target": panel["target_year"][who, t], "actual": actual, "prorated": prorated, "typical": typical,
        "mean": mean, "spread": spread, "low": low, "high": high, "tried": tried.sum(axis=1),
        "misses": np.where(tried, errors, 0.0).sum(axis=2).T,
        "freedom": np.array([f.errors[who, t] for f in panel["filtered"]]).T,
        "variance": np.array([f.variance[who, t] for f in panel["filtered"]]).T,
        "size": np.nansum(np.abs(past), axis=1) / np.maximum(np.isfinite(past).sum(axis=1), 1),
    }  # fmt: skip


def _of(known: Filtered, who: Array) -> Filtered:
    return Filtered(known.state[who], known.covariance[who], known.error[who], known.variance[who], known.errors[who])


def _last_year(value: Array, t: int, weights: Array, per_year: int) -> Array:
    """Return what the same periods of the year before bring to the year's end; nan where one of them is not known."""
    if t < per_year:
        return np.full(len(value), np.nan)
    before = value[:, t + 1 - per_year : t + 1 - per_year + weights.shape[1]]
    return np.where(weights > 0, weights * before, 0.0).sum(axis=1)


def _actual(panel: Rows, who: Array, start: int, per_year: int) -> Array:
    """Return where the year ended; nan while it is open, and for amounts and quotients that lack a period."""
    end = panel["value_ytd"][who, start + per_year - 1]
    whole = np.isfinite(panel["value"][who, start : start + per_year]).all(axis=1)
    return np.where(whole | (panel["kind"][who] == "last"), end, np.nan)


def _meets(value: Array, target: Array, is_lower_better: Array) -> Array:
    slack = TOLERANCE * np.abs(target)
    return np.where(is_lower_better, value <= target + slack, value >= target - slack)


def _end(rows: Rows, name: str) -> Array:
    """Return the year's end of a grid by period ahead; nan where no period is to come."""
    at = np.maximum(rows["steps"] - 1, 0)
    if rows[name].ndim == 3:
        found = np.take_along_axis(rows[name], at[:, None, None], axis=2)[:, :, 0]
        return np.where(rows["steps"][:, None] > 0, found, np.nan)
    return np.where(rows["steps"] > 0, np.take_along_axis(rows[name], at[:, None], axis=1)[:, 0], np.nan)


def _judge(rows: Rows) -> None:
    """Add what needs no model: whether the year is over, whether its target is certain, whether too little is known."""
    low, high, target, lower = _end(rows, "low"), _end(rows, "high"), rows["target"], rows["is_lower_better"]
    worst, best = np.where(lower, high, low), np.where(lower, low, high)
    is_open, has_target = rows["steps"] > 0, np.isfinite(target)
    rows["has"] = is_open & (rows["history"] >= HISTORY) & np.isfinite(rows["variance"][:, 0])
    rows["is_at_bound"] = is_open & (rows["kind"] == "ratio") & (np.abs(high - rows["to_date"]) <= TOLERANCE * high)
    conditions = [
        ~is_open & np.isfinite(rows["actual"]),
        is_open & has_target & _meets(worst, target, lower),
        is_open & has_target & ~_meets(best, target, lower),
        rows["has"],
    ]
    rows["state"] = np.select(conditions, ["complete", "reached", "out_of_reach", "forecast"], "none")
    rows["is_tested"] = rows["has"] & np.isfinite(rows["actual"])


def _choose(rows: Rows) -> None:
    """Add the model of each row: that of its kind with the least mean error in past years, or last year's course.

    Errors are held against the mean move of the series until then, so that no unit of measure outweighs another.
    """
    mean = _end(rows, "mean")
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = np.minimum(np.abs(mean - rows["actual"][:, None]) / rows["typical"][:, None], WORST)
    usable = rows["is_tested"] & np.isfinite(errors[:, :SEASONAL]).all(axis=1)
    chosen = np.zeros(len(mean), dtype=int)
    for kind in np.unique(rows["kind"]):
        tested = usable & (rows["kind"] == kind)
        if tested.any():
            chosen[rows["kind"] == kind] = int(errors[tested, :SEASONAL].mean(axis=0).argmin())
    each = np.arange(len(mean))
    follows = (rows["tried"] >= TRIALS) & (rows["misses"][:, SEASONAL] < rows["misses"][each, chosen])
    follows &= np.isfinite(mean[:, SEASONAL]) & np.isfinite(rows["variance"][:, SEASONAL])
    chosen[follows] = SEASONAL
    rows["model"] = chosen
    for name in ("mean", "spread", "variance", "freedom"):
        rows[name] = rows[name][each, chosen]
    rows["is_steady"] = rows["has"] & (rows["is_at_bound"] | (rows["variance"] <= (TOLERANCE * rows["size"]) ** 2))
    rows["deviation"] = np.sqrt(_shrunk(rows)[:, None] * rows["spread"])


def _shrunk(rows: Rows) -> Array:
    """Return the variance of the noise, drawn toward that usual of its kind (relative to the size of the figures).

    The few errors of a short series tell little of its noise; the usual one counts as PRIOR errors.
    """
    size = np.where(rows["size"] > 0, rows["size"], np.nan) ** 2
    relative, variance = rows["variance"] / size, rows["variance"].copy()
    for kind in np.unique(rows["kind"]):
        mine = rows["has"] & (rows["kind"] == kind) & np.isfinite(relative)
        if (mine & (relative > 0)).any():
            usual = np.median(relative[mine & (relative > 0)])
            n = rows["freedom"][mine]
            variance[mine] = (n * relative[mine] + PRIOR * usual) / (n + PRIOR) * size[mine]
    return variance


def _calibrate(rows: Rows) -> None:
    """Add the half-widths of the intervals, in standard deviations, and the probability of meeting the target."""
    centre = np.clip(_end(rows, "mean"), _end(rows, "low"), _end(rows, "high"))
    deviation, aim = _end(rows, "deviation"), rows["target"]
    size = np.abs(rows["actual"] - centre)
    side = np.where(_meets(centre, aim, rows["is_lower_better"]), -1.0, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = np.where(size <= TOLERANCE * np.abs(rows["actual"]), 0.0, np.minimum(size / deviation, WORST))
        gap = np.where(deviation > 0, side * np.abs(aim - centre) / deviation, side * np.inf)
    rows["errors"], rows["centre"] = errors, centre
    horizon = -(-rows["steps"] * rows["months"] // QUARTER)  # rounded up
    n = len(centre)
    rows["past_errors"], rows["widths"], rows["probability"] = (
        np.zeros(n, dtype=int),
        np.full((n, len(LEVELS)), np.nan),
        np.full(n, np.nan),
    )
    ask, at_bound, high = rows["has"], rows["is_at_bound"], _end(rows, "high")
    stayed = np.where(at_bound, rows["actual"] >= high * (1 - TOLERANCE), errors == 0)
    stays_meeting = np.where(at_bound, _meets(rows["to_date"], aim, rows["is_lower_better"]), gap <= 0)
    # numbers for names: comparing them is most of the work
    alike = np.unique(rows["kind"].astype(str), return_inverse=True)[1] * 2 + rows["is_steady"]
    indicator = np.unique(rows["indicator_id"].astype(str), return_inverse=True)[1]
    keys = np.unique(np.stack([indicator, horizon, alike]), axis=1, return_inverse=True)[1]
    tested = rows["is_tested"]
    for key in np.unique(keys[ask]):
        mine = np.flatnonzero(ask & (keys == key))
        first = mine[0]
        others = tested & (indicator != indicator[first])
        near = others & (horizon == horizon[first])
        pools = (near & (alike == alike[first]), near, others)
        pool = next((np.sort(errors[p]) for p in pools if p.sum() >= ERRORS), None)
        freedom = rows["freedom"][mine]
        if pool is None:
            widths, chance = _by_student(freedom, gap[mine])
        else:
            widths, chance = _by_errors(pool, gap[mine])
            rows["past_errors"][mine] = len(pool)
        same = near & rows["is_steady"]
        if same.sum() >= ERRORS:
            stays = np.full(len(mine), (same & stayed).sum() / (same.sum() + 1))
        else:  # the rule of succession: after n of n periods alike, that the next k are, too
            stays = (freedom + 1) / (freedom + rows["steps"][mine] + 1)
        met = stays_meeting[mine]
        chance = np.where(rows["is_steady"][mine] & met, np.maximum(chance, stays), chance)
        no_noise = np.where(met, stays, (1 - stays) / 2)
        rows["widths"][mine], rows["probability"][mine] = widths, np.where(deviation[mine] > 0, chance, no_noise)
    rows["probability"][~np.isfinite(aim)] = np.nan
    rows["probability"][rows["state"] == "reached"] = 1.0
    rows["probability"][rows["state"] == "out_of_reach"] = 0.0


def _by_errors(pool: Array, gap: Array) -> tuple[Array, Array]:
    """Return the half-widths that past errors (sorted) give, and how likely an error closes a gap to the target (< 0: met).

    A gap wider than any past error is closed less likely in proportion to its width (no faster than Markov's inequality has it).
    """
    m = len(pool)
    widths = [pool[min(ceil((m + 1) * level), m) - 1] for level in LEVELS]
    size = np.abs(gap)
    smaller = np.where(gap > 0, np.searchsorted(pool, size), np.searchsorted(pool, size, side="right"))
    beyond = np.minimum(pool[-1] / np.maximum(size, TOLERANCE), 1.0) / (m + 1)
    tail = np.maximum((m - smaller) / (m + 1), beyond)
    return np.tile(widths, (len(gap), 1)), np.where(gap > 0, tail / 2, 1 - tail / 2)


def _by_student(freedom: Array, gap: Array) -> tuple[Array, Array]:
    """Return the half-widths of Student's t, and how likely an error closes a gap to the target."""
    degrees = [max(int(errors) - 1, 1) for errors in freedom]  # one is spent on the level
    widths = [[student.exceeded((1 - level) / 2, n) for level in LEVELS] for n in degrees]
    return np.array(widths), np.array([student.exceeds(float(g), n) for g, n in zip(gap, degrees, strict=True)])


def _frame(rows: Rows) -> pl.DataFrame:
    """Return the rows as a frame, limits kept where the arithmetic keeps them, in the order of series and period."""
    has = rows["has"]
    centre, low, high = rows["centre"], _end(rows, "low"), _end(rows, "high")
    deviation, actual = _end(rows, "deviation"), rows["actual"]
    tested = np.where(rows["is_tested"], actual, np.nan)
    month = rows["place"] * rows["months"] + 1
    columns: dict[str, Any] = {
        **{name: rows[name].tolist() for name in ("indicator_id", "unit_id", "kind", "state")},
        **{name: rows[name] for name in ("year", "actual", "probability", "past_errors")},
        "period_months": rows["months"], "periods_ahead": rows["steps"], "month": month,
        "kept": np.where(has, rows["steps"], 0),
        "reason": [
            None if state != "none" else "short_history" if steps else "gap"
            for state, steps in zip(rows["state"], rows["steps"], strict=True)
        ],
        "model": [MODELS[i].name if h else None for i, h in zip(rows["model"], has, strict=True)],
        "forecast": np.where(has, centre, np.nan), "deviation": np.where(has, deviation, np.nan),
        "prorated": np.where(rows["steps"] > 0, rows["prorated"], np.nan),
        "is_met": _known(_meets(actual, rows["target"], rows["is_lower_better"]), actual, rows["target"]),
        "is_prorated_met": _known(
            _meets(rows["prorated"], rows["target"], rows["is_lower_better"]), rows["prorated"], rows["target"]
        ),
        "is_within_80": _known(rows["errors"] <= rows["widths"][:, 0] + TOLERANCE, tested),
        "is_within_95": _known(rows["errors"] <= rows["widths"][:, 1] + TOLERANCE, tested),
        "is_model_80": _known(rows["errors"] <= NORMAL[0], tested),
        "is_model_95": _known(rows["errors"] <= NORMAL[1], tested),
    }  # fmt: skip
    columns["ahead"] = pl.Series(np.clip(rows["mean"], rows["low"], rows["high"]))
    for i, level in enumerate(("80", "95")):
        for side, sign in (("lower", -1), ("upper", 1)):
            edge = np.clip(centre + sign * rows["widths"][:, i] * deviation, low, high)
            columns[f"{side}_{level}"] = np.where(has, edge, np.nan)
            fan = rows["mean"] + sign * rows["widths"][:, i, None] * rows["deviation"]
            columns[f"ahead_{side}_{level}"] = pl.Series(np.clip(fan, rows["low"], rows["high"]))
    frame = pl.DataFrame(columns, strict=False).with_columns(
        pl.col(AHEAD).arr.to_list().list.head("kept"),
        period=pl.date("year", "month", 1),
        last_month=pl.date("year", pl.col("month") + pl.col("period_months") - 1, 1),
    )
    return frame.select(
        (pl.col(name).fill_nan(None) if dtype == pl.Float64 else pl.col(name)).cast(dtype)
        for name, dtype in SCHEMA.items()
    ).sort("indicator_id", "unit_id", "period")


def _known(value: Array, *needed: Array) -> pl.Series:
    """Return booleans, null where something that they rest on is not known."""
    known = np.logical_and.reduce([np.isfinite(each) for each in needed])
    return pl.Series([bool(v) if k else None for v, k in zip(value, known, strict=True)], dtype=pl.Boolean)
