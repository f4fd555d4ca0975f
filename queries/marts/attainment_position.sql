-- title: Posisi capaian indikator
-- meaning: Where each indicator of a unit stood at the end of a reporting period: its latest period of that year, due by then, of units that were there, with the same months of the year before, both of the units that are in both.
-- grain: one row an indicator, unit and as-of month
with as_of as ( -- the ends of periods of the commonest length, so that all indicators are compared at the same moments
    select distinct year, last_month as as_of
    from mart.attainment_period
    where is_reported and period_months = (select mode(period_months) from mart.attainment_period where is_reported)
),
position as (
    select a.as_of, p.*
    from as_of a
    join mart.attainment_period p on p.year = a.year and p.last_month <= a.as_of
    left join unit u on u.unit_id = p.unit_id
    where is_there(u.valid_from, u.valid_until, a.as_of, 1)
    qualify row_number() over (
            partition by a.as_of, p.indicator_id, p.unit_id order by p.last_month desc, p.is_reported desc, p.period_months desc
        ) = 1
)
select
    p.*, c.compared_units, c.compared_pct, c.compared_capped_pct, c.previous_pct, c.previous_capped_pct, c.previous_value_ytd,
    c.compared_pct - c.previous_pct as change_points,
    u.kind as unit_kind, u.parent_id
from position p
left join mart.attainment_change c using (indicator_id, unit_id, period, period_months)
left join unit u on u.unit_id = p.unit_id
