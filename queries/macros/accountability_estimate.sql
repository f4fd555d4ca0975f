-- Means of unlike certainty made comparable: shrinkage toward the peer group (Goldstein and Spiegelhalter 1996, J R Stat Soc A 159:385).
-- y: a person's mean signal; s2: its sampling variance; mu, tau2: mean and variance of the true signals of the group.

-- Variance of the true signals by the method of moments (DerSimonian and Laird 1986, Control Clin Trials 7:177). With the
-- weights n / within of people with n periods each, Q = between_squares / within and C = (N - sum(n^2) / N) / within; both
-- are multiplied by within here, so that a group in which nobody varies needs no rule of its own.
create or replace macro between_variance(between_squares, within, people, periods, periods_squared) as
    case
        when people > 1 then greatest(0, (between_squares - (people - 1) * within) / (periods - periods_squared / periods))
    end;

-- Whether people differ by more than chance, 5 times in 100 wrongly: the F test of one-way analysis of variance, its
-- tail by the normal approximation of Paulson (1942, Ann Math Stat 13:233). 1.6449 is the normal's 95 % point.
create or replace macro f_as_normal(f, degrees_between, degrees_within) as
    (
        (1 - 2 / (9 * degrees_within)) * cbrt(f) - (1 - 2 / (9 * degrees_between))
    ) / sqrt(2 / (9 * degrees_within) * pow(cbrt(f), 2) + 2 / (9 * degrees_between));

create or replace macro differ_beyond_chance(between_squares, within, people, degrees_within) as
    case
        when people < 2 or round(between_squares, 6) = 0 then false
        when round(within, 9) = 0 then true
        else coalesce(
            f_as_normal(between_squares / (people - 1) / within, cast(people - 1 as double), cast(degrees_within as double)) > 1.6449,
            false
        )
    end;

-- theta = (y / s2 + mu / tau2) / (1 / s2 + 1 / tau2), both parts multiplied by s2 * tau2, so that either may be zero.
create or replace macro shrunken_mean(y, s2, mu, tau2) as
    case when s2 + tau2 > 0 then (y * tau2 + mu * s2) / (s2 + tau2) else mu end;

-- Standard deviation of theta: sqrt(1 / (1 / s2 + 1 / tau2)).
create or replace macro shrunken_error(s2, tau2) as
    case when s2 + tau2 > 0 then sqrt(s2 * tau2 / (s2 + tau2)) else 0 end;

-- How much of the way from the own mean to the group's mean a signal is drawn, in %.
create or replace macro shrinkage_pct(s2, tau2) as case when s2 + tau2 > 0 then 100 * s2 / (s2 + tau2) end;

-- Whether two people can be told apart at 95 %. Rounded, so that equal signals stay equal.
create or replace macro are_told_apart(one, one_error, other, other_error) as
    round(abs(one - other) - 1.959964 * sqrt(one_error * one_error + other_error * other_error), 6) > 0;

-- What is known of each person's signal at the end of each window. Only people with enough evaluations shape the group's
-- mean and spread; the variance within a person is pooled over the whole group, so that few periods give a steady error.
create or replace macro accountability_estimates(signals, a_window_end) as table
    with window_end as (
        select distinct period as window_end
        from query_table(signals)
        where a_window_end is null or period = a_window_end
    ),
    -- A person is compared in the job group of his last evaluation; what he was signalled in another one is of other work.
    spoken as (
        select signal.*, window_end.window_end
        from query_table(signals) as signal
        join window_end on in_ranking_window(signal.period, window_end.window_end)
        where signal.signal is not null and not signal.is_covered
        qualify signal.job_group = last_value(signal.job_group) over (
                partition by signal.employee_id, window_end.window_end order by signal.period
                rows between unbounded preceding and unbounded following
            )
    ),
    spread as (
        select
            spoken.employee_id,
            spoken.job_group,
            spoken.window_end,
            count(*) as evaluations,
            min(spoken.period) as window_start,
            avg(spoken.signal) as signal_mean,
            var_pop(spoken.signal) * count(*) as squares,
            arg_max(spoken.signal, spoken.period) as signal_latest,
            cast(max(spoken.period + to_months(spoken.period_months - 1)) as date) as latest_month
        from spoken
        group by spoken.employee_id, spoken.job_group, spoken.window_end
    ),
    pooled as (
        select
            *,
            evaluations >= threshold('ranking_min_evaluations') as is_enough,
            cast(sum(evaluations - 1) over peers as double) as within_degrees,
            sum(squares) over peers / nullif(sum(evaluations - 1) over peers, 0) as within_variance
        from spread
        window peers as (partition by job_group, window_end)
    ),
    counted as (
        select
            *,
            within_variance / evaluations as error_variance,
            count(*) filter (where is_enough) over peers as group_ranked,
            cast(sum(evaluations) filter (where is_enough) over peers as double) as periods,
            cast(sum(evaluations * evaluations) filter (where is_enough) over peers as double) as periods_squared,
            sum(evaluations * signal_mean) filter (where is_enough) over peers
                / sum(evaluations) filter (where is_enough) over peers as common_mean
        from pooled
        window peers as (partition by job_group, window_end)
    ),
    squared as (
        select
            *,
            sum(evaluations * pow(signal_mean - common_mean, 2)) filter (where is_enough) over peers as between_squares
        from counted
        window peers as (partition by job_group, window_end)
    ),
    parted as (
        select
            *,
            between_variance(between_squares, within_variance, group_ranked, periods, periods_squared) as between_variance,
            differ_beyond_chance(between_squares, within_variance, group_ranked, within_degrees) as is_distinguishable
        from squared
    ),
    centred as (
        select
            *,
            coalesce(
                sum(signal_mean / nullif(error_variance + between_variance, 0)) filter (where is_enough) over peers
                / sum(1 / nullif(error_variance + between_variance, 0)) filter (where is_enough) over peers,
                common_mean
            ) as group_mean
        from parted
        window peers as (partition by job_group, window_end)
    ),
    judged as (
        select *, is_enough and group_ranked >= threshold('ranking_min_people') as is_comparable from centred
    )
    select
        employee_id,
        job_group,
        window_end,
        window_start,
        evaluations,
        signal_mean,
        sqrt(error_variance) as signal_error,
        signal_latest,
        latest_month,
        group_mean,
        group_ranked,
        sqrt(within_variance) as within_spread,
        sqrt(between_variance) as between_spread,
        is_distinguishable,
        is_comparable,
        is_comparable and is_distinguishable as is_ranked,
        case when is_comparable then shrunken_mean(signal_mean, error_variance, group_mean, between_variance) end as signal_shrunken,
        case when is_comparable then shrunken_error(error_variance, between_variance) end as shrunken_error,
        case when is_comparable then shrinkage_pct(error_variance, between_variance) end as shrinkage_pct
    from judged;
