-- title: Laporan yang belum masuk
-- meaning: Reports that are due and were not received, the longest overdue first
-- grain: one row a unit, report kind and period
select unit_id, unit_name, unit_short_name, report_kind, report_kind_name, report_kind_name_en, period, period_months, due_on
from mart.reporting_status
where state = 'missing' and in_scope(unit_id, $agency, $unit, $units)
order by due_on, unit_short_name, unit_id, report_kind, period
