-- title: Laporan yang diminta menurut jenis
-- meaning: How many reports of each kind fell due in the chosen months, from how many units, how many came more than once, and how often a kind is asked a year
-- grain: one row a report kind
select
    status.report_kind,
    any_value(status.report_kind_name) as report_kind_name,
    any_value(status.report_kind_name_en) as report_kind_name_en,
    max(status.period_months) as period_months,
    count(distinct status.unit_id) as units,
    count(*) as asked,
    count(*) filter (where status.is_received) as received,
    count(*) filter (where status.is_received and status.received_at is not null) as logged,
    sum(status.versions) filter (where status.is_received and status.received_at is not null)
    / nullif(cast(count(*) filter (where status.is_received and status.received_at is not null) as double), 0) as versions_per_report,
    count(*) filter (where status.is_received and status.is_corrected) as corrected
from mart.reporting_status as status
where status.is_expected
    and status.due_on between cast($period_from as date) and last_day(cast($period_to as date))
    and in_scope(status.unit_id, $agency, $unit, $units)
group by status.report_kind
order by asked desc, status.report_kind
