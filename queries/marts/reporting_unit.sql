-- title: Unit dan perangkat daerahnya
-- meaning: Each unit with the agency that it answers to: its highest ancestor below the district itself
-- grain: one row a unit
with recursive climb as (
    select unit_id, unit_id as ancestor_id, parent_id, 0 as steps from unit
    union all
    select climb.unit_id, parent.unit_id, parent.parent_id, climb.steps + 1
    from climb
    join unit as parent on parent.unit_id = climb.parent_id
    where parent.parent_id is not null and climb.steps < 8 -- a register that goes round in a circle must not hang a build
),
top as (select unit_id, arg_max(ancestor_id, steps) as agency_id from climb group by unit_id)
select
    unit.unit_id,
    unit.name as unit_name,
    unit.short_name as unit_short_name,
    unit.kind as unit_kind,
    top.agency_id,
    agency.name as agency_name,
    agency.short_name as agency_short_name
from unit
join top using (unit_id)
left join unit as agency on agency.unit_id = top.agency_id
