-- title: Kelengkapan dan ketepatan laporan
-- meaning: Reports expected, received and received on time; completeness = received / expected, timeliness = on time / those whose time is known
-- grain: one row a unit, report kind and period
select
    unit_id,
    any_value(unit_name) as unit_name,
    any_value(unit_short_name) as unit_short_name,
    any_value(agency_id) as agency_id,
    report_kind,
    any_value(report_kind_name) as report_kind_name,
    any_value(report_kind_name_en) as report_kind_name_en,
    period,
    max(period_months) as period_months,
    count(*) filter (where is_expected) as expected,
    count(*) filter (where is_received) as received,
    count(*) filter (where is_timed) as timed,
    count(*) filter (where is_on_time) as on_time,
    count(*) filter (where status = 'late') as late,
    count(*) filter (where status = 'missing') as missing,
    count(*) filter (where is_received and is_corrected) as corrected,
    reported_pct(count(*) filter (where is_received), count(*) filter (where is_expected)) as completeness_pct,
    reported_pct(count(*) filter (where is_on_time), count(*) filter (where is_timed)) as timeliness_pct
from mart.reporting_status
group by unit_id, report_kind, period
