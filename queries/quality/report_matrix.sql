-- title: Laporan tiap unit dan bulan
-- meaning: What became of each report of one kind: on time, late, missing, corrected, not due yet
-- grain: one row a unit and period
select
    unit_id,
    unit_name,
    unit_short_name,
    period,
    period_months,
    state,
    status,
    is_corrected,
    due_on,
    received_at,
    days_after_due,
    versions
from mart.reporting_status
where report_kind = $report_kind
    and period >= coalesce($period_from, period) and period <= coalesce($period_to, period)
    and in_scope(unit_id, $agency, $unit, $units)
order by unit_short_name, unit_id, period
