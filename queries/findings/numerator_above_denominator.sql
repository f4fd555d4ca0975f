-- title: More than the denominator
-- meaning: A realisation in percent whose numerator is above its denominator, unless its indicator is registered with another unit of measure
-- grain: one row an indicator, unit and period
select
    'numerator_above_denominator' as code, fact.unit_id, fact.period, fact.file_id, fact.sheet, fact.row, indicator.name as indicator,
    printf('%.15g', fact.numerator) as found, printf('%.15g', fact.denominator) as expected
from realisation as fact
join indicator on indicator.indicator_id = fact.indicator_id
where fact.denominator > 0 and fact.numerator > fact.denominator
    and (indicator.unit_of_measure is null or regexp_matches(lower(trim(indicator.unit_of_measure)), '^(%|persen|percent)'))
