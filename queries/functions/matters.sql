-- The indicators of the highest level in view (the unit chosen, the agency, all agencies, or what the viewer may see) at the last
-- reporting period: attainment, chance of the year's target, how long the target has been missed, and what missing it weighs.
create or replace macro indicators_in_view(period_to, an_agency, a_unit, the_units) as table
    with moment as (select max(as_of) as as_of from mart.attainment_position where as_of <= period_to),
    chosen as (
        select p.*
        from mart.attainment_position p
        where p.as_of = (select as_of from moment) and in_scope(p.unit_id, an_agency, a_unit, the_units)
    ),
    level as (
        select * from chosen
        where a_unit is not null
            or unit_id = an_agency
            or (an_agency is null and unit_kind in ('agency', 'district'))
            or not exists (
                from chosen c where c.unit_id = an_agency or (an_agency is null and c.unit_kind in ('agency', 'district'))
            )
    ),
    foreseen as ( -- of a year that is over what came of it
        select
            indicator_id, unit_id, period as seen_from, state = 'complete' as is_over,
            if(is_over, actual, forecast) as forecast, lower_80, upper_80, target_year as year_target,
            if(is_over, is_met::integer::double, probability) as probability,
            case when is_over and is_met then 'met' when is_over and not is_met then 'missed' else chance end as chance
        from mart.attainment_outlook
        where last_month <= period_to and year = (select year(as_of) from moment)
        qualify row_number() over (partition by indicator_id, unit_id order by period desc) = 1
    ),
    past as (
        select
            p.indicator_id, p.unit_id,
            list(p.attainment_pct order by p.as_of) as course,
            max(p.as_of) filter (p.attainment_pct >= 100) as reached_at
        from mart.attainment_position p
        join level using (indicator_id, unit_id)
        where p.as_of <= (select as_of from moment)
        group by all
    ),
    missed as ( -- the first period of those in which the target to date was not reached, up to now
        select p.indicator_id, p.unit_id, arg_min(p.period, p.as_of) as since, arg_min(p.period_months, p.as_of) as since_months
        from mart.attainment_position p
        join past a using (indicator_id, unit_id)
        where p.as_of <= (select as_of from moment)
            and p.as_of > coalesce(a.reached_at, p.as_of - interval 1 day)
            and p.attainment_pct < 100
        group by all
    ),
    said as ( -- the cause that was given last, in this year
        select
            indicator_id, unit_id, arg_max(obstacle, period) as obstacle,
            arg_max(follow_up, period) filter (obstacle is not null) as follow_up
        from realisation
        where obstacle is not null and period <= period_to and year(period) = (select year(as_of) from moment)
        group by all
    ),
    weighed as (
        select
            l.*, f.* exclude (indicator_id, unit_id), a.course, s.since, s.since_months, w.tier, w.weight as matter_weight,
            o.obstacle, o.follow_up,
            -- how far the target is missed: as it stands, else (reached so far, or not reported) as it is foreseen
            coalesce(
                if(l.attainment_pct < 100, 100 - l.attainment_pct, null),
                abs(f.forecast - f.year_target) * 100 / nullif(abs(f.year_target), 0)
            ) as gap_pct
        from level l
        left join foreseen f using (indicator_id, unit_id)
        left join past a using (indicator_id, unit_id)
        left join missed s using (indicator_id, unit_id)
        left join said o using (indicator_id, unit_id)
        left join mart.indicator_weight w using (indicator_id)
    )
    select
        v.*,
        coalesce(v.chance in ('unlikely', 'impossible', 'out_of_reach', 'missed'), false) as is_unlikely,
        coalesce(v.matter_weight, 1) * consequence(m.weight, m.full_gap, v.gap_pct, 1 - v.probability) as consequence
    from weighed v
    cross join (from reference.matters where matter = 'forecast') m;
