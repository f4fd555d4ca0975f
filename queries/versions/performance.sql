-- title: What each file says of targets and realisations
-- meaning: The target and the realisation of each indicator, unit and period in each file
-- grain: one row a file, indicator, unit, period and figure (target or realisation)
with named as (
    select
        report.*, coalesce(unit_name.unit_id, root.unit_id) as unit_id, indicator_name.indicator_id
    from lake.performance as report
    join lake.indicator_name
        on indicator_name.code is not distinct from report.code
            and indicator_name.indicator is not distinct from report.indicator
    left join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    cross join lake.root_unit as root
    where report.unit is null or unit_name.unit_id is not null
)
select file_id, unit_id, period, period_months, indicator_id || '/target' as part, target as figure, target_text as word
from named
where target is not null or target_text is not null
union all
select
    file_id, unit_id, period, period_months, indicator_id || '/realisation',
    coalesce(realisation, numerator / nullif(denominator, 0)), realisation_text
from named
where realisation is not null or realisation_text is not null or numerator is not null
