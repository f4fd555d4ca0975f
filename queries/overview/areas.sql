-- title: Capaian tiap kecamatan
-- meaning: Not narrowed to one unit, so that it can be compared: the weighted mean of the capped attainments of the service units of a kecamatan at the last reporting period up to the end of the range, with its band and the interval that their ordinary variation leaves, how many of its indicators have an attainment, and the unit with the lowest one.
-- grain: one row a kecamatan
with position as (
    select p.*, u.kecamatan_code, v.capped_spread_points
    from mart.attainment_position p
    left join mart.attainment_variation v using (indicator_id, unit_id, as_of)
    join unit u using (unit_id)
    where p.as_of = (select max(as_of) from mart.attainment_position where as_of <= $period_to)
        and u.kind not in ('agency', 'district') and in_scope(p.unit_id, $agency, null, $units)
),
unit_mean as (
    select
        kecamatan_code, unit_id, sum(attainment_capped_pct * weight order by indicator_id) as points,
        sum(weight order by indicator_id) filter (attainment_capped_pct is not null) as weight,
        count(*) as indicators, count(attainment_capped_pct) as rated_indicators, max(year) as year
    from position
    group by all
),
area as (
    select
        kecamatan_code, sum(points order by unit_id) / nullif(sum(weight order by unit_id), 0) as attainment_pct, max(year) as year,
        count(*) as units, cast(sum(indicators) as bigint) as indicators,
        cast(sum(rated_indicators) as bigint) as rated_indicators,
        arg_min(unit_id, points / nullif(weight, 0)) as lowest_unit_id
    from unit_mean
    group by kecamatan_code
),
varied as (
    select kecamatan_code, weighted_half_width(capped_spread_points, weight, attainment_capped_pct) as half_width_points
    from position
    group by kecamatan_code
)
select
    k.kecamatan_code, k.name, a.units, a.attainment_pct,
    a.attainment_pct - v.half_width_points as lower_pct, a.attainment_pct + v.half_width_points as upper_pct,
    attainment_band(a.attainment_pct, a.year) as band,
    a.indicators, a.rated_indicators, a.lowest_unit_id
from reference.kecamatan k
left join area a using (kecamatan_code)
left join varied v using (kecamatan_code)
order by a.attainment_pct desc nulls last, k.name
