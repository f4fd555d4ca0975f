-- title: Posisi satu indikator
-- meaning: The latest period of one indicator up to the end of the range, for the chosen unit, else the chosen agency, else its owner, with the same months of the year before, both of the units that are in both.
-- grain: one row
with latest as (
    select p.*
    from mart.attainment_period p
    join indicator_subject($indicator, $unit, $agency, $units) s using (unit_id)
    where p.indicator_id = $indicator and p.last_month <= $period_to and ($units is null or list_contains($units, p.unit_id))
    qualify row_number() over (order by p.last_month desc, p.is_reported desc, p.period_months desc) = 1
)
select
    c.* replace (c.target_max_ytd as target_max), u.short_name as unit_short_name, u.name as unit_name, u.kind as unit_kind, g.agency_id,
    b.compared_units, b.previous_pct, b.compared_pct - b.previous_pct as change_points
from latest c
join unit u using (unit_id)
left join unit_agencies() g on g.unit_id = c.unit_id
left join mart.attainment_change b using (indicator_id, unit_id, period, period_months)
