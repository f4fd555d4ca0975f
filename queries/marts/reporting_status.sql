-- title: Status setiap laporan
-- meaning: What became of each report that was expected, with the unit and kind by name; what is not due yet is kept apart
-- grain: one row a unit, report kind and period
select
    expected.unit_id,
    coalesce(unit.unit_name, expected.unit_id) as unit_name,
    coalesce(unit.unit_short_name, expected.unit_id) as unit_short_name,
    coalesce(unit.agency_id, expected.unit_id) as agency_id,
    expected.report_kind,
    coalesce(kind.name, expected.report_kind) as report_kind_name,
    coalesce(kind.name_en, kind.name, expected.report_kind) as report_kind_name_en,
    expected.period,
    expected.period_months,
    expected.due_on,
    expected.received_at,
    case
        when expected.status in ('on_time', 'late') then date_diff('day', expected.due_on, cast(expected.received_at as date))
    end as days_after_due,
    expected.status,
    expected.is_corrected,
    expected.versions,
    report_state(expected.status, expected.is_corrected) as state,
    expected.status <> 'not_due' as is_expected,
    expected.status in ('on_time', 'late', 'received') as is_received,
    -- A report that is in, without a log that says since when, is neither on time nor late.
    expected.status in ('on_time', 'late', 'missing') as is_timed,
    expected.status = 'on_time' as is_on_time
from load.expected_report as expected
left join mart.reporting_unit as unit using (unit_id)
left join reference.report_kinds as kind on kind.report_kind = expected.report_kind
