-- title: Peringkat dalam kelompok jabatan
-- meaning: Mean signal of each person up to a period with its t interval and tier against the job group's mean; too few evaluations is not ranked yet, never last
-- grain: one row an employee and last period of the window
with rule as (
    select
        max(try_cast(value as integer)) filter (where key = 'ranking_min_evaluations') as minimum,
        max(try_cast(value as integer)) filter (where key = 'ranking_window_months') as window_months -- empty: all that came before
    from reference.thresholds
),
-- A yearly evaluation beside the quarters of that year would count the year twice: the finer one speaks.
usable as (
    select coarse.employee_id, coarse.job_group, coarse.period, coarse.period_months, coarse.signal
    from mart.accountability_signal as coarse
    where coarse.signal is not null
        and not exists (
            select 1
            from mart.accountability_signal as fine
            where fine.employee_id = coarse.employee_id
                and fine.signal is not null
                and fine.period_months < coarse.period_months
                and fine.period >= coarse.period
                and fine.period < coarse.period + to_months(coarse.period_months)
        )
),
window_end as (select distinct period as window_end from mart.accountability_signal),
spread as (
    select
        person.employee_id,
        person.job_group,
        window_end.window_end,
        count(usable.signal) as evaluations,
        min(usable.period) as window_start,
        avg(usable.signal) as signal_mean,
        stddev_samp(usable.signal) as signal_sd,
        arg_max(usable.signal, usable.period) as signal_latest,
        cast(max(usable.period + to_months(usable.period_months - 1)) as date) as latest_month
    from mart.accountability_person as person
    cross join window_end
    cross join rule
    left join usable
        on usable.employee_id = person.employee_id
        and usable.period <= window_end.window_end
        and (rule.window_months is null or usable.period + to_months(rule.window_months) > window_end.window_end)
    group by person.employee_id, person.job_group, window_end.window_end
),
bounded as (
    select
        *,
        within_signal(signal_mean - t_975(evaluations - 1) * signal_sd / sqrt(evaluations)) as signal_lower,
        within_signal(signal_mean + t_975(evaluations - 1) * signal_sd / sqrt(evaluations)) as signal_upper
    from spread
),
compared as (
    select
        bounded.*,
        rule.minimum,
        avg(signal_mean) filter (where evaluations >= minimum) over peers as group_mean,
        count(*) filter (where evaluations >= minimum) over peers as group_ranked,
        count(*) over peers as group_people
    from bounded
    cross join rule
    window peers as (partition by bounded.job_group, bounded.window_end)
),
tiered as (
    select *, tier_of(evaluations, minimum, signal_lower, signal_upper, group_mean) as tier from compared
)
select
    tiered.window_end,
    tiered.window_start,
    person.employee_id,
    person.employee_name,
    person.nip,
    person.position,
    person.job_group,
    person.job_group_name,
    person.job_group_name_en,
    person.unit_id,
    person.unit_name,
    person.unit_short_name,
    person.agency_id,
    tiered.evaluations,
    tiered.minimum as evaluations_needed,
    tiered.signal_mean,
    tiered.signal_sd,
    tiered.signal_lower,
    tiered.signal_upper,
    tiered.signal_latest,
    tiered.latest_month,
    tiered.group_mean,
    tiered.group_ranked,
    tiered.group_people,
    tiered.tier,
    case tiered.tier when 'above' then 1 when 'comparable' then 2 when 'below' then 3 else 4 end as tier_order,
    case
        when tiered.tier <> 'unranked'
            then row_number() over (
                partition by tiered.job_group, tiered.window_end, tiered.tier = 'unranked'
                order by round(tiered.signal_mean, 6) desc, person.employee_name, person.employee_id
            )
    end as place
from tiered
join mart.accountability_person as person using (employee_id)
