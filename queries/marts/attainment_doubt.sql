-- title: Jumlah yang belum jelas
-- meaning: Amounts that look as if each figure were the sum since January, of which the register has not said which it is (finding amount_looks_cumulative); of an agency also those of its units. They are not added up.
-- grain: one row an indicator and unit
with found as ( -- the finding names the indicator, and the row of its newest figure
    select distinct r.indicator_id, f.unit_id
    from load.finding f
    join realisation r on r.file_id = f.file_id and r.sheet is not distinct from f.sheet and r.row is not distinct from f.row
    join indicator i on i.indicator_id = r.indicator_id
    where f.code = 'amount_looks_cumulative' and contains(f.message, '"' || i.name || '"')
)
select indicator_id, unit_id from found
union
select f.indicator_id, a.agency_id from found f join unit_agencies() a using (unit_id)
union
select f.indicator_id, a.unit_id from found f join unit_agencies() a on a.agency_id = f.unit_id
