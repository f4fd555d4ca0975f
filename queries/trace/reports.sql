-- title: Laporan yang diharapkan di balik satu angka
-- meaning: Each report that was due for periods that begin in the range: received, on time or missing, with the row of the log that says so
-- grain: one row a unit, report kind and period
with logged as (
    select
        unit_id, report_kind, period, period_months,
        max_by({'file_id': file_id, 'sheet': sheet, 'row': "row"}, (version, received_at)) as place
    from submission
    group by all
)
select
    status.unit_id, status.unit_name, status.unit_short_name, status.report_kind, status.report_kind_name,
    status.report_kind_name_en, status.period, status.period_months, status.due_on, status.received_at, status.days_after_due,
    status.status, status.is_received, status.is_timed, status.is_on_time, status.is_corrected,
    logged.place.file_id as file_id, file.name as file, logged.place.sheet as sheet, logged.place.row as "row", file.as_of
from mart.reporting_status as status
left join logged using (unit_id, report_kind, period, period_months)
left join load.file as file on file.file_id = logged.place.file_id
where status.is_expected
    and ($report_kind is null or status.report_kind = $report_kind)
    and ($period_from is null or status.period >= $period_from) and ($period_to is null or status.period <= $period_to)
    and in_scope(status.unit_id, $agency, $unit, $units)
order by status.period desc, status.unit_name, status.report_kind
