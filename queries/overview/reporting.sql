-- title: Ketepatan laporan tiap bulan
-- meaning: Reports that were due for periods that begin in the month, how many came and how many of them in time; only what is due so far.
-- grain: one row a month
select
    cast(date_trunc('month', period) as date) as month,
    count(*) as expected,
    count(*) filter (is_received) as received,
    count(*) filter (is_timed) as timed,
    count(*) filter (status = 'late') as late,
    count(*) filter (is_on_time) as on_time,
    100.0 * count(*) filter (is_on_time) / nullif(count(*) filter (is_timed), 0) as on_time_pct
from mart.reporting_status
where is_expected and period between $period_from and $period_to and in_scope(unit_id, $agency, $unit, $units)
group by all
order by month
