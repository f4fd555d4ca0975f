-- title: Kelengkapan dan ketepatan tiap jenis laporan
-- meaning: Reports expected, received and on time by report kind in the chosen period
-- grain: one row a report kind
select
    report_kind,
    any_value(report_kind_name) as report_kind_name,
    any_value(report_kind_name_en) as report_kind_name_en,
    max(period_months) as period_months,
    count(distinct unit_id) as units,
    cast(sum(expected) as bigint) as expected,
    cast(sum(received) as bigint) as received,
    cast(sum(timed) as bigint) as timed,
    cast(sum(on_time) as bigint) as on_time,
    cast(sum(late) as bigint) as late,
    cast(sum(missing) as bigint) as missing,
    cast(sum(corrected) as bigint) as corrected,
    reported_pct(sum(received), sum(expected)) as completeness_pct,
    reported_pct(sum(on_time), sum(timed)) as timeliness_pct
from mart.reporting_discipline
where period >= coalesce($period_from, period) and period <= coalesce($period_to, period)
    and in_scope(unit_id, $agency, $unit, $units)
group by report_kind
order by max(period_months), report_kind
