-- title: Mean of each satisfaction element
-- meaning: NRR = sum of answers / respondents who answered, for all services together (null) and each service; elements that nobody answered are not in use and have no row
-- grain: one row a unit, period, service (null for all) and element
with sums as (
    select unit_id, period, period_months, service_id, element,
        cast(sum(answered) as bigint) as answered, sum(score_sum) as score_sum
    from mart.satisfaction_score
    group by grouping sets (
        (unit_id, period, period_months, element), (unit_id, period, period_months, service_id, element)
    )
)
select
    now.unit_id, now.period, now.period_months, now.service_id, now.element, now.answered,
    now.score_sum / now.answered as mean_score,
    before.score_sum / before.answered as mean_score_previous
from sums as now
left join sums as before
    on before.unit_id = now.unit_id and before.element = now.element and before.period_months = now.period_months
    and before.service_id is not distinct from now.service_id
    and before.period = now.period - to_months(now.period_months)
