-- title: Reports received, for analysis
-- meaning: What became of each report that was due: on time, late, received without a date, or missing
-- grain: one row a unit, report kind and period that was due
with origin as (
    select
        unit_id, report_kind, period, arg_max(file_id, version) as file_id, arg_max(sheet, version) as sheet,
        arg_max(row, version) as row
    from submission
    group by all
)
select
    report.period, report.period_months, report.unit_id, report.unit_short_name as unit, report.agency_id,
    coalesce(place.agency_name, report.unit_id) as agency, kecamatan.name as kecamatan, unit.kecamatan_code,
    report.report_kind as report_kind_id, report.report_kind_name as report_kind,
    case report.state when 'on_time' then 'Tepat waktu' when 'late' then 'Terlambat' when 'missing' then 'Belum melapor'
        when 'received' then 'Diterima, tanggal tidak tercatat' when 'corrected' then 'Dikoreksi' else report.state
    end as state,
    report.due_on, cast(report.received_at as date) as received_on, report.days_after_due, report.versions,
    report.is_received, report.is_timed, report.is_on_time,
    file.name as file, origin.sheet, origin.row
from mart.reporting_status as report
left join mart.reporting_unit as place using (unit_id)
left join unit using (unit_id)
left join reference.kecamatan on kecamatan.kecamatan_code = unit.kecamatan_code
left join origin using (unit_id, report_kind, period)
left join load.file as file using (file_id)
where report.is_expected and in_scope(report.unit_id, null, null, $units)
order by report.unit_id, report.report_kind, report.period
