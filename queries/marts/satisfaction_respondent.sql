-- title: Satisfaction respondents
-- meaning: How many people answered; of those with a row of their own, the sum and the sum of squares of their own index (mean answer * 25), from which intervals come; the index that recap forms report, weighted by n
-- grain: one row a unit, period and service
with respondent as (
    select
        unit_id, cast(date_trunc('quarter', month) as date) as period, greatest(period_months, 3) as period_months,
        coalesce(service_id, 'total') as service_id, respondents, reported_index,
        case when respondents = 1 then satisfaction_index_of(list_avg([u1, u2, u3, u4, u5, u6, u7, u8, u9])) end as own_index
    from response
    where is_counted
)
select
    unit_id, period, period_months, service_id,
    cast(sum(respondents) as bigint) as respondents,
    count(own_index) as own_rows,
    cast(coalesce(sum(respondents) filter (respondents > 1), 0) as bigint) as recap_respondents,
    sum(own_index) as own_sum,
    sum(own_index * own_index) as own_sum_squares,
    cast(coalesce(sum(respondents) filter (reported_index is not null), 0) as bigint) as reported_respondents,
    sum(reported_index * respondents) as reported_sum
from respondent
group by all
