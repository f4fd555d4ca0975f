-- title: Angka indikator per periode
-- meaning: What each unit was to report of an indicator in a period, and what it reported; an agency without a figure of its own gets one from its units: numerators over denominators or sums, never a mean of ratios.
-- grain: one row an indicator, unit and period that was due or reported
with reported as (
    select
        r.indicator_id, r.unit_id, year(r.period) as year, r.period, r.period_months, r.numerator, r.denominator,
        r.value_text, i.aggregation, ratio_factor(i.unit_of_measure) as factor,
        case
            when r.numerator is null or r.denominator is null then r.value
            when i.aggregation = 'ratio' or r.value is null
                then r.numerator / nullif(r.denominator, 0) * ratio_factor(i.unit_of_measure)
            else r.value
        end as value
    from realisation r
    left join indicator i using (indicator_id)
    where r.value is not null or r.value_text is not null or (r.numerator is not null and r.denominator is not null)
),
rhythm as ( -- how often a unit reports an indicator in a year
    select indicator_id, unit_id, year, mode(period_months) as period_months from reported group by all
),
indicator_rhythm as (select indicator_id, mode(period_months) as period_months from reported group by all),
reached as ( -- the end of the last period that anybody reported, by length of period
    select period_months, max(period + to_months(period_months))::date as end_on from reported group by all
),
targeted as (select distinct indicator_id, unit_id, year(period) as year from target),
in_use as (select indicator_id, year from targeted union select indicator_id, year from reported),
expected as ( -- who is to report: who has a target of his own, or reported this year or the year before
    select indicator_id, unit_id, year from targeted
    union
    select indicator_id, unit_id, year from reported
    union
    select r.indicator_id, r.unit_id, n.year
    from reported r join in_use n on n.indicator_id = r.indicator_id and n.year = r.year + 1
),
paced as (
    select e.*, coalesce(own.period_months, any_unit.period_months, everybody.period_months) as period_months
    from expected e
    left join rhythm own using (indicator_id, unit_id, year)
    left join indicator_rhythm any_unit using (indicator_id)
    cross join (select mode(period_months) as period_months from reported) everybody
),
due as ( -- where targets name only some periods of a year, such as a predicate given once, nothing is due in the others
    select p.indicator_id, p.unit_id, p.year, s.start as period, p.period_months
    from paced p
    join reached e using (period_months)
    cross join
        lateral (
            select make_date(p.year, 1 + k.k::integer, 1) as start from range(0, 12) k (k) where k.k % p.period_months = 0
        ) s
    left join unit u on u.unit_id = p.unit_id
    left join indicator i on i.indicator_id = p.indicator_id
    where s.start + to_months(p.period_months) <= e.end_on and is_there(u.valid_from, u.valid_until, s.start, p.period_months)
        and is_there(i.valid_from, i.valid_until, s.start, p.period_months)
        and (
            not exists (
                from target t where t.indicator_id = p.indicator_id and t.unit_id = p.unit_id
                    and year(t.period) = p.year and t.period_months = p.period_months
            )
            or exists (
                from target t where t.indicator_id = p.indicator_id and t.unit_id = p.unit_id and year(t.period) = p.year
                    and (t.period_months > p.period_months or (t.period = s.start and t.period_months = p.period_months))
            )
        )
),
spine as (
    select indicator_id, unit_id, year, period, period_months from due
    union
    select indicator_id, unit_id, year, period, period_months from reported
),
own as (
    select
        s.*, r.value, r.numerator, r.denominator, r.value_text,
        r.indicator_id is not null as is_reported
    from spine s
    left join reported r using (indicator_id, unit_id, year, period, period_months)
),
from_units as (
    select
        o.indicator_id, a.agency_id as unit_id, o.year, o.period, o.period_months, i.aggregation,
        ratio_factor(i.unit_of_measure) as factor,
        count(*) as expected_units,
        count(*) filter (o.is_reported) as answered_units,
        count(*) filter (o.numerator is not null and o.denominator > 0) as quotient_units,
        count(*) filter (o.value is not null) as value_units,
        sum(o.numerator) filter (o.denominator > 0) as numerator,
        sum(o.denominator) filter (o.numerator is not null) as denominator,
        sum(o.value) as total
    from own o
    join unit_agencies() a using (unit_id)
    left join indicator i using (indicator_id)
    group by all
),
rolled_up as (
    select
        f.indicator_id, f.unit_id, f.year, f.period, f.period_months,
        case
            when f.aggregation = 'sum' then f.total
            when f.quotient_units > 0 then f.numerator / nullif(f.denominator, 0) * f.factor
        end as value,
        f.numerator, f.denominator, null::varchar as value_text, f.answered_units > 0 as is_reported,
        case when f.aggregation = 'sum' then f.value_units when f.quotient_units > 0 then f.quotient_units else 0 end
            as reported_units,
        f.expected_units
    from from_units f
    anti join (select * from own where is_reported) o using (indicator_id, unit_id, year, period, period_months)
)
select
    indicator_id, unit_id, year, period, period_months,
    (period + to_months(period_months - 1))::date as last_month,
    'units' as source, value, numerator, denominator, value_text, is_reported, reported_units, expected_units
from rolled_up
union all
select
    o.indicator_id, o.unit_id, o.year, o.period, o.period_months,
    (o.period + to_months(o.period_months - 1))::date,
    'own', o.value, o.numerator, o.denominator, o.value_text, o.is_reported, o.is_reported::bigint, 1
from own o
anti join rolled_up u using (indicator_id, unit_id, year, period, period_months)
