-- title: Pembayar
-- meaning: The values that may be chosen in the filter, in the order of the reference table.
-- grain: one row a value
select payer_id as id, name, name_en
from reference.payers
where payer_id <> 'total'
order by rowid
