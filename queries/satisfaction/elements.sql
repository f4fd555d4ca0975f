-- title: The elements of satisfaction in the newest period
-- meaning: Mean of the answers (1 to 4) of each element over the respondents of the chosen units in the newest period that was reported, beside the period before over the units that reported in both
-- grain: one row an element
with unit_period as (
    select *
    from mart.satisfaction_index
    where service_id is not distinct from $service and index is not null
        and in_scope(unit_id, $agency, $unit, $units)
        and ($period_from is null or period + to_months(period_months) > $period_from)
        and ($period_to is null or period <= $period_to)
),
newest as (  -- a period that has ended comes before one that still runs
    select period from unit_period order by is_running, period desc limit 1
),
score as (
    select unit_id, period, period_months, element, sum(answered) as answered, sum(score_sum order by service_id) as score_sum
    from mart.satisfaction_score
    where $service is null or service_id = $service
    group by all
),
paired as (
    select now.*, before.answered as answered_before, before.score_sum as score_sum_before
    from unit_period
    join newest using (period)
    join score as now using (unit_id, period, period_months)
    left join score as before
        on before.unit_id = now.unit_id and before.element = now.element and before.period_months = now.period_months
            and before.period = now.period - to_months(now.period_months)
),
element as (
    select
        element, min(period) as period, cast(sum(answered) as bigint) as answered,
        sum(score_sum order by unit_id) / sum(answered) as mean_score,
        sum(score_sum order by unit_id) filter (answered_before > 0) / sum(answered) filter (answered_before > 0) as like_score,
        sum(score_sum_before order by unit_id) / sum(answered_before) as like_score_previous,
        count(*) as units_reporting, count(answered_before) as like_units
    from paired
    group by element
)
select
    element.*, element.like_score - element.like_score_previous as change,
    coalesce(elements.name, upper(element.element)) as name, coalesce(elements.name_en, upper(element.element)) as name_en,
    elements.legal_basis
from element
left join reference.satisfaction_elements as elements using (element)
order by element
