-- title: Matriks capaian
-- meaning: Each unit of the compared level against each of its indicators: attainment, band, or the reason why there is none. The level is the units of an agency where one is chosen and has any, else the agencies.
-- grain: one row a unit and indicator
with as_of as (select max(as_of) as as_of from mart.attainment_position where as_of <= $period_to),
place as (
    select coalesce(
        $agency, (select g.agency_id from unit_agencies() g where g.unit_id = $unit),
        (select u.unit_id from unit u where u.unit_id = $unit and u.kind = 'agency')
    ) as agency_id
),
visible as (
    select p.*, g.agency_id
    from mart.attainment_position p
    left join unit_agencies() g on g.unit_id = p.unit_id
    where p.as_of = (select as_of from as_of)
        and ($units is null or list_contains($units, p.unit_id))
        and ($indicator is null or p.indicator_id = $indicator)
)
select
    v.unit_id, u.name as unit_name, u.short_name, u.kind, v.agency_id, v.indicator_id,
    coalesce(v.indicator_name, v.indicator_id) as indicator_name, v.unit_of_measure, v.as_of, v.period, v.period_months,
    v.last_month,
    v.value_ytd,
    v.value_text,
    v.target_ytd,
    v.target_max_ytd as target_max,
    v.target_text,
    v.attainment_pct,
    v.band,
    v.reason,
    v.is_reported, v.is_provisional, v.is_rounded, v.reported_units, v.expected_units,
    row_number() over (partition by v.unit_id order by v.attainment_pct is null, v.attainment_pct, v.indicator_id) as place_in_unit
from visible v
join unit u using (unit_id)
cross join place
where case
        when exists (from visible c where c.agency_id = place.agency_id) then v.agency_id = place.agency_id
        when exists (from visible c where c.unit_kind = 'agency') then v.unit_kind = 'agency'
        else true
    end
order by u.name, v.indicator_id
