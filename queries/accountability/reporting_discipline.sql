-- title: Kedisiplinan pelaporan tiap unit
-- meaning: Completeness and timeliness of all reports that a unit owed in the chosen period; the least punctual first
-- grain: one row a unit
select
    unit_id,
    any_value(unit_name) as unit_name,
    any_value(unit_short_name) as unit_short_name,
    cast(sum(expected) as bigint) as expected,
    cast(sum(received) as bigint) as received,
    cast(sum(timed) as bigint) as timed,
    cast(sum(on_time) as bigint) as on_time,
    cast(sum(late) as bigint) as late,
    cast(sum(missing) as bigint) as missing,
    cast(sum(corrected) as bigint) as corrected,
    reported_pct(sum(received), sum(expected)) as completeness_pct,
    reported_pct(sum(on_time), sum(timed)) as timeliness_pct
from mart.reporting_discipline
where period >= coalesce($period_from, period) and period <= coalesce($period_to, period)
    and in_scope(unit_id, $agency, $unit, $units)
group by unit_id
having sum(expected) > 0
order by timeliness_pct, completeness_pct, unit_short_name, unit_id
