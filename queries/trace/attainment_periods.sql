-- title: Periode di balik satu capaian
-- meaning: What an indicator of a unit brought in each period of the year of its latest period up to the end of the range, with its target, and what both come to from January on; without numerator and denominator where they tell a small count of patients
-- grain: one row a period
with latest as (
    select year, period_months, last_month
    from mart.attainment_period
    where indicator_id = $indicator and unit_id = $unit and last_month <= $period_to
        and ($units is null or list_contains($units, unit_id))
    qualify row_number() over (order by last_month desc, is_reported desc, period_months desc) = 1
)
select
    fact.period, fact.period_months, fact.last_month, fact.is_reported, fact.value,
    case when not hidden.is_hidden then fact.numerator end as numerator,
    case when not hidden.is_hidden then fact.denominator end as denominator,
    fact.value_text, fact.target, fact.target_max, fact.target_text, fact.target_source, fact.is_prorated, fact.source,
    fact.reported_units, fact.expected_units, fact.value_ytd, fact.target_ytd, fact.attainment_pct
from mart.attainment_period as fact
join latest using (year, period_months)
left join indicator on indicator.indicator_id = fact.indicator_id
cross join
    lateral ( -- of an agency also where one of its units has a small count, which the sum less the others would tell
        select
            coalesce(
                bool_or(
                    tells_small_count(indicator.counts_patients, indicator.name, unit.kind, part.numerator, part.denominator)
                ), false
            ) as is_hidden
        from realisation as part
        left join unit on unit.unit_id = part.unit_id
        left join unit_agencies() as above on above.unit_id = part.unit_id
        where part.indicator_id = fact.indicator_id and part.period = fact.period and part.period_months = fact.period_months
            and (part.unit_id = fact.unit_id or (fact.source = 'units' and above.agency_id = fact.unit_id))
    ) as hidden
where fact.indicator_id = $indicator and fact.unit_id = $unit and fact.last_month <= latest.last_month
order by fact.period
