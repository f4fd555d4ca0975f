-- title: Peringkat unit menurut capaian
-- meaning: Units of one level compared: the units of an agency where one is chosen and has any, else the agencies; the weighted mean of their capped attainments with the interval that their ordinary variation leaves (of units whose intervals overlap none is better), the change in points against the same moment of the year before, and how complete it is.
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
        sum(attainment_capped_pct * weight) / nullif(sum(weight) filter (attainment_capped_pct is not null), 0) as attainment_pct,
        weighted_half_width(capped_spread_points, weight) as half_width_points, count(capped_spread_points) as varied_indicators,
        count(*) as indicators, count(*) filter (is_reported) as reported_indicators,
        count(attainment_pct) as rated_indicators, count(*) filter (is_provisional) as provisional_indicators,
        count(*) filter (band >= 4) as low_indicators
    from compared group by unit_id
),
before as (
    select
        unit_id,
        sum(attainment_capped_pct * weight) / nullif(sum(weight) filter (attainment_capped_pct is not null), 0) as attainment_pct
    from mart.attainment_position
    where as_of = ((select as_of from as_of) - interval 1 year)::date and ($indicator is null or indicator_id = $indicator)
    group by unit_id
)
select
    rank() over (order by m.attainment_pct desc nulls last) as rank,
    m.unit_id, u.name as unit_name, u.short_name, u.kind, m.agency_id, m.as_of,
    m.attainment_pct, m.attainment_pct - m.half_width_points as lower_pct, m.attainment_pct + m.half_width_points as upper_pct,
    m.varied_indicators, attainment_band(m.attainment_pct, m.year) as band,
    b.attainment_pct as previous_pct, attainment_band(b.attainment_pct, m.year - 1) as previous_band,
    m.attainment_pct - b.attainment_pct as change_points,
    m.indicators, m.reported_indicators, m.rated_indicators, m.low_indicators,
    m.reported_indicators < m.indicators or m.provisional_indicators > 0 as is_provisional,
    coalesce(m.unit_id = coalesce($unit, $agency), false) as is_chosen
from mean m
join unit u using (unit_id)
left join before b using (unit_id)
order by m.attainment_pct desc nulls last, u.name
