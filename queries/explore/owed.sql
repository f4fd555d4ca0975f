-- title: Reports behind the tables for analysis
-- meaning: Whether the report is in on which figures of a unit and period rest: of visits each month of the build in which the unit is there, due or not due yet, of other kinds what was due
-- grain: one row a unit, report kind and period
with report as (
    select unit_id, 'visit' as report_kind_id, month as period, 1 as period_months, is_reported as is_received
    from mart.visit_month
    union all
    select unit_id, report_kind, period, period_months, is_received
    from mart.reporting_status
    where is_expected and report_kind <> 'visit'
)
select
    report.period, report.period_months, report.unit_id, coalesce(place.unit_short_name, report.unit_id) as unit, place.agency_id,
    coalesce(place.agency_name, report.unit_id) as agency, kecamatan.name as kecamatan, unit.kecamatan_code,
    report.report_kind_id, report.is_received
from report
left join mart.reporting_unit as place using (unit_id)
left join unit using (unit_id)
left join reference.kecamatan on kecamatan.kecamatan_code = unit.kecamatan_code
where in_scope(report.unit_id, null, null, $units)
order by report.unit_id, report.report_kind_id, report.period
