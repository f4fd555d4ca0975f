-- title: Peringkat dalam kelompok jabatan
-- meaning: Each person's signal up to a period, quarters made alike and shrunken toward the job group, with tier, rank and its interval, and what to know before using it; what is due and unsaid bounds the place; too few evaluations or too much unsaid is not ranked yet, never last
-- grain: one row an employee and last period of the window
with window_end as (
    select period as window_end, max(period_months) as period_months from mart.accountability_signal group by period
),
-- A yearly sheet beside quarters would speak of the same work twice, here too.
spoken as (
    select
        window_end.window_end,
        indicator.employee_id,
        indicator.indicator,
        count(*) as indicators,
        count(*) filter (where indicator.state = 'not_reported') as not_reported,
        count(*) filter (where indicator.state in ('no_target', 'zero_target')) as no_target,
        count(*) filter (
            where indicator.has_evidence_column and indicator.state <> 'not_reported' and indicator.is_evidence_verified is not true
        ) as without_evidence,
        count(*) filter (where indicator.has_evidence_column and indicator.state <> 'not_reported') as evidence_due,
        is_easy_target(
            count(*) filter (where indicator.attainment_pct > individual_cap_pct()), count(indicator.attainment_pct)
        ) as is_easy
    from mart.accountability_indicator as indicator
    join mart.accountability_signal as signal using (employee_id, period, period_months)
    join window_end on in_ranking_window(indicator.period, window_end.window_end)
    where not signal.is_covered
    group by all
),
dropped as (
    select window_end.window_end, due.employee_id, count(*) as dropped
    from mart.accountability_due as due
    join mart.accountability_signal as signal using (employee_id, period, period_months)
    join window_end on in_ranking_window(due.period, window_end.window_end)
    where not signal.is_covered
    group by window_end.window_end, due.employee_id
),
flagged as (
    select
        window_end,
        employee_id,
        cast(sum(indicators) as bigint) as indicators,
        cast(sum(not_reported) as bigint) as not_reported,
        cast(sum(no_target) as bigint) as no_target,
        any_value(dropped.dropped) as dropped,
        cast(sum(without_evidence) as bigint) as without_evidence,
        cast(sum(evidence_due) as bigint) as evidence_due,
        count(*) filter (where is_easy) as easy_targets
    from spoken
    left join dropped using (window_end, employee_id)
    group by window_end, employee_id
),
placed as (
    select
        window_end.window_end,
        person.employee_id,
        person.employee_name,
        posting.position,
        posting.unit_id,
        posting.unit_name,
        posting.unit_short_name,
        posting.agency_id,
        coalesce(estimate.job_group, posting.job_group) as job_group,
        estimate.* exclude (
            employee_id,
            job_group,
            window_end,
            is_comparable,
            is_ranked,
            is_distinguishable,
            is_bounded,
            bound_points,
            evaluations,
            skipped,
            group_mean,
            group_ranked
        ),
        coalesce(estimate.is_bounded, false) as is_bounded,
        case when estimate.is_bounded then greatest(estimate.bound_points, 0) else 0 end as bound_points,
        coalesce(estimate.skipped, 0) as skipped,
        coalesce(estimate.evaluations, 0) as evaluations,
        coalesce(estimate.is_comparable, false) as is_comparable,
        coalesce(estimate.is_ranked, false) as is_ranked,
        max(estimate.group_mean) over peers as group_mean,
        coalesce(max(estimate.group_ranked) over peers, 0) as group_ranked,
        count(*) over peers as group_people,
        coalesce(bool_or(estimate.is_distinguishable) over peers, false) as is_distinguishable,
        rank.rank_median,
        rank.rank_lower,
        rank.rank_upper,
        rank.top_quarter_pct,
        rank.bottom_quarter_pct,
        within_signal(estimate.signal_shrunken - 1.959964 * estimate.shrunken_error) as signal_lower,
        within_signal(estimate.signal_shrunken + 1.959964 * estimate.shrunken_error) as signal_upper,
        estimate.place_signal - 1.959964 * estimate.place_error as place_lower,
        estimate.place_signal + 1.959964 * estimate.place_error as place_upper,
        estimate.best_signal + 1.959964 * estimate.place_error as best_upper,
        within_signal(estimate.signal_mean - 1.959964 * estimate.interval_factor * estimate.signal_error) as mean_lower,
        within_signal(estimate.signal_mean + 1.959964 * estimate.interval_factor * estimate.signal_error) as mean_upper
    from mart.accountability_person as person
    cross join window_end
    left join mart.accountability_posting as posting
        on posting.employee_id = person.employee_id
            and is_posted(posting.valid_from, posting.valid_until, window_end.window_end, window_end.period_months)
    left join mart.accountability_estimate as estimate
        on estimate.employee_id = person.employee_id and estimate.window_end = window_end.window_end
    left join mart.accountability_rank as rank
        on rank.employee_id = person.employee_id and rank.window_end = window_end.window_end
    window peers as (partition by coalesce(estimate.job_group, posting.job_group), window_end.window_end)
),
tiered as (
    select
        *,
        bounded_tier(
            tier_of(is_comparable, is_ranked, place_lower, place_upper, group_mean),
            is_comparable and is_bounded,
            (not is_ranked or open_points > 0)
            and stands(bound_mean, bound_mean + 1.959964 * interval_factor * signal_error, group_mean) = 'below',
            case when is_ranked then stands(place_lower, best_upper, group_mean) end
        ) as tier,
        case
            when is_comparable then null
            when evaluations < threshold('ranking_min_evaluations') then 'few_evaluations'
            when unreported_pct > threshold('ranking_max_unreported_pct') then 'unreported'
            else 'small_group'
        end as unranked_reason
    from placed
)
select
    tiered.* exclude (employee_name),
    person.employee_name,
    person.nip,
    coalesce(job.name, tiered.job_group) as job_group_name,
    coalesce(job.name_en, job.name, tiered.job_group) as job_group_name_en,
    cast(threshold('ranking_min_evaluations') as integer) as evaluations_needed,
    cast(threshold('ranking_min_people') as integer) as people_needed,
    threshold('ranking_max_unreported_pct') as unreported_most_pct,
    coalesce(flagged.indicators, 0) as indicators,
    coalesce(flagged.not_reported, 0) as not_reported,
    coalesce(flagged.no_target, 0) as no_target,
    coalesce(flagged.dropped, 0) as dropped,
    coalesce(flagged.without_evidence, 0) as without_evidence,
    coalesce(flagged.evidence_due, 0) as evidence_due,
    coalesce(flagged.easy_targets, 0) as easy_targets,
    case tiered.tier when 'above' then 1 when 'comparable' then 2 when 'unranked' then 4 else 3 end as tier_order,
    -- How many others stand at the same median rank.
    case
        when tiered.is_ranked
            then count(*) over (partition by tiered.job_group, tiered.window_end, tiered.rank_median) - 1
    end as rank_shared_with,
    -- The order in which people are shown: by rank where there are ranks, by name where nobody can be told apart.
    row_number() over (
        partition by tiered.job_group, tiered.window_end
        order by
            tiered.is_comparable desc,
            tiered.rank_median nulls last,
            case when tiered.is_ranked then round(tiered.place_signal, 6) end desc nulls last,
            person.employee_name,
            tiered.employee_id
    ) as display_order
from tiered
join mart.accountability_person as person using (employee_id)
left join reference.job_groups as job on job.job_group = tiered.job_group
left join flagged using (employee_id, window_end)
