-- title: Zero denominators
-- meaning: A realisation whose denominator is zero: there is no quotient, whatever its numerator
-- grain: one row an indicator, unit and period
select
    'denominator_zero' as code, fact.unit_id, fact.period, fact.file_id, fact.sheet, fact.row, indicator.name as indicator,
    printf('%.15g', fact.numerator) as found
from realisation as fact
join indicator on indicator.indicator_id = fact.indicator_id
where fact.denominator = 0
