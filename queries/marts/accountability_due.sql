-- title: Indikator individu yang seharusnya ada
-- meaning: Indicators that a person's evaluation ought to list and does not: listed earlier in the year or again later, or listed by nearly all others of the job group; under another wording it is there
-- grain: one row an employee, period and absent individual indicator
with listed as (
    select employee_id, job_group, period, period_months, indicator_key, any_value(indicator) as indicator
    from mart.accountability_indicator
    group by employee_id, job_group, period, period_months, indicator_key
),
spoken as (select employee_id, job_group, period, period_months from mart.accountability_predicate),
-- The list of a year and of one kind of work; what comes new in the course of it is not due before.
yearly as (
    select
        employee_id,
        job_group,
        period_months,
        indicator_key,
        year(period) as listed_year,
        any_value(indicator) as indicator,
        min(min(period)) over (partition by employee_id, job_group, period_months, indicator_key) as first_period
    from listed
    group by employee_id, job_group, period_months, indicator_key, year(period)
),
peers as (
    select job_group, period, period_months, count(distinct employee_id) as people
    from listed
    group by job_group, period, period_months
),
shared as (
    select job_group, period, period_months, indicator_key, any_value(indicator) as indicator, count(*) as holders
    from listed
    group by job_group, period, period_months, indicator_key
),
lister as (select distinct employee_id, period, period_months from listed),
wanted as (
    select spoken.*, yearly.indicator_key, yearly.indicator, 'own_list' as due_by
    from spoken
    join yearly
        on yearly.employee_id = spoken.employee_id
            and yearly.job_group = spoken.job_group
            and yearly.period_months = spoken.period_months
            and yearly.listed_year = year(spoken.period)
            and yearly.first_period < spoken.period
    union all
    select spoken.*, shared.indicator_key, shared.indicator, 'group_list'
    from spoken
    join peers using (job_group, period, period_months)
    join shared using (job_group, period, period_months)
    left join lister
        on lister.employee_id = spoken.employee_id
            and lister.period = spoken.period
            and lister.period_months = spoken.period_months
    -- Counted over the others: what one person lists or leaves out has no part in what is due from that person.
    where is_group_indicator(shared.holders, peers.people - cast(lister.employee_id is not null as bigint))
),
absent as (
    select employee_id, job_group, period, period_months, indicator_key, min(indicator) as indicator, max(due_by) as due_by
    from wanted
    anti join listed using (employee_id, period, period_months, indicator_key)
    group by employee_id, job_group, period, period_months, indicator_key
),
-- Another wording of it: alike, and nobody lists both side by side.
reworded as (
    select absent.employee_id, absent.period, absent.period_months, absent.indicator_key, listed.indicator_key as other_key
    from absent
    join listed using (employee_id, period, period_months)
    where jaro_winkler_similarity(absent.indicator_key, listed.indicator_key) >= threshold('register_name_similarity')
),
beside as (
    select distinct one.indicator_key, other.indicator_key as other_key
    from (select distinct indicator_key, other_key from reworded) as pair
    join listed as one on one.indicator_key = pair.indicator_key
    join listed as other
        on other.indicator_key = pair.other_key
            and other.employee_id = one.employee_id
            and other.period = one.period
            and other.period_months = one.period_months
)
select absent.*
from absent
anti join (select * from reworded anti join beside using (indicator_key, other_key)) as known
    using (employee_id, period, period_months, indicator_key)
