-- title: Rules for special causes
-- meaning: Each judged point of a watched series with the first rule that it belongs to (outside a limit, but not on the other side than a trend heads; 7 points in one direction, 2 of 3 beyond two thirds of a limit, 7 on one side; of counts near zero the limits alone), where it heads, since when and in how many points; how far the last 1 to 7 points stand from the mean or how steep the series is, the farthest, in standard errors; whether that is a slow drift; whether the change is the other units' and not its own; and whether it is an old step after which nothing changed
-- grain: one row a measure, unit, item and period whose value is judged: it has limits and lies in no known season
-- The rules and their numbers (7 points, 2 of 3 beyond two thirds of a limit) are those of NHS England, Making Data Count; the
-- chances in reference.signal_surprise and signal_alarms are simulated for these numbers (etl/statistics/false_alarms.py).
with placed as (
    select
        f.measure, f.unit_id, f.item_id, f.segment, f.period, f.is_slip, f.freed_value, l.half_width, l.is_count,
        c.is_outside as is_rare, c.heading as count_heading,
        row_number() over (partition by f.measure, f.unit_id, f.item_id, f.segment, f.is_slip order by f.period) as place,
        -- a step that is old, and clearly no drift: exp(6 / 2) = 20 times as likely
        case
            when k.step_statistic >= threshold('signal_step_strength') and k.step_statistic ** 2 > coalesce(k.drift_statistic, 0) ** 2 + 6
                and k.step.months >= threshold('signal_step_months') and k.step.points_before >= threshold('signal_min_points')
                then k.step.since
        end as level_since,
        k.step.gap_before as step_gap_before, k.step.gap_after as step_gap, k.step.points as step_points,
        case when k.drift_statistic >= k.step_statistic then k.drift end as drift,
        -- a sum of a part of the units strays by more than that of all
        (f.freed_value - l.centre) * sqrt(if(f.is_sum, f.coverage, 1)) as gap,
        f.own_value / nullif(l.own_centre, 0) - 1 as own_share,
        f.freed_value / nullif(l.centre, 0) - 1 as share,
        f.is_season_known,
        f.polarity,
        -- the last digits of a sum put nothing outside, nor on a side of its mean, nor does how exactly a season is known
        if(f.is_seasonal, 1e-3, 1e-9) * abs(l.centre) as tiny,
        if(abs(f.freed_value - l.centre) <= tiny, 0, sign(f.freed_value - l.centre)) as side,
        coalesce(c.is_outside, abs(gap) > l.half_width + tiny) as is_outside
    from mart.signal_freed f
    join mart.signal_limit l using (measure, unit_id, item_id, segment)
    left join mart.signal_count c using (measure, unit_id, item_id, period)
    left join mart.signal_course k using (measure, unit_id, item_id, segment, period)
    where f.freed_value is not null and f.season is null and l.has_limits
),
stepped as (
    select
        *, not is_outside and not is_count and abs(gap) > half_width * 2 / 3 + tiny as is_close,
        if(abs(freed_value - lag(freed_value) over points_of) <= tiny, 0, sign(freed_value - lag(freed_value) over points_of)) as step,
        [
            sum(gap) over (points_of rows between current row and current row),
            sum(gap) over (points_of rows between 1 preceding and current row) / sqrt(2),
            sum(gap) over (points_of rows between 2 preceding and current row) / sqrt(3),
            sum(gap) over (points_of rows between 3 preceding and current row) / sqrt(4),
            sum(gap) over (points_of rows between 4 preceding and current row) / sqrt(5),
            sum(gap) over (points_of rows between 5 preceding and current row) / sqrt(6),
            sum(gap) over (points_of rows between 6 preceding and current row) / sqrt(7)
        ] as runs,
        -- how steep the series is, weighed as in etl/statistics/false_alarms.py
        case
            when place >= 12
                then 0.85 * regr_slope(gap, place) over (points_of rows unbounded preceding) * sqrt(place * (place ** 2 - 1) / 12)
        end as slope,
        greatest(list_max(runs), slope) as highest, least(list_min(runs), slope) as lowest,
        3 / nullif(greatest(half_width, nullif(tiny, 0)), 0) as per_deviation,
        greatest(highest, -lowest) * per_deviation as statistic,
        -- the same beside the level after a step
        list_max(list_transform(range(1, 8), lambda i: abs(runs[i] - step_gap * sqrt(i)))) * per_deviation as statistic_after,
        -- A change that the unit's own past shows by less than half is the others': 12 of 20 that fall make no news of the 8 that stay.
        avg(own_share) over recent * sign(avg(share) over recent) < abs(avg(share) over recent) / 2 as is_of_others
    from placed
    window
        points_of as (partition by measure, unit_id, item_id, segment, is_slip order by period),
        recent as (points_of rows between 2 preceding and current row)
),
numbered as (
    select
        *,
        count_if(side is distinct from side_before) over points_of as side_run,
        count_if(step is distinct from step_before) over points_of as step_run
    from (
        select *, lag(side) over points_of as side_before, lag(step) over points_of as step_before
        from stepped
        window points_of as (partition by measure, unit_id, item_id, segment, is_slip order by period)
    )
    window points_of as (partition by measure, unit_id, item_id, segment, is_slip order by period)
),
counted as (
    select
        *, count(*) over side_points as side_length, min(period) over side_points as side_since,
        -- a run of steps begins at the point before its first one
        count(*) over step_points + 1 as step_length, min(period_before) over step_points as step_since
    from (
        select *, lag(period) over (partition by measure, unit_id, item_id, segment, is_slip order by period) as period_before
        from numbered
    )
    window
        side_points as (partition by measure, unit_id, item_id, segment, is_slip, side_run),
        step_points as (partition by measure, unit_id, item_id, segment, is_slip, step_run)
),
ruled as (
    select
        *,
        step <> 0 and step_length >= 7 and not is_count as is_in_trend,
        coalesce(lead(step) over points_of <> 0 and lead(step_length) over points_of >= 7 and not is_count, false) as is_start_of_trend,
        lead(step) over points_of as step_after, lead(step_length) over points_of as length_after,
        coalesce(
            is_close and (
                count_if(is_close) over before >= 2 and abs(sum(side) over before) = 3
                or count_if(is_close) over around >= 2 and abs(sum(side) over around) = 3
                or count_if(is_close) over after >= 2 and abs(sum(side) over after) = 3
            ), false
        ) as is_two_of_three
    from counted
    window
        points_of as (partition by measure, unit_id, item_id, segment, is_slip order by period),
        before as (points_of rows between 2 preceding and current row),
        around as (points_of rows between 1 preceding and 1 following),
        after as (points_of rows between current row and 2 following)
)
select
    r.measure, r.unit_id, r.item_id, r.period, r.statistic,
    case when is_in_trend then step when is_start_of_trend then step_after end as trend_step,
    case
        -- a trend is one signal with its last state: its points beyond the other limit are no praise of a line that falls
        when is_outside and coalesce(trend_step = side, true) then 'outside'
        when is_slip then null
        when is_in_trend or is_start_of_trend then 'trend'
        when is_two_of_three then 'two_of_three'
        when side <> 0 and side_length >= 7 and not is_count then 'shift'
    end as rule,
    case when rule = 'trend' then trend_step else side end as heading,
    case when rule = 'trend' then if(is_in_trend, step_since, period) else side_since end as since,
    case when rule = 'trend' then if(is_in_trend, step_length, length_after) else side_length end as run_points,
    -- whether the last points stand, together, on the side on which the newest stands
    side = if(is_count, count_heading, sign(highest + lowest)) and not is_slip as is_leaning,
    r.drift.since as drift_since, r.drift.points as drift_points, r.drift.heading as drift_heading,
    level_since, step_gap_before, step_gap,
    -- nothing has changed since, seen as a signal is: rarer than this the last points may not lie to the new level
    coalesce(
        level_since is not null and statistic_after < (
            select min(t.statistic) from reference.signal_surprise t
            where t.p_value <= threshold('signal_run_chance')
                and t.points = (select max(a.points) from reference.signal_alarms a where a.points <= r.step_points)
        ), false
    ) as is_settled,
    coalesce(is_of_others, false) and (is_season_known or (heading > 0) = (polarity = 'higher')) as is_of_others
from ruled r
