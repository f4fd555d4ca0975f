-- title: Capaian unit
-- meaning: The weighted mean of the capped attainments of a unit's indicators with the interval that their ordinary variation leaves (lower_pct, upper_pct; from varied_indicators of them), the mean with a cap of 100, the range if those not reported were 0 or 100 (least_pct, most_pct), how many reported, have an attainment and reach their target, and the change over those that both years have (compared_indicators); the district's is that over its agencies' and its own indicators.
-- grain: one row a unit and as-of month
with counted as (
    select p.*, v.capped_spread_points, p.unit_id as counted_for
    from mart.attainment_position p
    left join mart.attainment_variation v using (indicator_id, unit_id, as_of)
    union all
    select p.*, v.capped_spread_points, d.unit_id
    from mart.attainment_position p
    left join mart.attainment_variation v using (indicator_id, unit_id, as_of)
    join unit d on d.kind = 'district' and d.unit_id <> p.unit_id
    join unit_ancestors() a on a.unit_id = p.unit_id and a.ancestor_id = d.unit_id
    where p.unit_kind = 'agency'
),
mean as (
    select
        counted_for as unit_id, year, as_of,
        weighted_mean(attainment_capped_pct, weight) as attainment_pct,
        weighted_mean(capped_at_100(attainment_capped_pct), weight) as capped_100_pct,
        weighted_mean_if(attainment_capped_pct, weight, reason, 0) as least_pct,
        weighted_mean_if(attainment_capped_pct, weight, reason, 100) as most_pct,
        weighted_mean(compared_capped_pct, weight) as compared_pct,
        weighted_mean(previous_capped_pct, weight) as previous_pct, count(compared_capped_pct) as compared_indicators,
        weighted_half_width(capped_spread_points, weight, attainment_capped_pct) as half_width_points,
        count(capped_spread_points) as varied_indicators,
        count(*) as indicators,
        count(*) filter (is_reported) as reported_indicators,
        count(attainment_pct) as rated_indicators,
        count(*) filter (attainment_pct >= 100) as met_indicators,
        count(*) filter (is_provisional) as provisional_indicators,
        count(*) filter (band = 1) as band_1, count(*) filter (band = 2) as band_2, count(*) filter (band = 3) as band_3,
        count(*) filter (band = 4) as band_4, count(*) filter (band = 5) as band_5
    from counted
    group by all
)
select
    m.* exclude (half_width_points), attainment_band(m.attainment_pct, m.year) as band,
    m.attainment_pct - m.half_width_points as lower_pct, m.attainment_pct + m.half_width_points as upper_pct,
    m.reported_indicators < m.indicators or m.provisional_indicators > 0 as is_provisional,
    m.compared_pct - m.previous_pct as change_points,
    u.name as unit_name, u.short_name, u.kind, u.parent_id, u.kecamatan_code
from mean m
left join unit u on u.unit_id = m.unit_id
