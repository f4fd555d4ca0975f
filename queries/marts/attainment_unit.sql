-- title: Capaian unit
-- meaning: The weighted mean of the capped attainments of a unit's indicators with the interval that their ordinary variation leaves (lower_pct, upper_pct; from varied_indicators of them), how many of them reported and how many have an attainment; the district's is that over its agencies' and its own indicators.
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
        sum(attainment_capped_pct * weight) / nullif(sum(weight) filter (attainment_capped_pct is not null), 0) as attainment_pct,
        weighted_half_width(capped_spread_points, weight) as half_width_points, count(capped_spread_points) as varied_indicators,
        count(*) as indicators,
        count(*) filter (is_reported) as reported_indicators,
        count(attainment_pct) as rated_indicators,
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
    b.attainment_pct as previous_pct, m.attainment_pct - b.attainment_pct as change_points,
    u.name as unit_name, u.short_name, u.kind, u.parent_id, u.kecamatan_code
from mean m
left join mean b on b.unit_id = m.unit_id and b.as_of = (m.as_of - interval 1 year)::date
left join unit u on u.unit_id = m.unit_id
