-- title: Survey answers
-- meaning: Respondents' answers, or the element means of a recap form; of two forms, or a period within a longer one, the index counts one
-- grain: one row a respondent, or a line of a recap form
with gone as (
    select distinct file_id, unit_id, period, period_months, part from lake.replaced where kind = 'response'
),
named as (
    select
        unit_name.unit_id, report.*, service_name.service_id,
        case when report.respondents = 1 and report.reported_index is null then 'own' else 'recap' end as form
    from lake.response as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    left join lake.service_name on service_name.raw = report.service
),
standing as (
    select named.*, cast(named.period + to_months(named.period_months) as date) as until
    from named
    left join gone as wholly
        on wholly.unit_id = named.unit_id and wholly.period = named.period and wholly.period_months = named.period_months
            and wholly.file_id = named.file_id and wholly.part is null
    left join gone as partly
        on partly.unit_id = named.unit_id and partly.period = named.period and partly.period_months = named.period_months
            and partly.file_id = named.file_id and partly.part = coalesce(named.service_id, 'total')
    where wholly.file_id is null and partly.file_id is null
),
-- What a unit says of one period in one form; of respondents' own answers every month is a period.
block as (
    select unit_id, period, period_months, until, form, sum(respondents) as respondents
    from standing
    group by unit_id, period, period_months, until, form
),
pair as (
    select
        longer.unit_id, longer.period, longer.period_months, longer.form, longer.respondents, shorter.period as part_period,
        shorter.period_months as part_months, shorter.form as part_form, shorter.respondents as part_respondents
    from block as longer
    join block as shorter
        on shorter.unit_id = longer.unit_id and shorter.period >= longer.period and shorter.until <= longer.until
            and (
                shorter.period_months < longer.period_months
                or (shorter.period_months = longer.period_months and shorter.form < longer.form)
            )
),
level as (
    select unit_id, period, period_months, form, respondents, sum(part_respondents) as part_respondents
    from pair
    group by unit_id, period, period_months, form, respondents, part_months, part_form
),
-- A longer report gives way to shorter ones (a recap to the answers themselves) that together have no fewer respondents.
yielding as (
    select unit_id, period, period_months, form
    from level
    group by unit_id, period, period_months, form, respondents
    having max(part_respondents) >= respondents
),
contained as (
    select distinct pair.unit_id, pair.part_period as period, pair.part_months as period_months, pair.part_form as form
    from pair
    left join yielding
        on yielding.unit_id = pair.unit_id and yielding.period = pair.period and yielding.period_months = pair.period_months
            and yielding.form = pair.form
    where yielding.unit_id is null
),
uncounted as (
    select unit_id, period, period_months, form from yielding
    union
    select unit_id, period, period_months, form from contained
)
select
    standing.unit_id, standing.period as month, standing.period_months, service_id, respondents,
    u1, u2, u3, u4, u5, u6, u7, u8, u9, reported_index, uncounted.unit_id is null as is_counted, file_id, sheet, row
from standing
left join uncounted
    on uncounted.unit_id = standing.unit_id and uncounted.period = standing.period and uncounted.period_months = standing.period_months
        and uncounted.form = standing.form
