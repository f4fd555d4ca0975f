-- title: Ringkasan capaian
-- meaning: The weighted mean of the capped attainments of what was chosen (a unit, an agency, or all agencies), at the last reporting period up to the end of the range, with the mean at a cap of 100, the range if those not reported were 0 or 100, how many reach their target, and the change since the year before over those that both years have.
-- grain: one row
with as_of as (select max(as_of) as as_of from mart.attainment_position where as_of <= $period_to),
chosen as (
    select p.*
    from mart.attainment_position p
    where p.as_of = (select as_of from as_of) and in_scope(p.unit_id, $agency, $unit, $units)
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
    max(as_of) as as_of,
    max(period_months) filter (as_of = last_month) as period_months,
    weighted_mean(attainment_capped_pct, weight) as attainment_pct,
    weighted_mean(capped_at_100(attainment_capped_pct), weight) as capped_100_pct,
    weighted_mean_if(attainment_capped_pct, weight, reason, 0) as least_pct,
    weighted_mean_if(attainment_capped_pct, weight, reason, 100) as most_pct,
    weighted_mean(previous_capped_pct, weight) as previous_pct,
    weighted_mean(compared_capped_pct, weight) - weighted_mean(previous_capped_pct, weight) as change_points,
    count(compared_capped_pct) as compared_indicators,
    attainment_band(weighted_mean(attainment_capped_pct, weight), max(year)) as band,
    attainment_band(weighted_mean(previous_capped_pct, weight), max(year) - 1) as previous_band,
    count(*) as indicators,
    count(*) filter (is_reported) as reported_indicators,
    count(attainment_pct) as rated_indicators,
    count(*) filter (is_provisional) as provisional_indicators,
    count(*) filter (reason in ('no_target', 'not_registered')) as without_target,
    count(*) filter (band = 1) as band_1, count(*) filter (band = 2) as band_2, count(*) filter (band = 3) as band_3,
    count(*) filter (band = 4) as band_4, count(*) filter (band = 5) as band_5,
    count(*) filter (attainment_pct >= 100) as met_indicators,
    count(*) filter (rate_state in ('behind', 'out_of_reach')) as behind_indicators,
    count(*) filter (rate_state = 'out_of_reach') as out_of_reach_indicators,
    count(*) filter (rate_state is not null) as paced_indicators
from level
