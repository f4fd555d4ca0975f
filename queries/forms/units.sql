-- title: Unit yang mengisi formulir
-- meaning: The units that are there in a month, with their kind, for whom a form can be filled in
-- grain: one row a unit
select unit_id, name as unit_name, short_name as unit_short_name, kind as unit_kind
from unit
where kind in ('agency', 'health_centre', 'district') and is_there(valid_from, valid_until, $month, 1)
    and in_scope(unit_id, $agency, $unit, $units)
order by short_name, unit_id
