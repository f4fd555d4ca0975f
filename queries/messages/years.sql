-- title: Dua tahun pelaporan unit
-- meaning: Reports of each unit that fell due in the twelve months to the data's date, and in the twelve before: how many, on time, known by time, with something to mend
-- grain: one row a unit
with as_of as (select cast(as_of as date) as day from load.build),
status as (
    select
        status.*,
        case
            when status.due_on > as_of.day - interval 12 months then 'now'
            when status.due_on > as_of.day - interval 24 months then 'before'
        end as year
    from mart.reporting_status as status
    cross join as_of
    where status.due_on <= as_of.day and status.is_expected
),
told as ( -- what is odd or was refused in a file that speaks of the unit, whether it is of the unit or not
    select unit_id, 1 as attention from load.finding cross join as_of
    where severity = 'attention' and unit_id is not null and coalesce(period, as_of.day) > as_of.day - interval 13 months
    union all
    select unnest(file.unit_ids), 1 from mart.quality_file as file cross join as_of
    where (file.rejects > 0 or file.status in ('refused', 'held')) and file.as_of > as_of.day - interval 12 months
    union all
    select unnest(file.unit_ids), 1
    from mart.quality_file as file
    join load.finding as finding on finding.file_id = file.file_id and finding.severity = 'attention' and finding.unit_id is null
    cross join as_of
    where file.as_of > as_of.day - interval 12 months
),
attention as (select unit_id, count(*) as attention from told group by unit_id)
select
    status.unit_id,
    any_value(status.unit_short_name) as unit_short_name,
    count(*) filter (where year = 'now') as expected,
    count(*) filter (where year = 'now' and is_received) as received,
    count(*) filter (where year = 'now' and is_timed) as timed,
    count(*) filter (where year = 'now' and is_on_time) as on_time,
    count(*) filter (where year = 'before') as expected_before,
    count(*) filter (where year = 'before' and is_timed) as timed_before,
    count(*) filter (where year = 'before' and is_on_time) as on_time_before,
    coalesce(any_value(attention.attention), 0) as attention
from status
left join attention using (unit_id)
where year is not null and in_scope(status.unit_id, $agency, $unit, $units)
group by status.unit_id
order by status.unit_id
