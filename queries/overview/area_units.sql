-- title: Unit pelayanan kecamatan
-- meaning: The service units of one kecamatan that the viewer covers: those whose attainment is the kecamatan's on the map.
-- grain: one row a service unit
select unit_id
from unit
where kecamatan_code = $kecamatan and kind not in ('agency', 'district') and in_scope(unit_id, null, null, $units)
order by unit_id
