-- title: Kelompok jabatan
-- meaning: The values that may be chosen in the filter, in the order of the reference table.
-- grain: one row a value
select job_group as id, name, name_en
from reference.job_groups
where job_group <> 'total'
order by rowid
