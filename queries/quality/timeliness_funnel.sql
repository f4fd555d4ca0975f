-- title: Ketepatan laporan unit yang berbeda ukuran
-- meaning: Reports received on time of those whose time is known, by unit, with its 95 % interval, beside the limits that chance and the usual spread between units leave for that many reports
-- grain: one row a unit (part 'unit'), then one row a step of the limit curves (part 'limit')
with chosen as (
    select unit_id, sum(on_time) as x, sum(timed) as n
    from mart.reporting_discipline
    where ($report_kind is null or report_kind = $report_kind) and in_scope(unit_id, $agency, $unit, $units)
        and ($period_from is null or period + to_months(period_months) > $period_from)
        and ($period_to is null or period <= $period_to)
    group by unit_id
    having sum(timed) > 0
)
select
    funnel.*, coalesce(unit.short_name, funnel.unit_id) as short_name,
    threshold('funnel_min_units') as min_units, threshold('funnel_min_denominator') as min_size
from funnel('chosen', 'proportion', 100, 'higher', threshold('funnel_min_denominator')) as funnel
left join unit on unit.unit_id = funnel.unit_id
order by funnel.part desc, funnel.unit_id is null, short_name, funnel.n
