-- title: Satisfaction of each unit in the newest period
-- meaning: IKM with its 95 % interval (only from respondents' own rows), grade, respondents against the required sample, the reported index beside it, and the period before, in the newest period that any of the chosen units reported
-- grain: one row a unit
with chosen as (
    select *
    from mart.satisfaction_index
    where service_id is not distinct from $service
        and in_scope(unit_id, $agency, $unit, $units)
        and ($period_from is null or period + to_months(period_months) > $period_from)
        and ($period_to is null or period <= $period_to)
),
newest as (  -- a period that has ended comes before one that still runs
    select period from chosen where is_reported order by is_running, period desc limit 1
)
select
    chosen.*, coalesce(unit.short_name, unit_id) as short_name, coalesce(unit.name, unit_id) as name, unit.kind
from chosen
join newest using (period)
left join unit using (unit_id)
order by index_rounded desc nulls last, name
