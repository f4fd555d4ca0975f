-- title: Akankah tercapai?
-- meaning: Each indicator with a target for the year of what was chosen (a unit, an agency, or all agencies): realised to date, rate so far and needed, the year's end that is forecast with its interval, and the probability of meeting the target; least likely first.
-- grain: one row an indicator and unit
with as_of as (select max(as_of) as as_of from mart.attainment_position where as_of <= $period_to),
latest as ( -- the last report of the year
    select o.*, u.kind as unit_kind, u.short_name as unit_short_name, u.name as unit_name, g.agency_id
    from mart.attainment_outlook o
    join unit u using (unit_id)
    left join unit_agencies() g on g.unit_id = o.unit_id
    where o.last_month <= $period_to and o.year = (select year(as_of) from as_of)
        and in_scope(o.unit_id, $agency, $unit, $units)
        and ($indicator is null or o.indicator_id = $indicator)
    qualify row_number() over (partition by o.indicator_id, o.unit_id order by o.period desc) = 1
)
select
    l.* exclude (kind, unit_kind, ahead, ahead_lower_80, ahead_upper_80, ahead_lower_95, ahead_upper_95),
    coalesce(i.name, l.indicator_id) as indicator_name, i.unit_of_measure
from latest l
left join indicator i using (indicator_id)
where $unit is not null
    or l.unit_id = $agency
    or ($agency is null and l.unit_kind in ('agency', 'district'))
    or not exists (
        from latest o where o.unit_id = $agency or ($agency is null and o.unit_kind in ('agency', 'district'))
    )
order by
    l.state = 'complete', l.probability is null, l.probability, l.required_rate is null,
    l.target_year / nullif(l.forecast, 0) desc, l.indicator_id, l.unit_id
