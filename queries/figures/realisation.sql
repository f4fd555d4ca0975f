-- title: Realisasi indikator untuk dibandingkan
-- meaning: What was realised, or the quotient of its numerator and denominator, both in words, with the row that gives it
-- grain: one row an indicator, unit and period
select
    fact.unit_id, fact.indicator_id as item_id, cast(null as varchar) as part_id, fact.period, fact.period_months,
    coalesce(fact.value, fact.numerator / nullif(fact.denominator, 0)) as value,
    coalesce(fact.value_text, printf('%g', fact.numerator) || ' / ' || printf('%g', fact.denominator)) as text,
    {'file_id': fact.file_id, 'sheet': fact.sheet, 'row': fact.row} as place
from realisation as fact
left join load.file as file using (file_id)
qualify row_number() over (
        partition by fact.unit_id, fact.indicator_id, fact.period, fact.period_months order by file.as_of desc, fact.file_id, fact.row
    ) = 1
