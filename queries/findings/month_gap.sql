-- title: Months that disappear
-- meaning: A month without a report between months that have one
-- grain: one row a month
with monthly as (
    select distinct unit_id, month from visit
),
followed as (
    select unit_id, month, lead(month) over (partition by unit_id order by month) as next_month from monthly
),
gap as (
    select
        unit_id,
        cast(unnest(generate_series(cast(month + to_months(1) as date), cast(next_month - to_months(1) as date), to_months(1))) as date)
            as month
    from followed
    where next_month > month + to_months(1)
)
select
    'month_gap' as code, case when count(*) = 1 then min(unit_id) end as unit_id, month as period, cast(null as varchar) as file_id,
    cast(null as varchar) as sheet, cast(null as integer) as row, strftime(month, '%Y-%m') as month, count(*) as units
from gap
group by month
