-- title: Zero denominators
-- meaning: A realisation of something whose denominator is zero: there is no quotient. Nothing of nobody (0 of 0) is a report like any other
-- grain: one row an indicator, unit and period
select
    'denominator_zero' as code, fact.unit_id, fact.period, fact.file_id, fact.sheet, fact.row, indicator.name as indicator,
    case when unit.kind = 'health_centre' and fact.numerator between 1 and few.least_shown - 1 then '1–' || (few.least_shown - 1)
        else printf('%.15g', fact.numerator)
    end as found
from realisation as fact
join indicator on indicator.indicator_id = fact.indicator_id
left join unit on unit.unit_id = fact.unit_id
cross join
    (select cast(max(value) filter (where key = 'suppression_min_patients') as bigint) as least_shown from reference.thresholds) as few
where fact.denominator = 0 and fact.numerator is distinct from 0
