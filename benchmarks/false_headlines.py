"""What the pages would say stands out in districts where nothing happens (rapor/sample/noise), and how often they say they would.

    uv run python benchmarks/false_headlines.py [--seeds 20] [--first 1]

For each seed a district is generated and its marts are made; printed are the headlines of each page, the units outside a 99.8 %
funnel limit, the employees told apart from their group, and the targets of past years that were called impossible and met, or
easy and missed: every one of them is false. Targets lie up to 10 % from the level, so that many are truly impossible.
"""

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import polars as pl

import queries
from etl.building import blank, build
from etl.folder import PRODUCT_REFERENCE
from rapor.sample import noise
from rapor.sample.district import MONTHS

PAGES = {"overview": None, "visits": "visits", "satisfaction": "satisfaction", "attainment": "attainment"}
LATEST = MONTHS[-1]
OUTSIDE = 0.002  # of the units lie outside 99.8 % limits by chance
COUNTED = ("charts with an alarm", "impossible now")  # too many to be printed one by one
BY_CHANCE = 0.05  # the F test between people of a group, and a 95 % interval
SURE = 1e-3  # a count that noise exceeds less often than this contradicts what is stated
SURE_DEVIATIONS = 3.09  # the same for a normal count


@dataclass
class Found:
    """What of one kind was looked at and called out, and how much of it the product says that chance would bring.

    `expected` is nan where nothing is stated. `groups` holds (called out, expected) of parts that chance moves independently,
    where what was looked at is not independent itself: the services of a centre share its good and bad months.
    """

    looked_at: int = 0
    expected: float = 0
    said: list[str] = field(default_factory=list)
    groups: list[tuple[int, float]] = field(default_factory=list)

    def add(self, other: "Found") -> None:
        """Take up what was found in another district."""
        self.looked_at += other.looked_at
        self.expected += other.expected
        self.said += other.said
        self.groups += other.groups

    @property
    def is_as_stated(self) -> bool:
        """Whether so many, or more, come about by chance more often than `SURE` if what is stated holds.

        By the binomial, or by the normal with the variance between the groups. True where nothing is stated.
        """
        if math.isnan(self.expected):
            return True
        if self.groups:
            deviation = math.sqrt(sum((found - expected) ** 2 for found, expected in self.groups))
            return len(self.said) - self.expected <= SURE_DEVIATIONS * deviation
        return at_least(len(self.said), self.looked_at, self.expected) > SURE


def at_least(count: int, trials: int, expected: float) -> float:
    """Return the chance of `count` or more of so many independent trials of which `expected` succeed on average."""
    if not count or not trials:
        return 1.0
    p = expected / trials
    if not 0 < p < 1:
        return float(p >= 1)
    ways = (math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1) for k in range(count))
    below = math.fsum(math.exp(way + k * math.log(p) + (trials - k) * math.log1p(-p)) for k, way in enumerate(ways))
    return max(0.0, 1 - below)


def district(seed: int, **plan: Any) -> duckdb.DuckDBPyConnection:
    """Return a build in memory of the noise-only district of a seed, its marts made; `plan` goes to noise.fill."""
    connection = duckdb.connect()
    begin(connection)
    noise.fill(connection, seed, **plan)
    build.make_marts(connection)
    return connection


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of a build, with the units of the district."""
    blank.begin(connection, PRODUCT_REFERENCE)
    connection.execute("insert into unit by name select * exclude (aliases) from reference.units")


def inspect(connection: duckdb.DuckDBPyConnection) -> dict[str, Found]:
    """Return everything that the build of a noise-only district calls out, by kind."""
    parts = (_headlines, _unit_headlines, _alarms, _funnels, _people, _forecasts)
    return {kind: found for part in parts for kind, found in part(connection)}


def _threshold(connection: duckdb.DuckDBPyConnection, key: str) -> float:
    return connection.execute("select threshold($key)", {"key": key}).fetchall()[0][0]


def _latest(connection: duckdb.DuckDBPyConnection, measure: str | None = None, unit: str | None = None) -> pl.DataFrame:
    return queries.load("signals/latest").run(connection, period_to=LATEST, measure=measure, unit=unit)


def _headlines(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Found]]:
    """Yield the headlines of each page of the district; a page is what is looked at, and may have so many false ones."""
    accepted = _threshold(connection, "headline_false_alarms")
    for page, measure in PAGES.items():
        rows = _latest(connection, measure).filter("is_headline")
        yield f"headlines, page {page}", Found(1, accepted, [_point(row) for row in rows.to_dicts()])


def _unit_headlines(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Found]]:
    """Yield the headlines of the overview of each unit alone."""
    found = Found()
    for (unit,) in connection.sql(
        "select distinct unit_id from mart.signal_point where not is_sum order by all"
    ).fetchall():
        rows = _latest(connection, unit=unit).filter("is_headline")
        found.add(Found(1, _threshold(connection, "headline_false_alarms"), [_point(row) for row in rows.to_dicts()]))
    yield "headlines, overview of one unit", found


def _point(row: dict[str, Any]) -> str:
    return (
        f"{row['measure']} {row['unit_id']} {row['item_id']}: {row['value']:.2f} against {row['mean']:.2f}, "
        f"{row['rule']} {row['direction']}, p = {row['p_value']:.2g}"
    )


def _alarms(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Found]]:
    """Yield the charts with a special cause at their newest point, beside how many the charts say that there would be."""
    for (measure,), rows in _latest(connection).group_by("measure", maintain_order=True):
        rang = rows.filter(pl.col("rule").is_not_null())
        units = rows.group_by("unit_id", maintain_order=True).agg(pl.col("rule").count(), pl.col("alarm_rate").sum())
        said = [_point(row) for row in rang.to_dicts()]
        yield (
            f"charts with an alarm, {measure}",
            Found(
                rows.height,
                float(rows["alarm_rate"].sum()),
                said,
                [(row["rule"], row["alarm_rate"]) for row in units.to_dicts()],
            ),
        )


def _funnels(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Found]]:
    """Yield the units outside the 99.8 % limits of each funnel, of indicators of each that is a ratio."""
    ratios = [
        row[0]
        for row in connection.sql(
            "select indicator_id from indicator where aggregation = 'ratio' order by all"
        ).fetchall()
    ]
    for name in queries.names():
        if not name.endswith("funnel"):
            continue
        query, found = queries.load(name), Found()
        for indicator in ratios if "indicator" in query.parameters else [None]:
            rows = query.run(connection, period_from=date(LATEST.year, 1, 1), period_to=LATEST, indicator=indicator)
            units = rows.filter((pl.col("part") == "unit") & pl.col("standing").is_not_null())
            said = [
                f"{indicator or ''} {row['unit_id']}: {row['value']:.2f}, limits {row['lower_998']:.2f} to {row['upper_998']:.2f}"
                for row in units.filter(pl.col("standing").str.starts_with("far_")).to_dicts()
            ]
            found.add(Found(units.height, OUTSIDE * units.height, said))
        yield f"outside a funnel, {name}", found


def _people(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Found]]:
    """Yield the job groups in which people are ranked apart, and the people said to be clearly above or below, latest period."""
    rows = connection.sql(
        "select employee_id, job_group, tier, is_distinguishable from mart.accountability_ranking where tier <> 'unranked' "
        "qualify window_end = max(window_end) over ()"
    ).pl()
    groups = rows.group_by("job_group", maintain_order=True).agg(
        pl.col("is_distinguishable").any(),
        (pl.col("tier") != "comparable").sum().alias("apart"),
        pl.len().alias("people"),
    )
    said = groups.filter("is_distinguishable")["job_group"].to_list()
    yield "job groups told apart", Found(groups.height, BY_CHANCE * groups.height, said)
    apart = [
        f"{r['job_group']} {r['employee_id']} {r['tier']}"
        for r in rows.filter(pl.col("tier") != "comparable").to_dicts()
    ]
    each = [(row["apart"], BY_CHANCE * row["people"]) for row in groups.to_dicts()]
    yield "people clearly above or below", Found(rows.height, BY_CHANCE * rows.height, apart, each)


def _forecasts(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Found]]:
    """Yield the targets called impossible: now, and of past years those that were met after all, and the like for easy ones."""
    rows = connection.sql("select * from mart.attainment_outlook where state = 'forecast' order by all").pl()
    now = rows.filter(pl.col("year") == LATEST.year, pl.col("period") == pl.col("period").max())
    yield (
        "impossible now",
        Found(now.height, math.nan, [_target(row) for row in now.filter(chance="impossible").to_dicts()]),
    )
    past = rows.filter(pl.col("is_met").is_not_null(), pl.col("probability").is_not_null())
    lost, won = past.filter(chance="impossible"), past.filter("is_easy")
    yield (
        "called impossible and met",
        Found(lost.height, lost["probability"].sum(), [_target(row) for row in lost.filter("is_met").to_dicts()]),
    )
    yield (
        "called easy and missed",
        Found(
            won.height,
            won.height - won["probability"].sum(),
            [_target(row) for row in won.filter(~pl.col("is_met")).to_dicts()],
        ),
    )


def _target(row: dict[str, Any]) -> str:
    return (
        f"{row['indicator_id']} {row['unit_id']}: {row['value_ytd']:.2f} by {row['last_month']:%Y-%m}, target "
        f"{row['target_year']:.2f}, P = {row['probability']:.3f}"
    )


def main() -> None:
    """Print what is called out in each district, and in the end the counts beside what is stated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    given = parser.parse_args()
    total: dict[str, Found] = {}
    for seed in range(given.first, given.first + given.seeds):
        print(f"district {seed}")
        with district(seed) as connection:
            for kind, found in inspect(connection).items():
                total.setdefault(kind, Found()).add(found)
                for line in found.said if not kind.startswith(COUNTED) else []:
                    print(f"  {kind}: {line}")
    head = f"in {given.seeds} districts"
    print(f"\n{head:<44}{'of':>8}{'stated':>10}{'found':>8}{'rate':>10}  as stated")
    for kind, found in total.items():
        rate = len(found.said) / found.looked_at if found.looked_at else 0
        stated = "-" if math.isnan(found.expected) else f"{found.expected:.1f}"
        print(
            f"{kind:<44}{found.looked_at:>8}{stated:>10}{len(found.said):>8}{rate:>10.4f}"
            f"  {'yes' if found.is_as_stated else 'NO'}"
        )


if __name__ == "__main__":
    main()
