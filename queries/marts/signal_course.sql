-- title: The course of watched series
-- meaning: Up to each point of a watched series the one step and the one slow drift that explain it best: the split by which the means before and after lie farthest apart, and the point from which a straight line leads off the level before, each in standard errors (of the moving ranges, which neither widens)
-- grain: one row a measure, unit, item and period from the twelfth point on
with numbered as (
    select
        f.measure, f.unit_id, f.item_id, f.segment, f.period, f.period_months, f.freed_value - l.centre as gap, l.half_width,
        row_number() over (partition by f.measure, f.unit_id, f.item_id, f.segment order by f.period) as place
    from mart.signal_freed f
    join mart.signal_limit l using (measure, unit_id, item_id, segment)
    where f.freed_value is not null and f.season is null and not f.is_slip and l.has_limits and not l.is_count and l.half_width > 0
),
summed as (
    select
        *, sum(gap) over up_to as total, sum(gap * place) over up_to as moment,
        lead(period) over (partition by measure, unit_id, item_id, segment order by place) as period_after
    from numbered
    window up_to as (partition by measure, unit_id, item_id, segment order by place rows unbounded preceding)
),
pairs as ( -- the points up to one (t), split after an earlier one (s): n points after it, on a line 1, 2, .. n
    select
        t.measure, t.unit_id, t.item_id, t.segment, t.period, t.half_width, s.place as before, s.period_after as since,
        t.place - s.place as n, n * t.period_months as months,
        s.total / s.place as gap_before, (t.total - s.total) / n as gap_after,
        (gap_after - gap_before) * sqrt(s.place * n / t.place::double) as step,
        t.moment - s.moment - s.place * (t.total - s.total) - t.total * n * (n + 1) / 2 / t.place as along,
        along / sqrt(n * (n + 1) * (2 * n + 1) / 6 - (n * (n + 1) / 2) ** 2 / t.place) as slope
    from summed t join summed s using (measure, unit_id, item_id, segment)
    where t.place >= 12 and s.place < t.place
)
select
    measure, unit_id, item_id, segment, period,
    3 * max(abs(step)) / any_value(half_width) as step_statistic,
    arg_max(
        {since: since, months: months, points: n, gap_before: gap_before, gap_after: gap_after, points_before: before}, abs(step)
    ) as step,
    3 * max(abs(slope)) filter (n >= 7) / any_value(half_width) as drift_statistic,
    arg_max({since: since, points: n, heading: sign(slope)}, abs(slope)) filter (n >= 7) as drift
from pairs
group by all
