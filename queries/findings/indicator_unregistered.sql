-- title: Unregistered indicators
-- meaning: An indicator that a target or realisation names and the register does not know
-- grain: one row an indicator
select 'indicator_unregistered' as code, cast(null as varchar) as unit_id, cast(null as date) as period, file_id, sheet, row, name as found
from indicator
where not is_registered
