-- title: Ketepatan laporan tiap bulan
-- meaning: Reports that were due for periods that begin in the month, how many came and how many of them in time, only what is due so far; and the same of last year for the reports whose time is known in both years.
-- grain: one row a month
select
    cast(date_trunc('month', now.period) as date) as month,
    count(*) as expected,
    count(*) filter (now.is_received) as received,
    count(*) filter (now.is_timed) as timed,
    count(*) filter (now.status = 'late') as late,
    count(*) filter (now.is_on_time) as on_time,
    reported_pct(count(*) filter (now.is_on_time), count(*) filter (now.is_timed)) as on_time_pct,
    count(*) filter (now.is_timed and before.is_timed) as like_timed,
    count(*) filter (now.is_on_time and before.is_timed) as like_on_time,
    count(*) filter (now.is_timed and before.is_on_time) as like_on_time_last_year
from mart.reporting_status as now
left join mart.reporting_status as before
    on before.unit_id = now.unit_id and before.report_kind = now.report_kind and before.is_expected
        and before.period = now.period - interval 1 year
where now.is_expected and now.period between $period_from and $period_to and in_scope(now.unit_id, $agency, $unit, $units)
group by all
order by month
