-- title: Alarm palsu yang diperkirakan
-- meaning: How many series have limits at their newest point, how many of them show a special cause there, and how many would if nothing at all happened, by simulation (reference.signal_alarms)
-- grain: one row
select
    count(*) as charts, count(rule) as signals, count(*) filter (is_headline) as headlines,
    coalesce(sum(alarm_rate order by measure, unit_id, item_id), 0) as expected_alarms,
    max(period + to_months(period_months - 1))::date as last_month
from latest_signals($period_to, $agency, $unit, $units, $measure, $service, $indicator)
