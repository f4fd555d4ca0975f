-- title: Sums of satisfaction answers
-- meaning: How many answered an element and the sum of their answers (a recap line weighs its n), so that any group's mean is score_sum / answered, and the same of rows that report an index; quarters, or the longer period that a report covers
-- grain: one row a unit, period, service and element
with answers as (
    unpivot (
        select
            unit_id, cast(date_trunc('quarter', month) as date) as period, greatest(period_months, 3) as period_months,
            coalesce(service_id, 'total') as service_id,
            respondents,
            reported_index is not null as has_index,
            u1,
            u2,
            u3,
            u4,
            u5,
            u6,
            u7,
            u8,
            u9
        from response
        where is_counted
    )
    on u1, u2, u3, u4, u5, u6, u7, u8, u9 into name element value score
)
select
    unit_id, period, period_months, service_id, element,
    cast(sum(respondents) as bigint) as answered,
    sum(score * respondents) as score_sum,
    cast(coalesce(sum(respondents) filter (has_index), 0) as bigint) as reported_answered,
    coalesce(sum(score * respondents) filter (has_index), 0) as reported_score_sum
from answers
where respondents > 0
group by all
