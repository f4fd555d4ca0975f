-- title: Laporan yang diminta dari unit
-- meaning: How many reports fell due in the chosen months, how many of them came and in how many versions, and what was refused in files of the unit alone
-- grain: one row a unit
with due as (
    select
        status.*, cast(date_trunc('month', status.due_on) as date) as due_month
    from mart.reporting_status as status
    where status.is_expected
        and status.due_on between cast($period_from as date) and last_day(cast($period_to as date))
        and in_scope(status.unit_id, $agency, $unit, $units)
),
months as (select unit_id, due_month, count(*) as reports from due group by unit_id, due_month),
busy as (select unit_id, max(reports) as reports from months group by unit_id),
own as ( -- a file that speaks of several units tells nobody whose cell it was
    select file.unit_ids[1] as unit_id, count(*) as files, sum(file.rejects) as rejects
    from mart.quality_file as file
    where len(file.unit_ids) = 1
        and file.as_of >= cast($period_from as date) and file.as_of < cast($period_to as date) + interval 1 month
    group by file.unit_ids[1]
)
select
    due.unit_id,
    any_value(due.unit_name) as unit_name,
    any_value(due.unit_short_name) as unit_short_name,
    count(*) as asked,
    date_diff('month', cast($period_from as date), cast($period_to as date)) + 1 as months,
    count(*) / cast(date_diff('month', cast($period_from as date), cast($period_to as date)) + 1 as double) as asked_per_month,
    cast(any_value(busy.reports) as bigint) as asked_most,
    count(*) filter (where due.is_received) as received,
    count(*) filter (where due.is_received and due.received_at is not null) as logged,
    -- Versions are known where a log says so; of others nobody knows how often they were sent.
    cast(sum(due.versions) filter (where due.is_received and due.received_at is not null) as bigint) as versions,
    sum(due.versions) filter (where due.is_received and due.received_at is not null)
    / nullif(cast(count(*) filter (where due.is_received and due.received_at is not null) as double), 0) as versions_per_report,
    cast(any_value(own.files) as bigint) as own_files,
    cast(any_value(own.rejects) as bigint) as own_rejects,
    any_value(own.rejects) / nullif(cast(any_value(own.files) as double), 0) as rejects_per_file
from due
join busy using (unit_id)
left join own using (unit_id)
group by due.unit_id
order by asked desc, unit_short_name, due.unit_id
