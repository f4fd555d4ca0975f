-- title: Target indikator untuk dibandingkan
-- meaning: The target, its upper bound or its predicate in words, with the row that gives it
-- grain: one row an indicator, unit and period
select
    fact.unit_id, fact.indicator_id as item_id, cast(null as varchar) as part_id, fact.period, fact.period_months,
    fact.value,
    coalesce(fact.value_text, printf('%g', fact.value_max)) as text,
    {'file_id': fact.file_id, 'sheet': fact.sheet, 'row': fact.row} as place
from target as fact
left join load.file as file using (file_id)
qualify row_number() over (
        partition by fact.unit_id, fact.indicator_id, fact.period, fact.period_months order by file.as_of desc, fact.file_id, fact.row
    ) = 1
