-- title: Kecamatan
-- meaning: The kecamatan of the district that may be chosen on the map, by name.
-- grain: one row a kecamatan
select kecamatan_code as id, name, null::varchar as name_en
from reference.kecamatan
order by name
