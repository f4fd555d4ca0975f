-- title: Periode di balik satu capaian
-- meaning: What an indicator of a unit brought in each period of the year that its latest figure is made of up to the end of the range, with its target, and what both come to from January on; without numerator and denominator where they tell a small count of patients
-- grain: one row a period
with latest as (
    select indicator_id, unit_id, year, period, period_months, last_month
    from mart.attainment_period
    where indicator_id = $indicator and unit_id = $unit and last_month <= $period_to
        and ($units is null or list_contains($units, unit_id))
    qualify row_number() over (order by last_month desc, is_reported desc, period_months desc) = 1
),
part as (select part.* from mart.attainment_part as part join latest using (indicator_id, unit_id, period, period_months))
select
    fact.period, fact.period_months, fact.last_month, fact.is_reported, fact.value,
    case when not hidden.is_hidden then fact.numerator end as numerator,
    case when not hidden.is_hidden then fact.denominator end as denominator,
    fact.value_text, fact.target, fact.target_max, fact.target_text, fact.target_source, fact.is_prorated, fact.source,
    fact.reported_units, fact.expected_units, fact.value_ytd, fact.target_ytd, fact.attainment_pct
from mart.attainment_period as fact
join latest using (indicator_id, unit_id, year)
cross join
    lateral ( -- of an agency also where one of its units has a small count
        select coalesce(bool_or(told.is_rounded), false) as is_hidden
        from mart.attainment_part as told
        where told.indicator_id = fact.indicator_id and told.unit_id = fact.unit_id and told.period = fact.period
            and told.period_months = fact.period_months
            and told.part_period <= fact.last_month and told.part_last_month >= fact.period
    ) as hidden
where fact.last_month <= latest.last_month
    -- a report whose place a longer one took is no part of the figure
    and (
        fact.source = 'units' or not fact.is_reported
        or exists (
            from part
            where part.part_unit_id = fact.unit_id and part.part_period = fact.period and part.part_period_months = fact.period_months
        )
    )
order by fact.last_month, fact.period
