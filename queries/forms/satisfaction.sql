-- title: Isi formulir survei kepuasan
-- meaning: The nine elements with a unit's mean of each from a month until before another, all services together, and the respondents beside the first
-- grain: one row a unit and element
with mean as (
    select unit_id, element, sum(score_sum) / nullif(sum(answered), 0) as score
    from mart.satisfaction_score
    where period >= $period_from and period < $month
    group by unit_id, element
),
asked as (
    select unit_id, cast(sum(respondents) as bigint) as respondents
    from mart.satisfaction_respondent
    where period >= $period_from and period < $month
    group by unit_id
)
select
    unit.unit_id, upper(elements.element) || ' ' || elements.name as element,
    case when elements.element = first.element then asked.respondents end as respondents_before,
    elements.element = first.element as asks_respondents,
    round(mean.score, 3) as value_before
from unit
cross join reference.satisfaction_elements as elements
cross join (select min(element) as element from reference.satisfaction_elements) as first
left join mean on mean.unit_id = unit.unit_id and mean.element = elements.element
left join asked on asked.unit_id = unit.unit_id
where in_scope(unit.unit_id, $agency, $unit, $units)
order by unit.unit_id, elements.rowid
