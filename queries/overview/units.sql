-- title: Unit
-- meaning: The units that may be chosen in the filter, those of one agency where one is chosen.
-- grain: one row a unit
select unit_id as id, name, null::varchar as name_en
from unit
where kind <> 'district'
    and ($agency is null or unit_id = $agency or parent_id = $agency)
    and ($units is null or list_contains($units, unit_id))
order by kind <> 'agency', name
