-- title: Monthly visits of every slice, gaps included
-- meaning: Patients of a unit in a month, for all services and payers together (both null) and for each service, payer and pair that the unit ever reported; null where missing. The same month of last year is that of the units that it was made of, where that is declared comparable, and null across a change that is not
-- grain: one row a unit, month, service (null for all) and payer (null for all), for every month of the build in which the unit is there
with known as (
    select
        slice.*, changed.unit_id is not null as is_changed,
        lag(slice.patients, 12) over (
            partition by slice.unit_id, slice.service_id, slice.payer_id order by slice.month
        ) as own_last_year
    from mart.visit_slice as slice
    left join (select distinct unit_id from mart.visit_line) as changed using (unit_id)
),
compared as (
    select
        known.* exclude (own_last_year, is_changed),
        case
            when line.unit_id is null then known.own_last_year -- no change, or both months before it
            when not line.is_of_parts then line.patients_last_year
            when known.month - to_months(12) >= coalesce(own.since, date '0001-01-01') then known.own_last_year
        end as patients_last_year
    from known
    left join mart.visit_line as line
        on known.is_changed and line.unit_id = known.unit_id and line.month = known.month
            and line.service_id is not distinct from known.service_id and line.payer_id is not distinct from known.payer_id
    left join mart.unit_line as own on known.is_changed and own.unit_id = known.unit_id and own.part_id = known.unit_id
)
select
    *,
    is_reported and patients_last_year is not null as is_comparable,
    visit_change_pct(patients, patients_last_year) as change_pct
from compared
