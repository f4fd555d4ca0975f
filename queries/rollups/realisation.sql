-- title: Realisations
-- meaning: The newest realisation of each indicator, unit and period
-- grain: one row an indicator, unit and period
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
    where (report.realisation is not null or report.realisation_text is not null or report.numerator is not null)
        and (report.unit is null or unit_name.unit_id is not null)
        and (report.unit is not null or indicator.owner_unit_id is not null or report.ownership is distinct from 'missing')
),
ranked as (
    select
        *, row_number() over (
            partition by indicator_id, unit_id, period, period_months order by as_of desc, sha256 desc, sheet, row
        ) as newest
    from named
)
select
    indicator_id, unit_id, period, period_months, realisation as value, numerator, denominator, realisation_text as value_text,
    evidence, submitted_at, obstacle, solution, follow_up, follow_up_by, follow_up_due, file_id, sheet, row
from ranked
where newest = 1
