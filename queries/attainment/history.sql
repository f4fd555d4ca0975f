-- title: Capaian indikator per periode
-- meaning: Each indicator of one unit (the chosen one, else the chosen agency) at the end of each of the last eight reporting periods up to the end of the range, but not before a change of the unit that is not declared comparable.
-- grain: one row an indicator and as-of month
with chosen as (
    select *, dense_rank() over (order by as_of desc) as age
    from mart.attainment_position p
    where unit_id = coalesce($unit, $agency) and as_of <= $period_to
        and ($units is null or list_contains($units, unit_id))
        and ($indicator is null or indicator_id = $indicator)
        and not exists (
            from mart.unit_line line where line.unit_id = p.unit_id and line.part_id = p.unit_id and line.since > p.last_month
        )
)
select
    as_of, indicator_id, coalesce(indicator_name, indicator_id) as indicator_name, unit_id, unit_of_measure, period,
    period_months, last_month, value_ytd, value_text, target_ytd, target_max_ytd as target_max, target_text, attainment_pct, band, reason,
    is_reported, is_provisional, is_rounded, reported_units, expected_units
from chosen
where age <= 8
order by as_of, indicator_id
