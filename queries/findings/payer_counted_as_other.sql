-- title: Payers that the register lacks
-- meaning: Words for payers that the register does not know; their visits are counted under the payer "other or not stated"
-- grain: one row a file and word
select
    'payer_counted_as_other' as code, cast(null as varchar) as unit_id, cast(null as date) as period, report.file_id,
    min({'sheet': report.sheet, 'row': report.row}).sheet as sheet,
    min({'sheet': report.sheet, 'row': report.row}).row as row,
    cast(count(*) as varchar) as rows,
    report.payer as found
from lake.visit_row as report
join ( -- the sums say where to look
    select distinct said.file_id, said.payer
    from lake.visit as said
    join lake.counted_otherwise as unknown on unknown.register = 'payer' and unknown.raw = said.payer
) as unknown on unknown.file_id = report.file_id and unknown.payer = report.payer
group by report.file_id, report.payer
