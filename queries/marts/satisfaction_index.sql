-- title: Satisfaction index of each unit, missing quarters included
-- meaning: IKM = mean of the element means in use * 25, with grade, 95 % interval (own rows only, never from recap lines), respondents against the required sample (in doubt where more answered than were served), the reported index beside that of the rows that report one, and the change on the period before with its signal: good or bad only beyond chance
-- grain: one row a unit, period and service (null for all together); a quarter without a report has a row with a null index
with quarters as (
    select cast(unnest(generate_series(min(period), max(period), interval 3 month)) as date) as period
    from mart.satisfaction_respondent
),
units as (
    select distinct unit_id from mart.satisfaction_respondent
    union
    select distinct unit_id from load.expected_report where report_kind = 'satisfaction'
),
people as (
    select
        unit_id, period, period_months, service_id,
        cast(sum(respondents) as bigint) as respondents, cast(sum(own_rows) as bigint) as own_rows,
        cast(sum(recap_respondents) as bigint) as recap_respondents,
        sum(own_sum) as own_sum, sum(own_sum_squares) as own_sum_squares,
        sum(reported_sum) / nullif(sum(reported_respondents), 0) as reported_index
    from mart.satisfaction_respondent
    group by grouping sets ((unit_id, period, period_months), (unit_id, period, period_months, service_id))
),
missing as (
    select units.unit_id, quarters.period, 3 as period_months
    from units
    cross join quarters
    left join unit using (unit_id)
    where is_there(unit.valid_from, unit.valid_until, quarters.period, 3) and not exists (
        select 1 from people
        where people.unit_id = units.unit_id and quarters.period >= people.period
            and quarters.period < people.period + to_months(people.period_months)
    )
),
indices as (
    select unit_id, period, period_months, service_id, satisfaction_index_of(avg(mean_score)) as index, count(*) as elements_in_use
    from mart.satisfaction_element
    group by all
),
-- What a recap says of itself is held against its own rows, not against others of the same period.
recap as (
    select unit_id, period, period_months, service_id, satisfaction_index_of(avg(mean_score)) as index
    from (
        select
            unit_id, period, period_months, service_id, element, sum(reported_score_sum) / sum(reported_answered) as mean_score
        from mart.satisfaction_score
        group by grouping sets (
            (unit_id, period, period_months, element), (unit_id, period, period_months, service_id, element)
        )
        having sum(reported_answered) > 0
    )
    group by all
),
served as (
    select people.unit_id, people.period, people.period_months, people.service_id,
        cast(sum(series.patients) as bigint) as served, count(series.patients) as served_months
    from people
    join mart.visit_series as series
        on series.unit_id = people.unit_id and series.service_id is not distinct from people.service_id
        and series.payer_id is null
        and series.month >= people.period and series.month < people.period + to_months(people.period_months)
    group by all
),
reported as (
    select
        people.unit_id, people.period, people.period_months, people.service_id, people.respondents, people.own_rows,
        people.recap_respondents, indices.index, indices.elements_in_use, served.served, served.served_months,
        case when people.recap_respondents = 0 and people.own_rows = people.respondents
            then mean_half_width(people.own_rows, people.own_sum, people.own_sum_squares) end as half_width,
        people.reported_index, recap.index as recap_index
    from people
    left join indices
        on indices.unit_id = people.unit_id and indices.period = people.period
        and indices.period_months = people.period_months
        and indices.service_id is not distinct from people.service_id
    left join recap
        on recap.unit_id = people.unit_id and recap.period = people.period and recap.period_months = people.period_months
        and recap.service_id is not distinct from people.service_id
    left join served
        on served.unit_id = people.unit_id and served.period = people.period
        and served.period_months = people.period_months and served.service_id is not distinct from people.service_id
    union all by name
    select * from missing
),
measured as (
    select
        reported.unit_id, unit.parent_id as agency_id, reported.period, reported.period_months, reported.service_id,
        coalesce(reported.respondents, 0) > 0 as is_reported,
        coalesce((select max(as_of) from load.build) < reported.period + to_months(reported.period_months), false)
            as is_running,
        reported.respondents, reported.elements_in_use, reported.index,
        satisfaction_rounded(reported.index) as index_rounded, reported.half_width,
        case
            when reported.half_width is not null then greatest(reported.index - reported.half_width, satisfaction_index_of(1))
        end as lower,
        case when reported.half_width is not null then least(reported.index + reported.half_width, satisfaction_index_of(4)) end as upper,
        reported.reported_index, satisfaction_rounded(reported.recap_index) as recap_index,
        reported.served, reported.served_months
    from reported
    left join unit using (unit_id)
),
graded as (
    select
        *,
        satisfaction_grade(index, year(period)) as grade,
        sample_required(served) as required,
        -- more answers than people served, with all months of visits reported: one of the two is wrong, or they are not of the same
        coalesce(respondents > served and served_months >= period_months, false) as is_doubtful,
        abs(satisfaction_rounded(reported_index) - recap_index) > threshold('index_tolerance') + 1e-9 as is_reported_different
    from measured
)
select
    now.*,
    case when not now.is_doubtful then now.respondents >= now.required end as is_representative,
    before.index as index_previous,
    now.index - before.index as change_points,
    satisfaction_signal(now.index - before.index, now.half_width, before.half_width) as signal
from graded as now
left join graded as before
    on before.unit_id = now.unit_id and before.period_months = now.period_months
    and before.service_id is not distinct from now.service_id
    and before.period = now.period - to_months(now.period_months)
    and not exists (
        from mart.unit_line as line
        where line.unit_id = now.unit_id and line.part_id = now.unit_id and line.since > before.period
    )
