-- title: Kemutakhiran tiap unit
-- meaning: The newest period received beside the newest expected; who is behind stands first
-- grain: one row a unit
select
    unit_id,
    unit_name,
    unit_short_name,
    period_months,
    newest_period,
    newest_expected,
    last_received_at,
    missing,
    date_diff('month', newest_period, newest_expected) as months_behind
from mart.quality_freshness
where report_kind = $report_kind and newest_expected is not null
    and in_scope(unit_id, $agency, $unit, $units)
order by coalesce(date_diff('month', newest_period, newest_expected), 999) desc, missing desc, unit_short_name, unit_id
