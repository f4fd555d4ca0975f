-- title: What each file says of visits
-- meaning: Where two files speak of one unit and month: the patients by service and payer of each; where all say the same, one row a file
-- grain: one row a file, unit, month and part (service/payer; `=` all of it; null: that the file speaks of the month, and of a register from which to which day)
with reported as (
    select
        report.file_id, unit_name.unit_id, report.period, report.period_months,
        case when report.service is null then 'total' else service_name.service_id end as service_id,
        case when report.payer is null then 'total' else payer_name.payer_id end as payer_id,
        coalesce(report.new_count + report.returning_count, report.patients) as patients, first_day, last_day
    from lake.visit as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    left join lake.service_name on service_name.raw = report.service
    left join lake.payer_name on payer_name.raw = report.payer
),
sent as (
    select
        file_id, unit_id, period, period_months,
        strftime(min(first_day), '%d') || '–' || strftime(max(last_day), '%d') as days
    from reported
    where service_id is not null and payer_id is not null
    group by file_id, unit_id, period, period_months
),
contested as (
    select unit_id, period, period_months from sent group by unit_id, period, period_months having count(*) > 1
),
concerned as (
    select distinct sent.file_id
    from sent
    join contested on contested.unit_id = sent.unit_id and contested.period = sent.period
        and contested.period_months = sent.period_months
),
summed as (
    select
        reported.file_id, reported.unit_id, reported.period, reported.period_months, service_id, payer_id,
        cast(sum(patients) as double) as figure
    from reported
    join contested
        on contested.unit_id = reported.unit_id and contested.period = reported.period
            and contested.period_months = reported.period_months
    where service_id is not null and payer_id is not null
    group by all
),
stated as (
    -- A total beside its parts in one file is no part of its own, as in the rollup.
    select * from summed
    window one_report as (partition by file_id, unit_id, period, period_months)
    qualify not (service_id = 'total' and max(case when service_id <> 'total' then 1 else 0 end) over one_report = 1)
        and not (payer_id = 'total' and max(case when payer_id <> 'total' then 1 else 0 end) over one_report = 1)
),
printed as (
    select unit_id, period, period_months, file_id, bit_xor(hash(service_id, payer_id, figure)) as print, sum(figure) as figure
    from stated
    group by unit_id, period, period_months, file_id
),
alike as (
    select unit_id, period, period_months
    from printed
    group by unit_id, period, period_months
    having count(distinct print) = 1
)
select
    stated.file_id, stated.unit_id, stated.period, stated.period_months, service_id || '/' || payer_id as part, stated.figure,
    cast(null as varchar) as word
from stated
left join alike on alike.unit_id = stated.unit_id and alike.period = stated.period and alike.period_months = stated.period_months
where alike.unit_id is null
union all
select printed.file_id, printed.unit_id, printed.period, printed.period_months, '=', printed.figure, null
from printed
join alike on alike.unit_id = printed.unit_id and alike.period = printed.period and alike.period_months = printed.period_months
union all
select sent.file_id, sent.unit_id, sent.period, sent.period_months, null, null, days
from sent
join concerned on concerned.file_id = sent.file_id
