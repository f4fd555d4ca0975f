-- title: Signal or noise
-- meaning: Each point of a watched series with its XmR limits (mean +- 2.66 mean moving range, screened), freed of the movement that all units share; the first rule for special causes that it belongs to (outside a limit, 7 points in one direction, 2 of 3 beyond two thirds of a limit, 7 on one side), since when, and how often noise alone gives as much. Moving ranges and runs pass over a missing period; limits begin anew at a declared rebase.
-- grain: one row a measure, unit, item and period
with series as (
    select
        s.*, m.polarity, m.weight, m.headline_change_pct, m.is_peer_adjusted and not s.is_sum as is_adjusted,
        if(s.is_sum, season.name, null) as season, if(s.is_sum, season.name_en, null) as season_en,
        count(rebase.from_period) as segment, max_by(rebase.reason, cast(rebase.from_period as date)) as rebase_reason,
        max_by(rebase.reason_en, cast(rebase.from_period as date)) as rebase_reason_en
    from mart.signal_series s
    join reference.signal_measures m on m.measure = s.measure and m.item_kind = if(s.item_id = 'all', 'all', 'item')
    left join reference.known_seasons season on season.measure = s.measure and cast(season.period as date) = s.period
    left join reference.signal_rebases rebase
        on rebase.measure = s.measure and cast(rebase.from_period as date) <= s.period
        and coalesce(rebase.unit_id = s.unit_id, true) and coalesce(rebase.item_id = s.item_id, true)
    group by all
),
-- What all units do in the same month (season, holidays) is no news about one of them: the median of their levels.
shared as (
    select measure, item_id, period, median(value / level) as factor
    from (
        select *, median(value) over (partition by measure, unit_id, item_id) as level from series where is_adjusted
    )
    where level > 0
    group by measure, item_id, period
    having count(value) >= threshold('signal_season_units')
),
freed as (
    select
        s.*, coalesce(own.factor, everything.factor, 1) as factor,
        s.value / coalesce(own.factor, everything.factor, 1) as freed_value
    from series s
    left join shared own
        on s.is_adjusted and own.measure = s.measure and own.item_id = s.item_id and own.period = s.period and own.factor > 0
    left join shared everything
        on s.is_adjusted and everything.measure = s.measure and everything.item_id = 'all'
        and everything.period = s.period and everything.factor > 0
),
listed as (
    select measure, unit_id, item_id, segment, list(freed_value order by period) as x
    from freed
    where freed_value is not null and season is null -- a known season says nothing about what is ordinary
    group by all
),
bounded as (
    select
        * exclude (x), len(x) as points, list_avg(x) as centre,
        xmr_half_width(xmr_screened(xmr_moving_ranges(x))) as half_width,
        len(x) >= threshold('signal_min_points') as has_limits
    from listed
),
placed as (
    select
        f.*, coalesce(b.points, 0) as points, coalesce(b.has_limits, false) as has_limits,
        b.centre, b.half_width, freed_value - b.centre as gap,
        freed_value is not null and season is null and coalesce(b.has_limits, false) as is_judged,
        -- the last digits of a sum put nothing outside, nor on a side of its mean
        if(abs(freed_value - b.centre) <= 1e-9 * abs(b.centre), 0, sign(freed_value - b.centre)) as side,
        abs(freed_value - b.centre) > b.half_width + 1e-9 * abs(b.centre) as is_outside
    from freed f
    left join bounded b using (measure, unit_id, item_id, segment)
),
stepped as (
    select
        *, not is_outside and abs(gap) > half_width * 2 / 3 as is_close,
        sign(freed_value - lag(freed_value) over points_of) as step,
        greatest(
            abs(sum(gap) over (points_of rows between current row and current row)),
            abs(sum(gap) over (points_of rows between 1 preceding and current row)) / sqrt(2),
            abs(sum(gap) over (points_of rows between 2 preceding and current row)) / sqrt(3),
            abs(sum(gap) over (points_of rows between 3 preceding and current row)) / sqrt(4),
            abs(sum(gap) over (points_of rows between 4 preceding and current row)) / sqrt(5),
            abs(sum(gap) over (points_of rows between 5 preceding and current row)) / sqrt(6),
            abs(sum(gap) over (points_of rows between 6 preceding and current row)) / sqrt(7)
        ) * 3 / nullif(half_width, 0) as statistic
    from placed
    where is_judged
    window points_of as (partition by measure, unit_id, item_id, segment order by period)
),
numbered as (
    select
        *,
        count_if(side is distinct from side_before) over points_of as side_run,
        count_if(step is distinct from step_before) over points_of as step_run
    from (
        select *, lag(side) over points_of as side_before, lag(step) over points_of as step_before
        from stepped
        window points_of as (partition by measure, unit_id, item_id, segment order by period)
    )
    window points_of as (partition by measure, unit_id, item_id, segment order by period)
),
counted as (
    select
        *, count(*) over side_points as side_length, min(period) over side_points as side_since,
        -- a run of steps begins at the point before its first one
        count(*) over step_points + 1 as step_length, min(period_before) over step_points as step_since
    from (
        select *, lag(period) over (partition by measure, unit_id, item_id, segment order by period) as period_before
        from numbered
    )
    window
        side_points as (partition by measure, unit_id, item_id, segment, side_run),
        step_points as (partition by measure, unit_id, item_id, segment, step_run)
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
        points_of as (partition by measure, unit_id, item_id, segment order by period),
        before as (points_of rows between 2 preceding and current row),
        around as (points_of rows between 1 preceding and 1 following),
        after as (points_of rows between current row and 2 following)
),
named as (
    select
        measure, unit_id, item_id, period, statistic,
        case
            when is_outside then 'outside'
            when is_in_trend or is_start_of_trend then 'trend'
            when is_two_of_three then 'two_of_three'
            when side <> 0 and side_length >= 7 then 'shift'
        end as rule,
        case when rule = 'trend' then if(is_in_trend, step, step_after) else side end as heading,
        case when rule = 'trend' then if(is_in_trend, step_since, period) when rule is not null then side_since end as since,
        case when rule = 'trend' then if(is_in_trend, step_length, length_after) when rule is not null then side_length end
            as run_points
    from ruled
),
steps_of_chance as (
    select
        points, statistic as from_statistic, p_value as from_p,
        lead(statistic) over by_size as to_statistic, lead(p_value) over by_size as to_p
    from (select points, p_value, statistic from reference.signal_surprise
        union all select distinct points, 1, 0 from reference.signal_surprise)
    window by_size as (partition by points order by statistic)
),
known_size as ( -- the table has some numbers of points; the next smaller one is the more careful
    select p.points, max(r.points) as table_points
    from (select distinct points from placed) p join reference.signal_alarms r on r.points <= p.points
    group by p.points
),
chances as (
    select
        n.measure, n.unit_id, n.item_id, n.period,
        coalesce(xmr_chance(n.statistic, c.from_statistic, c.from_p, c.to_statistic, c.to_p), c.from_p, 1 / p.points) as p_value
    from named n
    join placed p using (measure, unit_id, item_id, period)
    left join known_size k using (points)
    left join steps_of_chance c
        on c.points = k.table_points and n.statistic >= c.from_statistic
        and (c.to_statistic is null or n.statistic < c.to_statistic)
)
select
    p.measure, p.unit_id, p.item_id, p.period, p.period_months, p.value, p.is_provisional, p.is_sum,
    if(p.has_limits, p.centre * p.factor, null) as mean,
    if(p.has_limits, (p.centre - p.half_width) * p.factor, null) as lower,
    if(p.has_limits, (p.centre + p.half_width) * p.factor, null) as upper,
    p.factor, p.points, p.has_limits, p.points < threshold('signal_trial_points') as is_trial,
    p.season, p.season_en, p.rebase_reason, p.rebase_reason_en, p.target, p.polarity,
    case when p.has_limits then xmr_assurance(p.target, p.centre - p.half_width, p.centre + p.half_width, p.polarity) end
        as assurance,
    n.rule, if(n.rule is null, null, if(n.heading > 0, 'up', 'down')) as direction,
    case
        when not p.is_judged then 'none'
        when n.rule is null then 'ordinary'
        when (n.heading > 0) = (p.polarity = 'higher') then 'good'
        else 'bad'
    end as signal,
    n.since, n.run_points, p.gap * 100 / nullif(p.centre, 0) as change_pct, if(p.is_judged, c.p_value, null) as p_value,
    p.weight, p.headline_change_pct, alarm.alarm_rate
from placed p
left join named n using (measure, unit_id, item_id, period)
left join chances c using (measure, unit_id, item_id, period)
left join known_size k on k.points = p.points
left join reference.signal_alarms alarm on alarm.points = k.table_points
