-- title: Ringkasan capaian
-- meaning: The weighted mean of the capped attainments of what was chosen (a unit, an agency, or all agencies), at the last reporting period up to the end of the range, against the same moment of the year before.
-- grain: one row
with as_of as (select max(as_of) as as_of from mart.attainment_position where as_of <= $period_to),
chosen as (
    select p.*, p.as_of = a.as_of as is_now
    from mart.attainment_position p
    join as_of a on p.as_of in (a.as_of, (a.as_of - interval 1 year)::date)
    where in_scope(p.unit_id, $agency, $unit, $units)
        and ($indicator is null or p.indicator_id = $indicator)
),
level as ( -- the highest level in view: the unit chosen, the agency, all agencies, or what the viewer may see
    select * from chosen
    where $unit is not null
        or unit_id = $agency
        or ($agency is null and unit_kind in ('agency', 'district'))
        or not exists (
            from chosen c where c.unit_id = $agency or ($agency is null and c.unit_kind in ('agency', 'district'))
        )
)
select
    max(as_of) filter (is_now) as as_of,
    max(period_months) filter (is_now and as_of = last_month) as period_months,
    sum(attainment_capped_pct * weight) filter (is_now)
    / nullif(sum(weight) filter (is_now and attainment_capped_pct is not null), 0) as attainment_pct,
    sum(attainment_capped_pct * weight) filter (not is_now)
    / nullif(sum(weight) filter (not is_now and attainment_capped_pct is not null), 0) as previous_pct,
    attainment_band(
        sum(attainment_capped_pct * weight) filter (is_now)
        / nullif(sum(weight) filter (is_now and attainment_capped_pct is not null), 0),
        max(year) filter (is_now)
    ) as band,
    attainment_band(
        sum(attainment_capped_pct * weight) filter (not is_now)
        / nullif(sum(weight) filter (not is_now and attainment_capped_pct is not null), 0),
        max(year) filter (not is_now)
    ) as previous_band,
    count(*) filter (is_now) as indicators,
    count(*) filter (is_now and is_reported) as reported_indicators,
    count(attainment_pct) filter (is_now) as rated_indicators,
    count(*) filter (is_now and is_provisional) as provisional_indicators,
    count(*) filter (is_now and reason in ('no_target', 'not_registered')) as without_target,
    count(*) filter (is_now and band = 1) as band_1, count(*) filter (is_now and band = 2) as band_2,
    count(*) filter (is_now and band = 3) as band_3, count(*) filter (is_now and band = 4) as band_4,
    count(*) filter (is_now and band = 5) as band_5,
    count(*) filter (is_now and attainment_pct >= 100) as met_indicators,
    count(*) filter (is_now and rate_state in ('behind', 'out_of_reach')) as behind_indicators,
    count(*) filter (is_now and rate_state = 'out_of_reach') as out_of_reach_indicators,
    count(*) filter (is_now and rate_state is not null) as paced_indicators
from level
