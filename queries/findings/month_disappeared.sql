-- title: Months that a newer version no longer has
-- meaning: A unit's month that an older report gives and a newer one of the same year, with months in common, leaves out
-- grain: one row a unit, month and newer file
with named as (
    select distinct unit_name.unit_id, report.period as month, report.file_id, file.as_of, file.sha256, file.name, file.source
    from lake.visit as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    join load.file as file on file.file_id = report.file_id
),
pair as (
    select distinct
        older.unit_id, older.file_id as older_file_id, newer.file_id as newer_file_id, newer.name as newer_name,
        cast(date_trunc('year', older.month) as date) as year
    from named as older
    join named as newer on newer.unit_id = older.unit_id and newer.month = older.month
    where newer.source = older.source
        and (newer.as_of > older.as_of or (newer.as_of = older.as_of and newer.sha256 > older.sha256))
),
wide as (
    -- A correction of a single month leaves the others alone; only a report of several months can lose one.
    select unit_id, file_id, cast(date_trunc('year', month) as date) as year
    from named
    group by unit_id, file_id, cast(date_trunc('year', month) as date)
    having count(distinct month) > 1
)
select
    'month_disappeared' as code, older.unit_id, older.month as period, older.file_id, cast(null as varchar) as sheet,
    cast(null as integer) as row, strftime(older.month, '%Y-%m') as month, pair.newer_name as file_new
from pair
join wide on wide.unit_id = pair.unit_id and wide.file_id = pair.newer_file_id and wide.year = pair.year
join
    named
        as older
    on older.unit_id = pair.unit_id and older.file_id = pair.older_file_id
        and cast(date_trunc('year', older.month) as date) = pair.year
left join named as newer on newer.unit_id = pair.unit_id and newer.file_id = pair.newer_file_id and newer.month = older.month
where newer.unit_id is null
