-- title: Realisasi indikator untuk dibandingkan
-- meaning: What was realised, or the quotient of its numerator and denominator, both in words, with the row that gives it; not in words where they tell a small count of a health centre
-- grain: one row an indicator, unit and period
select
    fact.unit_id, fact.indicator_id as item_id, cast(null as varchar) as part_id, fact.period, fact.period_months,
    coalesce(fact.value, fact.numerator / nullif(fact.denominator, 0)) as value,
    coalesce(
        fact.value_text,
        -- an earlier build has no macro for it and does not say which indicators count patients
        case when unit.kind is distinct from 'health_centre' or not (
                    fact.numerator between 1 and least_shown.patients - 1 or fact.denominator between 1 and least_shown.patients - 1
                    or fact.denominator - fact.numerator between 1 and least_shown.patients - 1
                ) then printf('%g', fact.numerator) || ' / ' || printf('%g', fact.denominator)
        end
    ) as text,
    {'file_id': fact.file_id, 'sheet': fact.sheet, 'row': fact.row} as place
from realisation as fact
cross join (select max(cast(value as bigint)) as patients from reference.thresholds where key = 'suppression_min_patients') as least_shown
left join unit using (unit_id)
left join load.file as file using (file_id)
qualify row_number() over (
        partition by fact.unit_id, fact.indicator_id, fact.period, fact.period_months order by file.as_of desc, fact.file_id, fact.row
    ) = 1
