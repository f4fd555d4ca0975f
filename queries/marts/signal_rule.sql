-- title: Rules for special causes
-- meaning: Each judged point of a watched series with the first rule that it belongs to (outside a limit, but not on the other side than a trend heads; 7 points in one direction, 2 of 3 beyond two thirds of a limit, 7 on one side), where it heads, since when and in how many points; how far the last 1 to 7 points stand from the mean, the farthest, in standard errors of a mean of as many; and whether the change is the other units' and not its own
-- grain: one row a measure, unit, item and period whose value is judged: it has limits and lies in no known season
-- The rules and their numbers (7 points, 2 of 3 beyond two thirds of a limit) are those of NHS England, Making Data Count; the
-- chances in reference.signal_surprise and signal_alarms are simulated for these numbers (etl/statistics/false_alarms.py).
with placed as (
    select
        f.measure, f.unit_id, f.item_id, f.segment, f.period, f.is_slip, f.freed_value, l.half_width,
        -- a sum of a part of the units strays by more than that of all
        (f.freed_value - l.centre) * sqrt(if(f.is_sum, f.coverage, 1)) as gap,
        f.own_value / nullif(l.own_centre, 0) - 1 as own_share,
        f.freed_value / nullif(l.centre, 0) - 1 as share,
        f.is_season_known,
        f.polarity,
        -- the last digits of a sum put nothing outside, nor on a side of its mean, nor does how exactly a season is known
        if(f.is_seasonal, 1e-3, 1e-9) * abs(l.centre) as tiny,
        if(abs(f.freed_value - l.centre) <= tiny, 0, sign(f.freed_value - l.centre)) as side,
        abs(gap) > l.half_width + tiny as is_outside
    from mart.signal_freed f
    join mart.signal_limit l using (measure, unit_id, item_id, segment)
    where f.freed_value is not null and f.season is null and l.has_limits
),
stepped as (
    select
        *, not is_outside and abs(gap) > half_width * 2 / 3 + tiny as is_close,
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
        greatest(list_max(runs), -list_min(runs)) * 3 / nullif(greatest(half_width, nullif(tiny, 0)), 0) as statistic,
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
        step <> 0 and step_length >= 7 as is_in_trend,
        coalesce(lead(step) over points_of <> 0 and lead(step_length) over points_of >= 7, false) as is_start_of_trend,
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
    measure, unit_id, item_id, period, statistic,
    case when is_in_trend then step when is_start_of_trend then step_after end as trend_step,
    case
        -- a trend is one signal with its last state: its points beyond the other limit are no praise of a line that falls
        when is_outside and coalesce(trend_step = side, true) then 'outside'
        when is_slip then null
        when is_in_trend or is_start_of_trend then 'trend'
        when is_two_of_three then 'two_of_three'
        when side <> 0 and side_length >= 7 then 'shift'
    end as rule,
    case when rule = 'trend' then trend_step else side end as heading,
    case when rule = 'trend' then if(is_in_trend, step_since, period) else side_since end as since,
    case when rule = 'trend' then if(is_in_trend, step_length, length_after) else side_length end as run_points,
    -- whether the last points stand, together, on the side on which the newest stands
    side = sign(list_max(runs) + list_min(runs)) and not is_slip as is_leaning,
    coalesce(is_of_others, false) and (is_season_known or (heading > 0) = (polarity = 'higher')) as is_of_others
from ruled
