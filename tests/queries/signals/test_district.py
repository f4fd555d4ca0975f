"""What a district would see: late reports, services and slips left out, most units falling, seasons, and quiet that stays quiet."""

import math

import numpy as np
import polars as pl
import pytest

from tests import effort
from tests.queries.signals.districts import district, latest, month, points

TEN = [f"u{i}" for i in range(10)]
LAST = month(23)


def _quiet(u: int, i: int) -> float:
    """Return about 100 patients, up and down by 2 in turn and each unit in its own: 98, 100, 102 in some order."""
    return 100 + 2 * ((7 * i + u) % 3 - 1)


def _ten(change: dict[int, float], since: int = 21) -> dict[tuple[str, str], list[float | None]]:
    """Return ten units of about 100 a month for 24 months; those named in `change` have their share of it from month `since` on."""
    return {
        (f"u{u}", "umum"): [_quiet(u, i) * (change.get(u, 1) if i >= since else 1) for i in range(24)]
        for u in range(10)
    }


def test_an_old_slip_neither_widens_limits_nor_moves_the_usual_level() -> None:
    # 104 and 100 in turn, month 8 reads 10,000: a finding. Left: 12 x 104 and 11 x 100 = 2,348 / 23 = 102.087; of the 22 moving
    # ranges 21 are 4 and one, from month 7 to month 9, is 0: mean 84 / 22 = 3.818, half width 2.66 x 3.818 = 10.156. The month of
    # the year, of which two years say little here, moves that by less than a point.
    line = [104.0, 100.0] * 12
    line[7] = 10_000
    build = district({("a", "umum"): line})
    now = latest(build, LAST, unit="a")["a", "all"]
    assert (now["value"], now["rule"], now["signal"], now["left_out"], now["points"]) == (100, None, "ordinary", 1, 23)
    assert now["mean"] == pytest.approx(102.087, abs=0.3)
    assert [now[c] for c in ("lower", "upper")] == pytest.approx([91.931, 112.243], abs=1)
    slip = points(build, "a").row(7, named=True)
    assert (slip["is_slip"], slip["rule"], slip["value"]) == (True, "outside", 10_000)


def test_a_month_that_half_of_the_units_share_is_no_slip() -> None:
    # All fall by half in the newest month: each is an outlier of its own history, and together they are the news.
    build = district(_ten(dict.fromkeys(range(10), 0.5), since=23))
    assert build.execute("select count(*) from load.finding where code = 'outlier'").fetchall() == [(10,)]
    assert points(build, "u3")["is_slip"].sum() == 0
    now = latest(build, LAST)["kab", "all"]
    assert (now["signal"], now["is_headline"], now["units_counted"]) == ("bad", True, 10)


@pytest.mark.parametrize("late", [None, 4])
def test_the_fall_of_all_is_told_though_one_unit_is_late(late: int | None) -> None:
    lines = _ten(dict.fromkeys(range(10), 0.7))
    if late is not None:
        lines[f"u{late}", "umum"][21:] = [None] * 3
    now = latest(district(lines), LAST)["kab", "all"]
    # Four of the 24 months lie in known seasons; of the other 20, 17 of 1,000 and three of 700: the usual is
    # (17,000 + 2,100) / 20 = 955, and 700 is 26.7 % below; of nine units 630 of 859.5. The lines go up and down by 2 in 100.
    assert (now["rule"], now["signal"], now["is_headline"]) == ("outside", "bad", True)
    assert now["change_pct"] == pytest.approx(-26.7, abs=0.7)
    assert (now["units_counted"], now["units_expected"]) == ((10, 10) if late is None else (9, 10))
    assert now["value"] == pytest.approx(700 if late is None else 630, abs=5)
    assert now["mean"] == pytest.approx(955 if late is None else 859.5, abs=8)


@pytest.mark.parametrize("late", [1, 3])
def test_lateness_alone_is_no_fall(late: int) -> None:
    lines = _ten({})
    for unit in range(late):
        lines[f"u{unit}", "umum"][21:] = [None] * 3
    now = latest(district(lines), LAST)["kab", "all"]
    assert (now["signal"], now["rule"], now["units_counted"]) == ("ordinary", None, 10 - late)
    assert abs(now["change_pct"]) < 1


def test_a_unit_that_never_reported_leaves_the_district_its_chart() -> None:
    build = district(_ten({}), silent=["never"])
    now = latest(build, LAST)["kab", "all"]
    assert (now["signal"], now["units_counted"], now["units_expected"]) == ("ordinary", 10, 11)
    # Known seasons aside all months of the two years are there.
    assert points(build, "kab")["value"].null_count() == 0


def test_too_few_units_do_not_speak_for_the_district() -> None:
    # Four of ten alike units are 0.4 of the usual patients, under signal_sum_coverage: the newest month that is known is the one before.
    lines = _ten({})
    for unit in range(6):
        lines[f"u{unit}", "umum"][23] = None
    now = latest(district(lines), LAST)["kab", "all"]
    assert now["period"] == month(22)


@pytest.mark.parametrize("fallen", [4, 6, 7])
def test_nobody_is_praised_because_the_others_fall(fallen: int) -> None:
    build = district(_ten(dict.fromkeys(range(fallen), 0.8)))
    rows = latest(build, LAST)
    assert [unit for (unit, _), row in rows.items() if row["signal"] == "good"] == []
    # n fallen units are 2 n of 100 less, in three of the 20 months outside known seasons: (1 - 0.02 n) beside 1 - 3 x 0.02 n / 20.
    share = 0.02 * fallen
    assert rows["kab", "all"]["change_pct"] == pytest.approx(100 * ((1 - share) / (1 - 3 * share / 20) - 1), abs=0.7)
    assert (rows["kab", "all"]["signal"], rows["kab", "all"]["is_headline"]) == ("bad", True)


def test_a_unit_that_rises_while_the_others_stay_is_still_praised() -> None:
    rows = latest(district(_ten({3: 1.3})), LAST)
    assert rows["u3", "all"]["signal"] == "good"
    assert rows["u3", "all"]["is_headline"]


@pytest.mark.parametrize("away", [1, 3])
def test_a_month_without_a_usual_service_is_incomplete_and_no_fall(away: int) -> None:
    # 100 general and 50 dental patients a month; the newest months have general patients alone: 100 of 150 is no fall by a third.
    lines = {
        ("a", "umum"): [100.0 + 2 * (i % 2) for i in range(24)],
        ("a", "gigi"): [50.0] * (24 - away) + [None] * away,
    }
    build = district(lines)
    shown = points(build, "a")
    assert shown["value"].null_count() == away
    assert set(shown["signal"].tail(away)) == {"none"}
    rows = latest(build, LAST)
    assert [key for key, row in rows.items() if row["rule"]] == []
    assert build.execute("select count(*) from load.finding where code = 'service_closed'").fetchall() == [(0,)]


def test_a_service_that_stays_away_has_closed_and_is_said_once() -> None:
    # Seven months without it: 100 of the usual 100 of the services that are left, 0 %. Coverage 100.96 / 150.96 (17 of the 24
    # months of the other service: mean 101).
    lines = {("a", "umum"): [100.0 + 2 * (i % 2) for i in range(24)], ("a", "gigi"): [50.0] * 17 + [None] * 7}
    build = district(lines)
    now = latest(build, LAST, unit="a")["a", "all"]
    assert (now["rule"], now["signal"], now["period"]) == (None, "ordinary", LAST)
    assert abs(now["change_pct"]) < 1.5
    assert now["coverage"] == pytest.approx(101 / 151)
    found = build.execute("select unit_id, period from load.finding where code = 'service_closed'").fetchall()
    assert found == [("a", month(17))]


def test_a_service_that_is_often_empty_is_not_awaited() -> None:
    # Every other month none: reported in half of the months, so a blank is no gap of the report.
    lines = {("a", "umum"): [100.0] * 24, ("a", "gigi"): [5.0 if i % 2 == 0 else None for i in range(24)]}
    assert points(district(lines), "a")["value"].null_count() == 0


@pytest.mark.parametrize("units", [1, 3, 6, 10])
def test_a_season_alone_puts_hardly_a_point_in_a_rule(units: int) -> None:
    # 500 x (1 + 0.15 sin(2 pi month / 12)) and nothing else, in every unit.
    line = [500 * (1 + 0.15 * math.sin(2 * math.pi * i / 12)) for i in range(24)]
    build = district({(f"u{u}", "umum"): list(line) for u in range(units)})
    found = build.sql("select measure, is_sum, rule, p_value from mart.signal_point where value is not null").pl()
    assert found["rule"].null_count() == found.height


def test_a_season_with_noise_rings_about_as_often_as_noise_alone() -> None:
    # Districts of six units, season 15 %, noise 6 %: about 4 of 100 points in a rule, and no page with a headline.
    rang = seen = headlines = 0
    for seed in range(effort.of(3, 12)):
        random = np.random.default_rng(seed)
        lines = {
            (f"u{u}", "umum"): [
                float(
                    random.poisson(
                        600 * (1 + 0.15 * math.sin(2 * math.pi * i / 12)) * (1 + 0.06 * random.standard_normal())
                    )
                )
                for i in range(36)
            ]
            for u in range(6)
        }
        build = district(lines)
        shown = build.sql("select rule from mart.signal_point where item_id = 'all' and signal <> 'none'").pl()
        rang, seen = rang + shown["rule"].count(), seen + shown.height
        headlines += any(row["is_headline"] for row in latest(build, month(35)).values())
    # 12 x 7 charts x some 28 judged months; points of one chart go together, so that the share itself varies by about 0.008.
    # Three districts alone stray twice as much: 0.016.
    assert rang / seen < effort.of(0.09, 0.065)
    # 0.05 a page are promised: 12 x 0.05 = 0.6 pages, of which four or more come about in 1 of 300 trials; of three pages
    # two or more in 1 of 140.
    assert headlines < effort.of(2, 4)


def test_a_headline_needs_its_chance_and_no_rule() -> None:
    # Eighteen months about 101 and six about 91.5: no rule holds at the newest point (six on one side are not seven, none is outside),
    # yet noise hardly ever does as much.
    line = [100, 104, 98, 102, 96, 105, 99, 103, 97, 101, 95, 104, 100, 103, 98, 102, 97, 105, 91, 92, 91, 92, 91, 92]
    others = {(f"u{u}", "umum"): [1000.0 + (7 * i + 3 * u) % 5 - 2 for i in range(24)] for u in range(1, 9)}
    now = latest(district({("u0", "umum"): [10.0 * v for v in line], **others}), LAST)["u0", "all"]
    # 24 points: mean 2,360 / 24 = 98.33; 92 is 6.4 % below it.
    assert now["change_pct"] == pytest.approx(-6.4, abs=0.2)
    assert now["p_value"] < 0.005
    assert (now["rule"], now["signal"], now["is_headline"]) == ("run", "bad", True)
    assert (now["run_points"], now["since"]) == (6, month(18))


def test_the_chance_goes_on_beyond_the_table() -> None:
    # 36 points about 50 and one far out: the table ends at 1 in 100,000, the bound does not, and falls as the point lies farther.
    found = []
    for last in (80.0, 120.0, 200.0):
        line = [50.0 + (7 * i) % 5 - 2 for i in range(35)] + [last]
        build = district({("a", "umum"): [100 * v for v in line]})
        found.append(latest(build, month(35), unit="a")["a", "all"]["p_value"])
    assert found == sorted(found, reverse=True)
    assert 0 < found[0] < 1e-5


def test_counts_of_nothing_are_no_error() -> None:
    build = district({("a", "umum"): [0.0] * 24, ("b", "umum"): [0.0] * 23 + [5.0]})
    assert isinstance(latest(build, LAST), dict)
    assert build.sql(
        "select count(*) from mart.signal_point where p_value is null and signal <> 'none'"
    ).fetchall() == [(0,)]
    assert not pl.DataFrame(build.sql("select p_value from mart.signal_point").pl())["p_value"].is_nan().any()


def test_rounded_counts_are_judged_by_how_many_months_had_any() -> None:
    """1 to 4 patients are shown as 5, so a series is of noughts and fives, which no Poisson is.

    a: 3 of 19 months without any, then 5 more: of the last 6 all are among the 8 of 24, C(8, 6) / C(24, 6) = 28 / 134,596, times two
    sides and three for seven looks: 0.00125. b: noughts now and then. The district's sum would fall from 15 to 9 though c's 9 are more
    than all had before (1 to 4 each, shown as 5): it is not judged.
    """
    few = [2, 0, 3, 1, 2, 4, 1, 3, 6, 2, 1, 3, 2, 0, 1, 4, 2, 5, 0]
    figures = {
        ("a", "vct"): few + [0] * 5, ("b", "vct"): [*few, 2, 0, 3, 1, 0], ("c", "vct"): [*few, 9, 8, 11, 7, 9],
        **{(unit, "umum"): [300, 305] * 12 for unit in "abc"},
    }  # fmt: skip
    newest = latest(district(figures), month(23))
    assert newest["a", "vct"]["signal"] == "bad"
    assert newest["a", "vct"]["p_value"] == pytest.approx(6 * 28 / 134_596)
    assert newest["b", "vct"]["signal"] == "ordinary"
    assert newest["c", "vct"]["signal"] == "good"
    assert ("kab", "vct") not in newest
    assert newest["kab", "umum"]["signal"] == "ordinary"


def test_one_patient_is_no_signal() -> None:
    """23 months without any and then one, shown as 5: outside of every limit, and yet but one."""
    figures = {("a", "vct"): [0] * 23 + [1], ("a", "umum"): [300, 305] * 12}
    assert latest(district(figures), month(23))["a", "vct"]["signal"] == "ordinary"
