-- title: Satisfaction index of the chosen units over time
-- meaning: IKM over all respondents of the units that reported (element mean = sum of answers / who answered), its grade, the reports received of those expected, and the change over the units that reported in this period and the one before; of one unit not before a change that is not declared comparable
-- grain: one row a period
with unit_period as (
    select
        *, index is not null and index_previous is not null as is_comparable
    from mart.satisfaction_index as own
    where service_id is not distinct from $service
        and in_scope(unit_id, $agency, $unit, $units)
        and ($period_from is null or period + to_months(period_months) > $period_from)
        and ($period_to is null or period <= $period_to)
        and ($unit is null or not exists (
            from mart.unit_line as line where line.unit_id = own.unit_id and line.part_id = own.unit_id and line.since > own.period
        ))
),
score as (
    select unit_id, period, period_months, element, sum(answered) as answered, sum(score_sum order by service_id) as score_sum
    from mart.satisfaction_score
    where $service is null or service_id = $service
    group by all
),
element as (
    select
        unit_period.period, now.element,
        sum(now.score_sum order by unit_id) / sum(now.answered) as mean_score,
        sum(now.score_sum order by unit_id) filter (is_comparable) / sum(now.answered) filter (is_comparable) as like_score
    from unit_period
    join score as now using (unit_id, period, period_months)
    group by all
),
element_before as (
    select unit_period.period, before.element, sum(before.score_sum order by before.unit_id) / sum(before.answered) as like_score
    from unit_period
    join score as before
        on before.unit_id = unit_period.unit_id and before.period_months = unit_period.period_months
            and before.period = unit_period.period - to_months(unit_period.period_months)
    where is_comparable
    group by all
),
pooled as (
    select
        period,
        avg(mean_score order by element) * 25 as index,
        avg(like_score order by element) * 25 as like_index,
        count(*) as elements_in_use
    from element
    group by period
),
pooled_before as (
    select period, avg(like_score order by element) * 25 as like_index_previous from element_before group by period
),
reports as (
    select
        period, max(period_months) as period_months, cast(sum(respondents) as bigint) as respondents,
        count(*) filter (is_reported) as units_reporting, count(*) as units_expected,
        count(*) filter (is_comparable) as like_units,
        count(*) filter (is_representative) as units_representative,
        count(*) filter (required is not null and is_reported) as units_with_requirement,
        bool_or(is_running) as is_running
    from unit_period
    group by period
)
select
    reports.*, pooled.index, satisfaction_rounded(pooled.index) as index_rounded,
    satisfaction_grade(pooled.index, year(reports.period)) as grade, pooled.elements_in_use,
    pooled.like_index, pooled_before.like_index_previous,
    pooled.like_index - pooled_before.like_index_previous as change_points
from reports
left join pooled using (period)
left join pooled_before using (period)
order by period
