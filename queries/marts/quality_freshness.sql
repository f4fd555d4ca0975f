-- title: Kemutakhiran data tiap unit
-- meaning: The newest period received of each kind of report beside the newest one expected, and when the last report came in
-- grain: one row a unit and report kind
select
    unit_id,
    any_value(unit_name) as unit_name,
    any_value(unit_short_name) as unit_short_name,
    any_value(agency_id) as agency_id,
    report_kind,
    any_value(report_kind_name) as report_kind_name,
    any_value(report_kind_name_en) as report_kind_name_en,
    max(period_months) as period_months,
    max(period) filter (where is_received) as newest_period,
    max(period) filter (where is_expected) as newest_expected,
    max(received_at) as last_received_at,
    count(*) filter (where is_expected and not is_received) as missing
from mart.reporting_status
group by unit_id, report_kind
