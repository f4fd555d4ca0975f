-- title: Target yang terlalu mudah
-- meaning: Indicators whose attainment went over the cap at the last reporting period of every year known, two years or more: the target tells little.
-- grain: one row an indicator and unit
with yearly as (
    select *
    from mart.attainment_position
    where as_of <= $period_to and attainment_pct is not null and cap_pct is not null
        and in_scope(unit_id, $agency, $unit, $units)
        and ($unit is not null or unit_kind in ('agency', 'district'))
        and ($indicator is null or indicator_id = $indicator)
    qualify row_number() over (partition by indicator_id, unit_id, year order by as_of desc) = 1
)
select
    y.indicator_id,
    any_value(y.indicator_name) as indicator_name,
    y.unit_id,
    any_value(u.short_name) as unit_short_name,
    any_value(g.agency_id) as agency_id,
    any_value(y.cap_pct) as cap_pct, count(*) as years, min(y.year) as first_year, max(y.year) as last_year,
    min(y.attainment_pct) as lowest_pct, max_by(y.attainment_pct, y.as_of) as attainment_pct
from yearly y
join unit u using (unit_id)
left join unit_agencies() g on g.unit_id = y.unit_id
group by y.indicator_id, y.unit_id
having count(*) >= 2 and bool_and(y.attainment_pct > y.cap_pct)
order by lowest_pct desc, y.indicator_id
