-- title: Layanan
-- meaning: The values that may be chosen in the filter, in the order of the reference table.
-- grain: one row a value
select service_id as id, name, name_en
from reference.services
where service_id <> 'total'
order by rowid
