-- title: Signal or noise
-- meaning: Each point of a watched series with its limits, raised again by the movement that all units share; the rule for special causes that it belongs to, since when, and how often noise alone gives as much; and the old step that it stands after, if nothing has changed since (a new start of the limits may be declared then)
-- grain: one row a measure, unit, item and period
with placed as (
    select
        f.*,
        coalesce(l.points, 0) as points,
        coalesce(l.left_out, 0) as left_out,
        coalesce(l.has_limits, false) as has_limits,
        l.centre,
        l.half_width,
        coalesce(l.is_count, false) as is_count,
        c.lower as count_lower, c.upper as count_upper, c.p_value as count_chance
    from mart.signal_freed f
    left join mart.signal_limit l using (measure, unit_id, item_id, segment)
    left join mart.signal_count c using (measure, unit_id, item_id, period)
),
steps_of_chance as (
    select
        points, statistic as from_statistic, p_value as from_p,
        lead(statistic) over by_size as to_statistic, lead(p_value) over by_size as to_p,
        lag(statistic, 3) over by_size as before_statistic, lag(p_value, 3) over by_size as before_p
    from (
        select points, p_value, statistic from reference.signal_surprise
        union all select distinct points, 1, 0 from reference.signal_surprise
    )
    window by_size as (partition by points order by statistic)
),
known_size as ( -- the table has some numbers of points; the next smaller one is the more careful
    select p.points, max(r.points) as table_points
    from (select distinct points from placed) p join reference.signal_alarms r on r.points <= p.points
    group by p.points
),
chanced as (
    select
        n.* exclude (rule), n.rule as chart_rule, true as is_judged, n.is_of_others or n.is_settled as is_no_news,
        case
            when is_no_news then 1
            else coalesce(
                    p.count_chance,
                    xmr_chance(n.statistic, c.from_statistic, c.from_p, c.to_statistic, c.to_p),
                    xmr_chance_beyond(n.statistic, c.from_statistic, c.from_p, c.before_statistic, c.before_p), 1 / p.points
                )
        end as p_value,
        n.is_leaning and not is_no_news as leans
    from mart.signal_rule n
    join placed p using (measure, unit_id, item_id, period)
    left join known_size k using (points)
    left join steps_of_chance c
        on c.points = k.table_points and n.statistic >= c.from_statistic
            and (c.to_statistic is null or n.statistic < c.to_statistic)
),
judged as (
    select
        *,
        case
            when is_no_news then null
            -- a slow drift is one signal, said as such, instead of the runs that it makes
            when leans and drift_heading = heading and is_rare_by_chance and coalesce(chart_rule, '') <> 'trend'
                then 'drift'
            when chart_rule is not null then chart_rule
            when leans and is_rare_by_chance then 'run'
        end as rule
    from (select *, p_value <= threshold('signal_run_chance') as is_rare_by_chance from chanced)
)
select
    p.measure, p.unit_id, p.item_id, p.period, p.period_months, p.value, p.is_provisional, p.is_sum,
    if(p.has_limits, p.centre * p.factor, null) as mean,
    if(p.has_limits, coalesce(p.count_lower, (p.centre - p.half_width / sqrt(if(p.is_sum, p.coverage, 1))) * p.factor), null) as lower,
    if(p.has_limits, coalesce(p.count_upper, (p.centre + p.half_width / sqrt(if(p.is_sum, p.coverage, 1))) * p.factor), null) as upper,
    p.factor,
    p.coverage,
    p.units_counted,
    p.units_expected,
    p.is_slip,
    p.left_out,
    p.points,
    p.has_limits,
    p.points < threshold('signal_trial_points') as is_trial,
    p.season, p.season_en, p.rebase_reason, p.rebase_reason_en, p.target, p.polarity,
    case when p.has_limits then xmr_assurance(p.target, p.centre - p.half_width, p.centre + p.half_width, p.polarity) end
        as assurance,
    n.rule, if(n.rule is null, null, if(n.heading > 0, 'up', 'down')) as direction,
    case
        when n.is_judged is null then 'none'
        when n.rule is null then 'ordinary'
        when (n.heading > 0) = (p.polarity = 'higher') then 'good'
        else 'bad'
    end as signal,
    if(n.leans and n.heading <> 0, if(n.heading > 0, 'up', 'down'), null) as leaning,
    if(n.rule = 'drift', n.drift_since, n.since) as since, if(n.rule = 'drift', n.drift_points, n.run_points) as run_points,
    (p.freed_value - p.centre) * 100 / nullif(p.centre, 0) as change_pct, n.p_value,
    p.weight, p.headline_change_pct, if(p.is_count, threshold('signal_run_chance'), alarm.alarm_rate) as alarm_rate,
    if(n.is_settled, n.level_since, null) as step_since,
    if(n.is_settled, (p.centre + n.step_gap_before) * p.factor, null) as step_before,
    if(n.is_settled, (p.centre + n.step_gap) * p.factor, null) as step_after
from placed p
left join judged n using (measure, unit_id, item_id, period)
left join known_size k on k.points = p.points
left join reference.signal_alarms alarm on alarm.points = k.table_points
