-- What people are compared by, of signals by the official weights or by those of a trial, which have not what was due.
create or replace macro accountability_spoken(signals) as table
    select
        spoken.employee_id, spoken.job_group, spoken.period, spoken.period_months, spoken.signal,
        spoken.signal_compared, spoken.signal_lowest, spoken.signal_highest, spoken.unreported_pct, spoken.is_skipped,
        cast((select max(t.value) from reference.thresholds as t where t.key = 'ranking_window_months') as integer) as window_months,
        cast(threshold('ranking_min_evaluations') as integer) as evaluations_needed,
        cast(threshold('ranking_min_people') as integer) as people_needed,
        threshold('ranking_max_unreported_pct') as unreported_most_pct,
        threshold('ranking_usual_autocorrelation') as usual_autocorrelation,
        threshold('ranking_usual_pairs') as usual_pairs
    from (
        select
            given.employee_id, given.job_group, given.period, given.period_months, given.signal,
            given.signal_compared, given.signal_lowest, given.signal_highest,
            100.0 * (fact.indicators_due - fact.indicators_measured) / nullif(fact.indicators_due, 0) as unreported_pct,
            false as is_skipped
        from query_table(signals) as given
        join mart.accountability_signal as fact using (employee_id, period, period_months)
        where not given.is_covered and (given.signal is not null or (given.signal_lowest is not null and fact.indicators_due > 0))
        union all
        select employee_id, job_group, period, period_months, null, null, 0, 100, 100, true
        from mart.accountability_gap
    ) as spoken;
