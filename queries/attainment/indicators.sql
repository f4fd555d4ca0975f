-- title: Daftar indikator
-- meaning: Each indicator of what was chosen (a unit, an agency, or all agencies): realised to date against the target to date and of the year, attainment, band or reason, the rate that the rest of the year needs and the rate so far.
-- grain: one row an indicator and unit
with as_of as (select max(as_of) as as_of from mart.attainment_position where as_of <= $period_to),
chosen as (
    select p.* from mart.attainment_position p
    where p.as_of = (select as_of from as_of)
        and in_scope(p.unit_id, $agency, $unit, $units)
        and ($indicator is null or p.indicator_id = $indicator)
)
select
    c.indicator_id, coalesce(c.indicator_name, c.indicator_id) as indicator_name, c.unit_id, u.short_name as unit_short_name,
    u.name as unit_name, u.kind as unit_kind, g.agency_id, c.unit_of_measure, c.polarity, c.aggregation, c.rule, c.weight,
    c.as_of,
    c.period,
    c.period_months,
    c.last_month,
    c.value_ytd,
    c.value_text,
    c.target_ytd,
    c.target_max_ytd as target_max,
    c.target_text,
    c.target_year, c.target_source, c.attainment_pct, c.attainment_capped_pct, c.cap_pct, c.band, c.reason, c.previous_pct,
    c.change_points, c.compared_units, c.source, c.reported_units, c.expected_units, c.is_reported,
    c.is_provisional,
    c.is_rounded,
    c.reported_months,
    c.due_months,
    c.open_months,
    c.rate_kind,
    c.required_rate,
    c.achieved_rate,
    c.rate_state
from chosen c
join unit u using (unit_id)
left join unit_agencies() g on g.unit_id = c.unit_id
where $unit is not null
    or c.unit_id = $agency
    or ($agency is null and c.unit_kind in ('agency', 'district'))
    or not exists (
        from chosen o where o.unit_id = $agency or ($agency is null and o.unit_kind in ('agency', 'district'))
    )
order by c.attainment_pct is null, c.attainment_pct, c.indicator_id
