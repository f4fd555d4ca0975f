-- title: Satu indikator dari waktu ke waktu
-- meaning: One indicator of one unit (the chosen one, else the chosen agency, else its owner): realised and target of the year to date, from January of the year before the range, but not before a change of the unit that is not declared comparable; the last row of a year that is still open is its target.
-- grain: one row a period
with known as (
    select p.*
    from mart.attainment_period p
    join indicator_subject($indicator, $unit, $agency, $units) s using (unit_id)
    where p.indicator_id = $indicator and p.last_month <= $period_to
        and p.last_month >= make_date((year($period_from) - 1)::integer, 1, 1)
        and ($units is null or list_contains($units, p.unit_id))
        and not exists (
            from mart.unit_line line where line.unit_id = p.unit_id and line.part_id = p.unit_id and line.since > p.last_month
        )
),
last_known as (select * from known qualify row_number() over (order by last_month desc, period_months desc) = 1)
select
    unit_id, indicator_id, period, period_months, last_month, value, value_text, target, target_text, value_ytd, target_ytd,
    target_max_ytd as target_max,
    target_year,
    attainment_pct,
    band,
    reason,
    is_reported,
    is_provisional,
    is_rounded,
    source,
    reported_units,
    expected_units,
    false as is_ahead
from known
union all by name
select
    unit_id, indicator_id, (make_date(year::integer, 12, 1) - to_months(period_months - 1))::date as period, period_months,
    make_date(year::integer, 12, 1) as last_month, target_year as target_ytd, target_year, false as is_rounded, true as is_ahead
from last_known
where month(last_month) < 12 and target_year is not null
order by last_month, period_months
