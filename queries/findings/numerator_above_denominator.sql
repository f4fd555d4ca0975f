-- title: More than the denominator
-- meaning: A realisation in percent whose numerator is above its denominator, unless its indicator is registered with another unit of measure
-- grain: one row an indicator, unit and period
select
    'numerator_above_denominator' as code, fact.unit_id, fact.period, fact.file_id, fact.sheet, fact.row, indicator.name as indicator,
    case when unit.kind = 'health_centre' and fact.numerator < few.least_shown then '1–' || (few.least_shown - 1)
        else printf('%.15g', fact.numerator)
    end as found,
    case when unit.kind = 'health_centre' and fact.denominator < few.least_shown then '1–' || (few.least_shown - 1)
        else printf('%.15g', fact.denominator)
    end as expected
from realisation as fact
join indicator on indicator.indicator_id = fact.indicator_id
left join unit on unit.unit_id = fact.unit_id
cross join
    (select cast(max(value) filter (where key = 'suppression_min_patients') as bigint) as least_shown from reference.thresholds) as few
where fact.denominator > 0 and fact.numerator > fact.denominator
    and (indicator.unit_of_measure is null or regexp_matches(lower(trim(indicator.unit_of_measure)), '^(%|persen|percent)'))
