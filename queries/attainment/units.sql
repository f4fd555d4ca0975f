-- title: Peringkat unit menurut capaian
-- meaning: Units of one level compared: the units of an agency where one is chosen and has any, else the agencies; the weighted mean of their capped attainments with the interval that their ordinary variation leaves (of units whose intervals overlap none is better), the mean with a cap of 100, the range if those not reported were 0 or 100, how many reach their target, the change in points since the year before over the indicators that both years have, and how complete it is.
-- grain: one row a unit
with as_of as (select max(as_of) as as_of from mart.attainment_position where as_of <= $period_to),
place as ( -- a unit is compared with the other units of its agency
    select coalesce(
        $agency, (select g.agency_id from unit_agencies() g where g.unit_id = $unit),
        (select u.unit_id from unit u where u.unit_id = $unit and u.kind = 'agency')
    ) as agency_id
),
visible as (
    select p.*, g.agency_id, o.capped_spread_points
    from mart.attainment_position p
    left join mart.attainment_variation o using (indicator_id, unit_id, as_of)
    left join unit_agencies() g on g.unit_id = p.unit_id
    where p.as_of = (select as_of from as_of)
        and ($units is null or list_contains($units, p.unit_id))
        and ($indicator is null or p.indicator_id = $indicator)
),
compared as (
    select v.*
    from visible v cross join place
    where case
            when exists (from visible c where c.agency_id = place.agency_id) then v.agency_id = place.agency_id
            when exists (from visible c where c.unit_kind = 'agency') then v.unit_kind = 'agency'
            else true
        end
),
mean as (
    select
        unit_id, any_value(agency_id) as agency_id, any_value(year) as year, max(as_of) as as_of,
        weighted_mean(attainment_capped_pct, weight) as attainment_pct,
        weighted_mean(capped_at_100(attainment_capped_pct), weight) as capped_100_pct,
        weighted_mean_if(attainment_capped_pct, weight, reason, 0) as least_pct,
        weighted_mean_if(attainment_capped_pct, weight, reason, 100) as most_pct,
        weighted_mean(compared_capped_pct, weight) as compared_pct, weighted_mean(previous_capped_pct, weight) as previous_pct,
        count(compared_capped_pct) as compared_indicators, count(*) filter (attainment_pct >= 100) as met_indicators,
        weighted_half_width(capped_spread_points, weight, attainment_capped_pct) as half_width_points,
        count(capped_spread_points) as varied_indicators,
        count(*) as indicators, count(*) filter (is_reported) as reported_indicators,
        count(attainment_pct) as rated_indicators, count(*) filter (is_provisional) as provisional_indicators,
        count(*) filter (band >= 4) as low_indicators
    from compared group by unit_id
)
select
    rank() over (order by m.attainment_pct desc nulls last) as rank,
    m.unit_id, u.name as unit_name, u.short_name, u.kind, m.agency_id, m.as_of,
    m.attainment_pct, m.attainment_pct - m.half_width_points as lower_pct, m.attainment_pct + m.half_width_points as upper_pct,
    m.varied_indicators, attainment_band(m.attainment_pct, m.year) as band,
    m.previous_pct, attainment_band(m.previous_pct, m.year - 1) as previous_band,
    m.compared_pct - m.previous_pct as change_points, m.compared_indicators, m.met_indicators, m.capped_100_pct, m.least_pct, m.most_pct,
    m.indicators, m.reported_indicators, m.rated_indicators, m.low_indicators,
    m.reported_indicators < m.indicators or m.provisional_indicators > 0 as is_provisional,
    coalesce(m.unit_id = coalesce($unit, $agency), false) as is_chosen
from mean m
join unit u using (unit_id)
order by m.attainment_pct desc nulls last, u.name
