-- title: Indeks kepuasan untuk dibandingkan
-- meaning: Mean of the element means in use times 25, from sums of answers, with the newest row that went into it
-- grain: one row a unit, period and service
with mean as (
    select unit_id, period, period_months, service_id, element, sum(score_sum) / nullif(sum(answered), 0) as score
    from mart.satisfaction_score
    group by all
),
place as (
    select
        unit_id, cast(date_trunc('quarter', month) as date) as period, greatest(period_months, 3) as period_months,
        coalesce(service_id, 'total') as service_id, cast(sum(respondents) as bigint) as respondents,
        max_by({'file_id': file_id, 'sheet': sheet, 'row': "row"}, (file.as_of, file_id, "row")) as place
    from response
    left join load.file as file using (file_id)
    group by all
)
select
    mean.unit_id, mean.service_id as item_id, cast(null as varchar) as part_id, mean.period, mean.period_months,
    -- times 25: PermenPAN-RB 14/2017; an earlier build has no macro for it
    round(avg(mean.score) * 25, 6) as value, cast(any_value(place.respondents) as varchar) as text, any_value(place.place) as place
from mean
join place using (unit_id, period, period_months, service_id)
group by all
