-- title: Realisasi indikator untuk dibandingkan
-- meaning: What was realised, or the quotient of its numerator and denominator, both in words, with the row that gives it; of what tells a small count of a health centre, by itself or beside the parts of its period, no more than that it does
-- grain: one row an indicator, unit and period
with least_shown as ( -- an earlier build has no macro for it and does not say which indicators count patients
    select max(cast(value as bigint)) as patients, 3 * ceil((max(cast(value as bigint)) - 1) / 3) as reach
    from reference.thresholds
    where key = 'suppression_min_patients'
),
kind_of as ( -- a build of an earlier format may not say it
    select
        indicator_id, to_json(indicator) ->> 'counts_patients' = 'true' as is_of_patients,
        to_json(indicator) ->> 'amounts' = 'to_date' as is_to_date
    from indicator
),
told as (
    select
        fact.*, file.as_of,
        coalesce(unit.kind = 'health_centre' and case
            when fact.numerator between 1 and least_shown.patients - 1 then true
            when fact.denominator between 1 and least_shown.patients - 1 then true
            when fact.numerator > 0 and fact.numerator < fact.denominator
                then least(fact.numerator, fact.denominator - fact.numerator, (fact.denominator - 1) / 2) <= least_shown.reach
        end, false) or coalesce(
            kind_of.is_of_patients and fact.numerator is null and fact.denominator is null
            and (
                fact.value between 1 and least_shown.patients - 1
                or kind_of.is_to_date and fact.value - lag(fact.value) over (
                    partition by fact.indicator_id, fact.unit_id, year(fact.period)
                    order by fact.period + to_months(fact.period_months), file.as_of, fact.file_id, fact.row
                ) between 1 and least_shown.patients - 1
            ), false
        ) as is_of_few
    from realisation as fact
    left join kind_of using (indicator_id)
    cross join least_shown
    left join unit using (unit_id)
    left join load.file as file using (file_id)
),
beside as ( -- a longer period tells the one of its parts that the others leave
    select longer.unit_id, longer.indicator_id, longer.period, longer.period_months
    from told as longer
    join told as part
        on part.unit_id = longer.unit_id and part.indicator_id = longer.indicator_id and year(part.period) = year(longer.period)
            and part.period_months < longer.period_months and part.period >= longer.period
            and part.period + to_months(part.period_months) <= longer.period + to_months(longer.period_months)
    join unit on unit.unit_id = longer.unit_id and unit.kind = 'health_centre'
    group by longer.unit_id, longer.indicator_id, longer.period, longer.period_months
    having bool_or(part.is_of_few) or sum(part.period_months) <> longer.period_months
),
hidden as (
    select
        told.* replace (
            told.is_of_few or (told.unit_id, told.indicator_id, told.period, told.period_months) in (from beside) as is_of_few
        )
    from told
)
select
    fact.unit_id, fact.indicator_id as item_id, cast(null as varchar) as part_id, fact.period, fact.period_months,
    case when not fact.is_of_few then coalesce(fact.value, fact.numerator / nullif(fact.denominator, 0)) end as value,
    coalesce(
        fact.value_text,
        case when not fact.is_of_few then printf('%g', fact.numerator) || ' / ' || printf('%g', fact.denominator) end
    ) as text,
    {'file_id': fact.file_id, 'sheet': fact.sheet, 'row': fact.row} as place
from hidden as fact
qualify row_number() over (
        partition by fact.unit_id, fact.indicator_id, fact.period, fact.period_months order by fact.as_of desc, fact.file_id, fact.row
    ) = 1
