-- title: Unit pelayanan menurut capaian
-- meaning: Not narrowed to one unit, so that it can be compared: the weighted mean of the capped attainments of each service unit at the last reporting period up to the end of the range, best first, with the interval that their ordinary variation leaves: of units whose intervals overlap none is better; a unit without any has none.
-- grain: one row a service unit
select
    unit_id, unit_name, short_name, kecamatan_code, as_of, attainment_pct, lower_pct, upper_pct, varied_indicators, band, change_points,
    indicators, rated_indicators, reported_indicators,
    case when attainment_pct is not null then rank() over (order by attainment_pct desc nulls last) end as rank
from mart.attainment_unit
where as_of = (select max(as_of) from mart.attainment_unit where as_of <= $period_to)
    and kind not in ('agency', 'district') and in_scope(unit_id, $agency, null, $units)
order by attainment_pct desc nulls last, unit_name
