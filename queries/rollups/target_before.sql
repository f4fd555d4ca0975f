-- title: Targets before a revision
-- meaning: The targets that a newer file, or a column beside them, revised: from and until which day each held; the first held from the beginning. A target revised in a report of periods that are over is of the last of them at the latest; files of one day are one version.
-- grain: one row an indicator, unit, period and version
with named as (
    select
        indicator_name.indicator_id, coalesce(unit_name.unit_id, indicator.owner_unit_id, root.unit_id) as unit_id, report.*,
        file.as_of, file.sha256
    from lake.performance as report
    join lake.indicator_name
        on indicator_name.code is not distinct from report.code
            and indicator_name.indicator is not distinct from report.indicator
    join indicator on indicator.indicator_id = indicator_name.indicator_id
    join load.file as file on file.file_id = report.file_id
    left join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    cross join lake.root_unit as root
    where (report.target is not null or report.target_text is not null) and (report.unit is null or unit_name.unit_id is not null)
        and (report.unit is not null or indicator.owner_unit_id is not null or report.ownership is distinct from 'missing')
),
reported as (
    select file_id, year(period) as year, max(cast(period + to_months(period_months) as date)) as end_on
    from lake.performance
    where realisation is not null or realisation_text is not null or numerator is not null
    group by file_id, year(period)
),
ranked as (
    select
        *, row_number() over (
            partition by indicator_id, unit_id, period, period_months, cast(as_of as date) order by as_of desc, sha256 desc, sheet, row
        ) as newest_of_day
    from named
),
stated as (
    select
        indicator_id, unit_id, period, period_months, target as value, target_max as value_max, target_text as value_text, 2 as step,
        as_of, file_id, sheet, row
    from ranked
    where newest_of_day = 1
    union all
    select
        indicator_id, unit_id, period, period_months, target_before, null, target_before_text, 1, as_of, file_id, sheet, row
    from ranked
    where newest_of_day = 1 and (target_before is not null or target_before_text is not null)
),
followed as (
    select
        *, row_number() over version as number,
        lag(value) over version as last_value, lag(value_max) over version as last_max, lag(value_text) over version as last_text
    from stated
    window version as (partition by indicator_id, unit_id, period, period_months order by as_of, step)
),
dated as (
    select
        followed.*,
        case when number > 1 then
                least(cast(as_of as date), coalesce(cast(reported.end_on - to_days(1) as date), cast(as_of as date)))
        end as day
    from followed
    left join reported on reported.file_id = followed.file_id and reported.year = year(followed.period)
    where number = 1 or value is distinct from last_value or value_max is distinct from last_max
        or value_text is distinct from last_text
),
ordered as (
    select
        *, max(day) over (
            partition by indicator_id, unit_id, period, period_months
            order by as_of, step rows between unbounded preceding and current row
        ) as valid_from
    from dated
),
versions as (
    select
        *, lead(valid_from) over (
            partition by indicator_id, unit_id, period, period_months order by as_of, step
        ) as valid_until
    from ordered
)
select
    indicator_id, unit_id, period, period_months, value, value_max, value_text, file_id, sheet, row, valid_from, valid_until
from versions
where valid_until is not null
