-- title: Capaian dari waktu ke waktu
-- meaning: The weighted mean of the capped attainments of what was chosen at the end of each reporting period, year to date, up to the end of the range.
-- grain: one row an as-of month
with chosen as (
    select * from mart.attainment_position
    where as_of <= $period_to
        and in_scope(unit_id, $agency, $unit, $units)
        and ($indicator is null or indicator_id = $indicator)
),
level as (
    select * from chosen
    where $unit is not null
        or unit_id = $agency
        or ($agency is null and unit_kind in ('agency', 'district'))
        or not exists (
            from chosen c where c.unit_id = $agency or ($agency is null and c.unit_kind in ('agency', 'district'))
        )
)
select
    as_of,
    weighted_mean(attainment_capped_pct, weight) as attainment_pct,
    count(*) as indicators,
    count(*) filter (is_reported) as reported_indicators,
    count(attainment_pct) as rated_indicators
from level
group by as_of
order by as_of
