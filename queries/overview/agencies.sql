-- title: Perangkat daerah
-- meaning: The agencies that may be chosen in the filter.
-- grain: one row an agency
select unit_id as id, name, null::varchar as name_en
from unit
where kind = 'agency' and ($units is null or list_contains($units, unit_id))
order by name
