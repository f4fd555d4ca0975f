-- title: Visits per 1,000 inhabitants of units of unlike size
-- meaning: Visits per 1,000 inhabitants and month of each unit with its 95 % interval, beside the limits that chance and the usual spread between units leave for its size; inhabitants count by the share of months that were reported
-- grain: one row a unit (part 'unit'), then one row a step of the limit curves (part 'limit')
with chosen as (
    select
        series.unit_id, sum(series.patients) as x,
        unit.population * count(series.patients) / count(*) as n,
        count(series.patients) as months_reported, count(*) as months_expected
    from mart.visit_series as series
    join unit using (unit_id)
    where service_id is not distinct from $service and payer_id is not distinct from $payer
        and in_scope(series.unit_id, $agency, $unit, $units) and unit.population > 0
        and ($period_from is null or month >= $period_from) and ($period_to is null or month <= $period_to)
    group by series.unit_id, unit.population
),
months as (select max(months_expected) as months from chosen)
select
    funnel.part, funnel.unit_id, coalesce(unit.short_name, funnel.unit_id) as short_name,
    funnel.x, funnel.n, funnel.value / months.months as value,
    funnel.lower / months.months as lower, funnel.upper / months.months as upper, funnel.overall / months.months as overall,
    funnel.lower_95 / months.months as lower_95, funnel.upper_95 / months.months as upper_95,
    funnel.lower_998 / months.months as lower_998, funnel.upper_998 / months.months as upper_998,
    funnel.is_small, funnel.standing, funnel.signal, funnel.z, funnel.phi, funnel.tau2, funnel.units,
    threshold('funnel_min_units') as min_units, threshold('funnel_min_expected') as min_size
from funnel('chosen', 'rate', 1000, 'higher', threshold('funnel_min_expected')) as funnel
cross join months
left join unit on unit.unit_id = funnel.unit_id
order by funnel.part desc, funnel.unit_id is null, short_name, funnel.n
