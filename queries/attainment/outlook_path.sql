-- title: Ramalan satu indikator sampai Desember
-- meaning: The year to date of one indicator of one unit (the chosen one, else the chosen agency, else its owner) at the end of each period to come, with its intervals, as seen from the last report up to the end of the range.
-- grain: one row a period to come
with latest as (
    select o.*
    from mart.attainment_outlook o
    join indicator_subject($indicator, $unit, $agency, $units) s using (unit_id)
    where o.indicator_id = $indicator and o.last_month <= $period_to and ($units is null or list_contains($units, o.unit_id))
    qualify row_number() over (order by o.period desc) = 1
)
select
    l.indicator_id, l.unit_id, l.last_month as seen_from, l.period_months,
    (l.last_month + to_months(l.period_months * s.step))::date as last_month,
    l.ahead[s.step] as forecast, l.ahead_lower_80[s.step] as lower_80, l.ahead_upper_80[s.step] as upper_80,
    l.ahead_lower_95[s.step] as lower_95, l.ahead_upper_95[s.step] as upper_95
from latest l
cross join lateral (select unnest(range(1, len(l.ahead) + 1))::integer as step) s
order by last_month
