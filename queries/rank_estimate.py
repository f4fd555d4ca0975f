"""What is known of people's signals: quarters made alike, lasting chance in the error, drawn to the group, bounded by silence.

It stands beside the queries because both the build and the page that tries other weights estimate, and must do it alike.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from queries.months import last_month, moved_by

if TYPE_CHECKING:
    import numpy as np

NORMAL_95 = 1.959964  # 95 % of a normal lie within so many standard deviations
LEAST = 1e-6  # points; less is rounding
_SIGNALS = ("signal_compared", "signal_lowest", "signal_highest")
_F_POINT = 1.6449  # of the normal: 5 times in 100 above it
_MOST_CORRELATED = 0.9  # beyond it a handful of evaluations can't tell a lasting chance from a lasting merit
ESTIMATES: dict[str, type[pl.DataType]] = {
    "window_start": pl.Date, "evaluations": pl.Int64, "skipped": pl.Int64, "unreported_pct": pl.Float64,
    "signal_mean": pl.Float64, "signal_error": pl.Float64, "interval_factor": pl.Float64,
    "signal_latest": pl.Float64, "latest_month": pl.Date, "group_mean": pl.Float64, "group_ranked": pl.Int64,
    "within_spread": pl.Float64, "between_spread": pl.Float64,
    "autocorrelation": pl.Float64, "is_distinguishable": pl.Boolean, "is_comparable": pl.Boolean, "is_ranked": pl.Boolean,
    "is_bounded": pl.Boolean, "period_points": pl.Float64, "signal_adjusted": pl.Float64, "signal_shrunken": pl.Float64,
    "shrunken_error": pl.Float64, "shrinkage_pct": pl.Float64, "bound_mean": pl.Float64, "bound_points": pl.Float64,
    "open_points": pl.Float64, "place_signal": pl.Float64, "place_error": pl.Float64, "best_signal": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """The numbers that the district sets; `usual_*` say what is assumed of the autocorrelation before the data speak."""

    evaluations_needed: int
    people_needed: int
    unreported_most_pct: float
    usual_autocorrelation: float
    usual_pairs: float
    window_months: int | None


@dataclass(eq=False)
class Fit:
    """Values of people by period, parted into a level for each person and one for each period (two-way, least squares)."""

    level: "np.ndarray"  # of each person, at the mean of the periods; nan for a person without a value
    left: "np.ndarray"  # what neither says, people by periods, nan where there is no value
    degrees: int  # values less people and periods


@dataclass(eq=False)
class Group:
    """The people of a job group in a window, by id: what was said of them by period, who is measured, and the fit."""

    job_group: str
    window_end: date
    ids: list
    facts: list[dict]  # of each person: window_start, evaluations, skipped, unreported_pct, signal_mean, ...
    compared: "np.ndarray"
    lowest: "np.ndarray"
    highest: "np.ndarray"
    is_measured: "np.ndarray"
    fit: Fit


def estimate(spoken: pl.DataFrame, at: date | None = None, autocorrelation: float | None = None) -> pl.DataFrame:
    """Return what is known of each person at the end of each window, one row an employee and window_end, in points of the signal.

    `spoken` is mart.accountability_spoken: one row an evaluation or a skipped one. Its people in the order of employee_id; a
    window ends with each period in which somebody was evaluated, or `at` alone. Without `autocorrelation` that of all groups is estimated.
    """
    columns = {"employee_id": spoken.schema["employee_id"], "job_group": pl.String, "window_end": pl.Date} | ESTIMATES
    known = spoken.filter(pl.col("job_group").is_not_null())
    if known.is_empty():
        return pl.DataFrame(schema=columns)
    rules = Rules(**{name: known[name][0] for name in Rules.__dataclass_fields__})
    rows: list[dict] = []
    ends = known.filter(~pl.col("is_skipped"))["period"].unique().sort() if at is None else [at]
    for window_end in ends:
        within = known.filter(pl.col("period") <= window_end)
        if rules.window_months is not None:
            within = within.filter(pl.col("period") > moved_by(window_end, -rules.window_months))
        # A person is compared in the job group of the last evaluation; what was signalled in another one is of other work.
        within = within.filter(pl.col("job_group") == _last("job_group").over("employee_id"))
        groups = _groups(within.sort("job_group", "employee_id", maintain_order=True), window_end, rules)
        lasting = lasting_chance([g.fit for g in groups], rules) if autocorrelation is None else autocorrelation
        for group in groups:
            rows += _judged(group, rules, lasting)
    return pl.DataFrame(rows, schema=columns)


def _last(column: str) -> pl.Expr:
    """Return what a column says in the last evaluation that has a signal, the last of all where none has."""
    return pl.col(column).sort_by(pl.col("signal").is_not_null(), "period").last()


def _groups(within: pl.DataFrame, window_end: date, rules: Rules) -> list[Group]:
    """Return the job groups of a window, whose rows stand by group and person."""
    import numpy as np  # noqa: PLC0415  a page that estimates nothing does without it

    facts = within.group_by("job_group", "employee_id", maintain_order=True).agg(
        window_start=pl.col("period").filter(pl.col("signal").is_not_null()).min(),
        evaluations=pl.col("signal").count().cast(pl.Int64),
        skipped=pl.col("is_skipped").sum().cast(pl.Int64),
        unreported_pct=pl.col("unreported_pct").mean(),
        signal_mean=pl.col("signal").mean(),
        signal_latest=_last("signal"),
        last=pl.struct(_last("period"), _last("period_months")),
        rows=pl.len(),
    )
    names, people = facts["job_group"].to_numpy(), facts["rows"].to_numpy()
    began = within.select(pl.col("period").to_physical().cast(pl.Int64) * 1000 + pl.col("period_months")).to_series()
    slots, values = began.to_numpy(), {c: within[c].cast(pl.Float64).to_numpy() for c in _SIGNALS}
    # Who leaves too much unsaid has no part in what is known of the periods and of the others.
    silent = facts["unreported_pct"].fill_null(0).to_numpy() > rules.unreported_most_pct + 1e-9
    said = facts.drop("job_group", "rows").to_dicts()
    for row in said:
        last = row.pop("last")
        row["latest_month"] = last_month(last["period"], last["period_months"]) if row["evaluations"] else None
    groups, first = [], 0
    for at in np.split(np.arange(len(names)), np.flatnonzero(names[1:] != names[:-1]) + 1):
        rows = slice(first, first := first + int(people[at].sum()))
        columns, slot = np.unique(slots[rows], return_inverse=True)
        table = {c: np.full((len(at), len(columns)), np.nan) for c in _SIGNALS}
        for column, spread in table.items():
            spread[np.repeat(np.arange(len(at)), people[at]), slot] = values[column][rows]
        compared, lowest, highest = (table[column] for column in _SIGNALS)
        is_measured = ~silent[at] & np.isfinite(compared).any(axis=1)
        kept = np.where(is_measured[:, None], compared, np.nan)
        own = [said[i] for i in at]
        ids = [row.pop("employee_id") for row in own]
        groups.append(
            Group(str(names[at[0]]), window_end, ids, own, compared, lowest, highest, is_measured, parted(kept))
        )
    return groups


def parted(values: "np.ndarray") -> Fit:
    """Return the levels of people (rows) and what is left once the levels of periods (columns) are taken out; nan is no value.

    The levels of the periods sum to 0, so that with every value there a person's level is the plain mean.
    """
    import numpy as np  # noqa: PLC0415

    there = np.isfinite(values)
    count = there.sum(axis=1)
    known = np.where(there, values, 0.0)
    own = known.sum(axis=1) / np.maximum(count, 1)
    share = there / np.maximum(count, 1)[:, None]
    normal = np.diag(there.sum(axis=0).astype(float)) - there.T.astype(float) @ share
    right = (np.where(there, values - own[:, None], 0.0)).sum(axis=0)
    periods = np.linalg.pinv(normal, rcond=1e-10, hermitian=True) @ right
    level = own - share @ periods
    left = np.where(there, values - level[:, None] - periods[None, :], np.nan)
    free = int(
        there.sum()
        - (count > 0).sum()
        - (np.linalg.matrix_rank(normal, tol=1e-9, hermitian=True) if there.any() else 0)
    )
    return Fit(np.where(count > 0, level, np.nan), left, free)


def kept_apart(values: int, correlation: float) -> tuple[float, float]:
    """Return what n values of a first-order chain leave on average, once their mean is taken: of squares, of neighbours' products.

    In variances of one value. With k = var(mean) n / variance: squares n - k; products (n - 1) r - (n + 1) k / n
    + 2 (1 - r^n) / (n (1 - r)).
    """
    n, r = values, correlation
    tail = (1 - r**n) / (n * (1 - r))
    k = (1 + r) / (1 - r) - 2 * r * tail / (1 - r)
    return n - k, (n - 1) * r - (n + 1) * k / n + 2 * tail


def lasting_chance(fits: list[Fit], rules: Rules) -> float:
    """Return the autocorrelation of a person's evaluations over all groups, drawn to the usual one, on the high side by one error.

    Means of few values hide it: the value is sought that explains what is left of people with so many values each.
    """
    import numpy as np  # noqa: PLC0415

    squares = products = pairs = 0.0
    sizes: dict[int, float] = {}
    for fit in fits:
        if fit.degrees <= 0:
            continue
        there = np.isfinite(fit.left)
        count = there.sum(axis=1)
        for row, n in zip(fit.left, count, strict=True):
            if n > 2:  # two values are as far from their mean whatever lasts
                known = row[np.isfinite(row)]
                squares += float((known**2).sum())
                products += float((known[1:] * known[:-1]).sum())
                pairs += n - 1
                sizes[int(n)] = sizes.get(int(n), 0) + 1
    found = 0.0
    if squares > 1e-9:  # where nobody varies nothing lasts
        tried = np.linspace(0, _MOST_CORRELATED, 91)
        expected = [
            np.sum([m * np.array(kept_apart(n, r)) for n, m in sizes.items()], axis=0) for r in tried
        ]  # fmt: skip
        ratios = np.array([product / square for square, product in expected])
        found = float(np.interp(products / squares, ratios, tried))
    weight = pairs + rules.usual_pairs
    drawn = (pairs * found + rules.usual_pairs * rules.usual_autocorrelation) / weight
    return min(_MOST_CORRELATED, drawn + (1 - drawn * drawn) / weight**0.5)


def _judged(group: Group, rules: Rules, lasting: float) -> list[dict]:
    """Return the row of each person of a group."""
    import numpy as np  # noqa: PLC0415

    fit, people = group.fit, group.facts
    reported = np.isfinite(fit.left).sum(axis=1)
    bounded = parted(np.where(group.is_measured[:, None], group.lowest, np.nan))
    due = np.isfinite(bounded.left).sum(axis=1)
    squares, degrees, sure = _variance(fit, lasting)
    variance = squares / degrees if degrees > 0 else np.nan
    is_enough = group.is_measured & (np.array([p["evaluations"] for p in people]) >= rules.evaluations_needed)
    size = int(is_enough.sum())
    error2, place_error2 = (variance / effective(n, lasting) for n in (reported, due))
    weights = np.where(is_enough, effective(reported, lasting), 0.0)
    between = differs = mean = None
    if size:
        common = np.sum(weights * np.where(is_enough, fit.level, 0)) / weights.sum()
        off = float(np.sum(weights * np.where(is_enough, fit.level - common, 0) ** 2))
        between = between_variance(off, variance, size, weights)
        differs = differ_beyond_chance(off, variance, size, sure)
        spread = error2 + (between or 0)
        if np.isfinite(variance) and between is not None and (spread[is_enough] > 0).all():
            mean = float(np.sum((fit.level / spread)[is_enough]) / np.sum((1 / spread)[is_enough]))
        else:
            mean = float(common)
    is_compared = is_enough & (size >= rules.people_needed) & bool(np.isfinite(variance))
    wide = widening(sure) if is_compared.any() else 1.0
    apart = group.highest - group.lowest
    open_points = np.nansum(apart, axis=1) / np.maximum(np.isfinite(apart).sum(axis=1), 1)  # 0 where nothing is known
    with np.errstate(invalid="ignore"):
        unsaid = ((group.compared - group.lowest > LEAST) | (group.highest - group.lowest > LEAST)).any(axis=1)
    rows = []
    for i, person in enumerate(people):
        low = float(bounded.level[i])
        open_i = float(open_points[i])
        row = {
            "employee_id": group.ids[i], "job_group": group.job_group, "window_end": group.window_end, **person,
            "signal_error": _known(np.sqrt(error2[i])) if group.is_measured[i] else None,
            "interval_factor": wide, "group_mean": mean, "group_ranked": size, "within_spread": _known(np.sqrt(variance)),
            "between_spread": None if between is None else between**0.5, "autocorrelation": lasting,
            "is_distinguishable": bool(differs), "is_comparable": bool(is_compared[i]),
            "is_ranked": bool(is_compared[i] and differs), "is_bounded": bool(unsaid[i]), "open_points": open_i,
        }  # fmt: skip
        if is_compared[i] and mean is not None and between is not None:
            level = float(fit.level[i])
            shown = drawn_to(level, float(error2[i]), mean, between, size, wide)
            place = drawn_to(low, float(place_error2[i]), mean, between, size, wide)
            best = drawn_to(low + open_i, float(place_error2[i]), mean, between, size, wide)
            row |= {
                "period_points": level - person["signal_mean"], "signal_adjusted": level, "signal_shrunken": shown[0],
                "shrunken_error": shown[1], "shrinkage_pct": shown[2], "bound_mean": low, "bound_points": level - low,
                "place_signal": place[0], "place_error": place[1], "best_signal": best[0],
            }  # fmt: skip
        rows.append(row)
    return rows


def _variance(fit: Fit, lasting: float) -> tuple[float, float, float]:
    """Return the squares left, what they are expected to be in variances, and the degrees of freedom that they are worth."""
    import numpy as np  # noqa: PLC0415

    count = np.isfinite(fit.left).sum(axis=1)
    free = float((count - 1)[count > 0].sum())
    if fit.degrees <= 0 or free <= 0:
        return 0.0, 0.0, 0.0
    expected = sum(kept_apart(int(n), lasting)[0] for n in count if n > 1) * fit.degrees / free
    return float(np.nansum(fit.left**2)), expected, expected * (1 - lasting**2) / (1 + lasting**2)


def effective(values: "np.ndarray", lasting: float) -> "np.ndarray":
    """Return how many independent values so many of a chain are worth, n (1 - r) / (1 + r), at least one."""
    import numpy as np  # noqa: PLC0415

    return np.maximum(1.0, np.asarray(values) * (1 - lasting) / (1 + lasting))


def between_variance(squares: float, within: float, people: int, weights: "np.ndarray") -> float | None:
    """Return the variance of the true signals by the method of moments (DerSimonian and Laird 1986, Control Clin Trials 7:177).

    Q = squares / within with the weights n / within; both parts multiplied by within, so that a group in which nobody varies needs
    no rule of its own. None for one person alone, or where the variance within is unknown.
    """
    if people < 2 or not math.isfinite(within):
        return None
    total = float(weights.sum())
    return max(0.0, (squares - (people - 1) * within) / (total - float((weights**2).sum()) / total))


def differ_beyond_chance(squares: float, within: float, people: int, degrees: float) -> bool:
    """Return whether people differ by more than chance, 5 times in 100 wrongly: the F test, its tail by Paulson (1942)."""
    if people < 2 or not math.isfinite(within) or round(squares, 6) == 0:
        return False
    if round(within, 9) == 0:
        return True
    root = (squares / (people - 1) / within) ** (1 / 3)
    a, b = 2 / (9 * (people - 1)), 2 / (9 * max(degrees, 1.0))
    return ((1 - b) * root - (1 - a)) / (b * root * root + a) ** 0.5 > _F_POINT


def widening(degrees: float) -> float:
    """Return how much wider than the normal's a 95 % interval is, whose variance has so many degrees of freedom (t, by its expansion)."""
    z, v = NORMAL_95, max(degrees, 2.0)
    t = z + (z**3 + z) / (4 * v) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
    return (t + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)) / z


def drawn_to(
    y: float, error2: float, mean: float, between: float, people: int, wide: float = 1.0
) -> tuple[float, float, float]:
    """Return a level drawn to the mean of its group, its error, and how much of the way it was drawn in %.

    theta = (y / s2 + mu / tau2) / (1 / s2 + 1 / tau2), multiplied by s2 tau2 so that either may be zero. The error takes in that
    mean and spread of a small group are themselves estimates (Morris 1983, J Am Stat Assoc 78:47): with B = s2 / (s2 + tau2),
    s2 (1 - B (k - 1) / k) + 2 B^2 (y - mu)^2 / (k - 3).
    """
    if error2 + between <= 0:
        return mean, 0.0, 0.0
    b = error2 / (error2 + between)
    spread = error2 * (1 - b * (people - 1) / people) + 2 * (b * (y - mean)) ** 2 / max(people - 3, 1)
    return mean + (1 - b) * (y - mean), wide * spread**0.5, 100 * b


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
