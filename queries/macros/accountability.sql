-- Attainment of an individual indicator in %: realisation against target; null where the target is missing or zero.
create or replace macro individual_attainment_pct(target, realisation) as
    realisation / nullif(target, 0) * 100;

-- The name by which an indicator is known again in another period: without capitals, signs and doubled blanks.
create or replace macro plain_indicator(indicator) as
    trim(regexp_replace(lower(indicator), '[^\p{L}\p{N}%]+', ' ', 'g'));

-- Within the 0..100 of the signal; null stays null, which greatest() and least() would not see to.
create or replace macro within_signal(score) as
    case when score is not null then least(greatest(score, 0), 100) end;

-- The attainment above which an individual indicator counts no more: the top of the signal's 0..100.
create or replace macro individual_cap_pct() as 100;

-- Attainment within the signal, so that one easy target can't hide the others.
create or replace macro individual_score(target, realisation) as
    case
        when individual_attainment_pct(target, realisation) > individual_cap_pct() then individual_cap_pct()
        else within_signal(individual_attainment_pct(target, realisation))
    end;

-- Whether an indicator belongs to the list of a job group: so many of the others have it, given at least two others.
create or replace macro is_group_indicator(holders, others) as
    others >= 2 and 100 * holders >= threshold('group_list_share_pct') * others;

-- Whether a target tells little: attained beyond the cap in most of the periods measured, given enough of them.
create or replace macro is_easy_target(periods_over_cap, periods_measured) as
    periods_measured >= threshold('easy_target_min_periods')
    and 100 * periods_over_cap >= threshold('easy_target_share_pct') * periods_measured;

-- A rating (below, meets, above) on the 0..100 of the signal.
create or replace macro rating_score(rating) as
    case rating
        when 'below' then threshold('rating_score_below')
        when 'meets' then threshold('rating_score_meets')
        when 'above' then threshold('rating_score_above')
    end;

-- The older word of PP 30/2019 means the same step of the ladder as the one of PermenPANRB 6/2022.
create or replace macro plain_predicate(predicate) as
    case lower(trim(predicate)) when 'cukup' then 'butuh perbaikan' else lower(trim(predicate)) end;

-- Where an interval stands to the mean of its group: above, below, or not to be told apart. Rounded, so that the last
-- digits of a sum don't set apart people who all have the same signal.
create or replace macro stands(lower, upper, group_mean) as
    case
        when round(lower, 6) > round(group_mean, 6) then 'above'
        when round(upper, 6) < round(group_mean, 6) then 'below'
        else 'comparable'
    end;

-- The same of a shrunken interval, for a person who can be compared, in a group that has ranks.
create or replace macro tier_of(is_comparable, is_ranked, lower, upper, group_mean) as
    case
        when not coalesce(is_comparable, false) then 'unranked'
        when is_ranked then stands(lower, upper, group_mean)
        else 'comparable'
    end;

-- The tier of who left something unsaid: silence is neither a proof of poor work nor a way out of it. Below at the least that
-- the signal could be and not at the most is open.
create or replace macro bounded_tier(tier, is_bounded, is_low, best_stands) as
    case when is_bounded and (tier = 'below' or is_low) and best_stands is distinct from 'below' then 'open' else tier end;

-- The weight of a component: the official one, or the one that a trial such as 'result:40,timeliness:30' gives it; a
-- component that the trial leaves out weighs nothing.
create or replace macro tried_weight(trial, component, official) as
    case
        when trial is null then official
        else coalesce(try_cast(regexp_extract(trial, '(^|,)' || component || ':([0-9.]+)', 2) as double), 0)
    end;

-- The part of the composite that a component carries: its weight, shared out over the components present. Where these are
-- less than the district's smallest part of all weights nothing is said: a person who reported nothing has a
-- completeness of zero, and that alone must not stand for work that was not achieved.
create or replace macro signal_share(weight, weight_present, weight_all) as
    case
        when 100 * weight_present >= threshold('signal_min_weight_pct') * weight_all then weight / nullif(weight_present, 0)
    end;

-- The composite of each person and period, by the official weights or by those of a trial. A yearly evaluation beside
-- quarters of that year would count the year twice: it is covered by the finer ones, which speak instead.
create or replace macro accountability_signals(components, trial, a_job_group) as table
    with weighed as (
        select *, tried_weight(trial, component, weight_pct) as weight
        from query_table(components)
        where a_job_group is null or job_group = a_job_group
    ),
    shared as (
        select
            *,
            sum(weight order by component) filter (where score is not null) over person as weight_present,
            sum(weight order by component) over person as weight_all,
            sum(weight order by component) filter (where is_compared) over person as weight_compared,
            sum(weight order by component) filter (where is_compared and score is not null) over person as weight_compared_present
        from weighed
        window person as (partition by employee_id, period, period_months)
    ),
    summed as (
        select
            employee_id,
            job_group,
            period,
            period_months,
            sum(score * signal_share(weight, weight_present, weight_all) order by component) as signal,
            -- What was reported, on what the whole group has; then what it could be at least and at most.
            sum(score * signal_share(weight, weight_compared_present, weight_compared) order by component) filter (where is_compared)
                as signal_compared,
            sum(score_lowest * weight / nullif(weight_compared, 0) order by component) filter (where is_compared) as signal_lowest,
            sum(score_highest * weight / nullif(weight_compared, 0) order by component) filter (where is_compared) as signal_highest
        from shared
        group by employee_id, job_group, period, period_months
    )
    select
        coarse.*,
        exists(
            select 1
            from summed as fine
            where fine.employee_id = coarse.employee_id
                and fine.signal is not null
                and fine.period_months < coarse.period_months
                and fine.period >= coarse.period
                and fine.period < coarse.period + to_months(coarse.period_months)
        ) as is_covered
    from summed as coarse;

-- Whether a posting is that of a period: the newest list on or before its last day.
create or replace macro is_posted(valid_from, valid_until, period, period_months) as
    valid_from < period + to_months(period_months) and valid_until >= period + to_months(period_months);

-- Whether a period lies in the window that ends with a_window_end; without ranking_window_months all that came before does.
create or replace macro in_ranking_window(period, a_window_end) as
    period <= a_window_end
    and coalesce(
        period + to_months((select cast(max(t.value) as integer) from reference.thresholds as t where t.key = 'ranking_window_months'))
        > a_window_end,
        true
    );
