-- title: Satisfaction by unit and period
-- meaning: IKM, grade, respondents against the required sample, reported index; a period without a report stays as an empty row
-- grain: one row a unit and period
select
    satisfaction.*, coalesce(unit.short_name, unit_id) as short_name, coalesce(unit.name, unit_id) as name
from mart.satisfaction_index as satisfaction
left join unit using (unit_id)
where service_id is not distinct from $service
    and in_scope(unit_id, $agency, $unit, $units)
    and ($period_from is null or period + to_months(period_months) > $period_from)
    and ($period_to is null or period <= $period_to)
order by name, period, period_months
