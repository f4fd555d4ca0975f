-- title: Capaian indikator per periode
-- meaning: Figure and target of the year to date, their attainment with band, or the reason why there is none, and the rate that the rest of the year needs.
-- grain: one row an indicator, unit and period that was due or reported
with own as ( -- what the unit itself reported in the period
    select
        p.*, f.value as own_value, f.numerator as own_numerator, f.denominator as own_denominator, f.value_text,
        coalesce(f.is_reported, false) as is_own_reported
    from (
        select distinct
            indicator_id, unit_id, year, period, period_months, last_month, source, seen_on, year_seen_on
        from mart.attainment_part
    ) p
    left join mart.attainment_figure f
        on f.indicator_id = p.indicator_id and f.unit_id = p.unit_id and f.period = p.period
            and f.period_months = p.period_months and p.source = 'own'
),
brought as ( -- the sums over the units that a figure is of
    select
        indicator_id, unit_id, period, period_months,
        count(*) filter (is_expected) as expected_units, count(*) filter (is_expected and is_whole) as reported_units,
        count(*) filter (is_period_whole and member_id <> unit_id) as period_units,
        bool_or(is_reported) as is_any_reported, bool_and(has_parts) as has_parts, bool_or(is_rounded) as is_rounded,
        count(if(aggregation = 'sum', value, denominator)) as counted_units,
        bool_or(is_lacking) as is_lacking, bool_or(is_held_lacking) as is_held_lacking,
        bool_or((due_months & ~covered_months) <> 0) as is_behind,
        bit_or(due_months) as due_bits, bit_or(covered_months) as covered_bits, bit_or(year_months) as year_bits,
        avg(bit_count(due_months)) filter (is_paced) as mean_due_months,
        avg(told_months) filter (is_paced) as mean_reported_months,
        -- months weighed by what each unit brings in one: told, not told in time, and to come by the end of its year
        sum(pace * told_months) filter (is_paced) as told_paced,
        sum(pace * (bit_count(due_months) - told_months)) filter (is_paced) as late_paced,
        sum(pace * (last_of_bits(year_months) - first_of_bits(year_months) + 1 - told_months)) filter (is_paced) as open_paced,
        coalesce(nullif(sum(pace) filter (is_paced and is_expected), 0), sum(pace) filter (is_paced)) as pace,
        sum(value) as value_sum, sum(numerator) as numerator_sum, sum(denominator) as denominator_sum,
        sum(target_sum) as target_sum, sum(target_max_sum) as target_max_sum,
        sum(held_target_sum) as held_target_sum, sum(held_target_max_sum) as held_target_max_sum,
        sum(period_value) filter (is_period_whole) as period_value,
        sum(period_numerator) filter (is_period_whole) as period_numerator,
        sum(period_denominator) filter (is_period_whole) as period_denominator,
        sum(period_target_sum) filter (is_period_whole) as period_target_sum,
        sum(period_target_max_sum) filter (is_period_whole) as period_target_max_sum,
        sum(due_target) as due_target,
        case when min(due_target) = max(due_target) then min(due_target) end as same_due_target,
        -- what the year asks of all, reported or not; a unit without a denominator yet weighs as much as the mean of the others
        bool_or(target_year is null and (value is not null or denominator is not null)) as is_year_lacking,
        sum(target_year) as target_year_sum,
        sum(target_year * coalesce(denominator, mean_denominator)) as target_year_weighed,
        sum(coalesce(denominator, mean_denominator)) filter (target_year is not null) as target_year_weight,
        case when min(target_year) = max(target_year) then min(target_year) end as same_target_year,
        sum(target_year * denominator) / nullif(sum(denominator) filter (target_year is not null), 0) as told_target_year
    from (
        select *, if(min(likely_pace) over figure >= 0 and sum(likely_pace) over figure > 0, likely_pace, 1) as pace
        from (
            select
                *, avg(denominator) over figure as mean_denominator,
                bool_and(target_year is not null) over figure as is_year_known,
                sum(value) over figure / nullif(sum(target_sum) over figure, 0) as reached_share,
                -- an amount is asked of all units, the level of a quotient of those that told theirs
                year_months <> 0 and member_id <> unit_id
                and (aggregation = 'sum' or denominator is not null or count(denominator) over figure = 0) as is_paced,
                bit_count(covered_months & due_months) as told_months,
                if(aggregation = 'sum', value, denominator) / nullif(told_months, 0) as own_pace,
                -- who has told nothing yet is taken to bring as much as the others do, and no more of its target than they
                coalesce(
                    own_pace, least(
                        avg(if(aggregation = 'sum', value, denominator) / nullif(bit_count(covered_months & due_months), 0)) over figure,
                        if(aggregation = 'sum' and is_year_known, target_year / bit_count(year_months) * reached_share, null)
                    )
                ) as likely_pace
            from mart.attainment_member
            window figure as (partition by indicator_id, unit_id, period, period_months)
        )
        window figure as (partition by indicator_id, unit_id, period, period_months)
    )
    group by all
),
earlier as ( -- an agency's own target of an amount, of the periods of which some unit reported
    select o.indicator_id, o.unit_id, o.period, o.period_months, sum(t.target) as target_sum, sum(t.target_max) as target_max_sum,
        bool_or(coalesce(t.target, t.target_max) is null) as is_lacking
    from own o
    join own e using (indicator_id, unit_id, year)
    join brought b
        on b.indicator_id = e.indicator_id and b.unit_id = e.unit_id and b.period = e.period and b.period_months = e.period_months
    join mart.attainment_target t
        on t.indicator_id = e.indicator_id and t.unit_id = e.unit_id and t.year = e.year and t.period = e.period
            and t.period_months = e.period_months and t.seen_on is not distinct from o.seen_on
    where o.source = 'units' and e.last_month <= o.last_month and (e.is_own_reported or e.source = 'units' and b.is_any_reported)
    group by all
),
figure as (
    select
        o.*, b.* exclude (indicator_id, unit_id, period, period_months, expected_units, reported_units),
        i.name as indicator_name, i.unit_of_measure, i.polarity, i.aggregation, i.weight, i.owner_unit_id,
        coalesce(i.is_registered, false) as is_registered,
        attainment_rule_of(i.attainment_rule, i.polarity) as rule,
        predicate_rank(i.scale, o.value_text) as rank,
        ratio_factor(i.unit_of_measure) as factor,
        o.source = 'units' as is_of_units,
        t.unit_id is not null as is_held,
        if(is_of_units, b.is_any_reported, o.is_own_reported) as is_reported,
        if(is_of_units, b.reported_units, o.is_own_reported::bigint) as reported_units,
        if(is_of_units, b.expected_units, 1) as expected_units,
        if(is_of_units, b.mean_reported_months, bit_count(b.covered_bits))::double as reported_months,
        if(is_of_units, b.mean_due_months, bit_count(b.due_bits))::double as due_months,
        last_of_bits(b.year_bits) - first_of_bits(b.year_bits) + 1 as year_months,
        case
            when not is_of_units then o.own_value
            when i.aggregation = 'sum' then b.period_value
            else b.period_numerator / nullif(b.period_denominator, 0) * ratio_factor(i.unit_of_measure)
        end as value,
        if(is_of_units, b.period_numerator, o.own_numerator) as numerator,
        if(is_of_units, b.period_denominator, o.own_denominator) as denominator,
        t.target_text, t.target_rank, coalesce(t.is_point, false) as is_point, coalesce(t.is_prorated, false) as is_prorated,
        t.target as held_target, t.target_max as held_target_max, y.target_year as held_target_year, t.target_source as held_source,
        d.indicator_id is not null as is_doubtful,
        e.is_lacking as is_earlier_lacking, e.target_sum as earlier_target_sum, e.target_max_sum as earlier_target_max_sum
    from own o
    join brought b using (indicator_id, unit_id, period, period_months)
    left join indicator i on i.indicator_id = o.indicator_id
    left join mart.attainment_target t
        on t.indicator_id = o.indicator_id and t.unit_id = o.unit_id and t.year = o.year and t.period = o.period
            and t.period_months = o.period_months and t.seen_on is not distinct from o.seen_on
    left join mart.attainment_target y
        on y.indicator_id = o.indicator_id and y.unit_id = o.unit_id and y.year = o.year and y.period is null
            and y.seen_on is not distinct from o.year_seen_on
    left join mart.attainment_doubt d on d.indicator_id = o.indicator_id and d.unit_id = o.unit_id
    left join earlier e
        on e.indicator_id = o.indicator_id and e.unit_id = o.unit_id and e.period = o.period and e.period_months = o.period_months
),
targeted as ( -- what the figure is held against: the same reports on both sides, or nothing where one of them has no target
    select
        *,
        case
            when aggregation = 'sum' and is_held then if(is_of_units, coalesce(is_earlier_lacking, false), is_held_lacking)
            when is_held then false
            else is_lacking or not is_of_units
        end as is_untargeted,
        case
            when is_held then held_target
            when is_untargeted then null
            when aggregation = 'sum' then if(is_reported, period_target_sum, due_target)
            when period_denominator > 0 then period_target_sum / period_denominator
            else same_due_target
        end as target,
        case
            when is_held then held_target_max
            when is_untargeted then null
            when aggregation = 'sum' then period_target_max_sum
            else period_target_max_sum / nullif(period_denominator, 0)
        end as target_max,
        -- where a rate has no target of its own for one of the periods, that of the newest stands for all
        case when aggregation = 'sum' then 1
            when not is_held or aggregation = 'ratio' and has_parts and not is_held_lacking then denominator_sum
        end as weight_to_date,
        case when is_untargeted then null else coalesce(round(
            case when not is_held then target_sum when aggregation = 'sum' and is_of_units then earlier_target_sum else held_target_sum end
            / nullif(weight_to_date, 0), 9
        ), target) end as target_ytd,
        case when is_untargeted then null else coalesce(round(
            case
                when not is_held then target_max_sum
                when aggregation = 'sum' and is_of_units then earlier_target_max_sum
                else held_target_max_sum
            end / nullif(weight_to_date, 0), 9
        ), target_max) end as target_max_ytd,
        case
            when is_held then held_target_year
            when is_untargeted or is_year_lacking then null
            when aggregation = 'sum' then target_year_sum
            when target_year_weight > 0 then target_year_weighed / target_year_weight
            else same_target_year
        end as target_year,
        -- a quotient of some units is on its way to what the year asks of these
        case when not is_held and aggregation is distinct from 'sum' and target_year is not null
            then coalesce(told_target_year, target_year) else target_year
        end as target_year_told,
        case when is_held then held_source when coalesce(target, target_year) is not null then 'units' end as target_source,
        coalesce(target_ytd, target_max_ytd) is not null or target_text is not null as has_target
    from figure
),
to_date as (
    select
        *,
        -- rounded where something was worked out, so that 57 of 100 is 57 % and not 56.99999999999999, and reaches its target
        case
            when not is_reported or is_doubtful then null
            when aggregation = 'sum' then round(value_sum, 9)
            when is_of_units or aggregation = 'ratio' and has_parts then round(numerator_sum / nullif(denominator_sum, 0) * factor, 9)
            else round(value, 9)
        end as value_ytd,
        attainment_cap(rule, year) as cap_pct
    from targeted
),
judged as (
    select
        *,
        case
            when is_of_units and is_reported and counted_units = 0 then 'not_additive'
            else attainment_reason(is_registered, rule, polarity, has_target, is_reported, value_ytd, target_ytd, target_max_ytd,
                rank, target_rank, is_point, is_doubtful, coalesce(denominator_sum, own_denominator) = 0)
        end as reason,
        attainment_pct(rule, value_ytd, target_ytd, target_max_ytd, rank, target_rank, cap_pct) as raw_pct
    from to_date
),
final as (
    select
        *,
        coalesce(rule in ('ratio', 'distance', 'inverse') and aggregation is not null and not is_doubtful, false) as has_rate,
        case
            when aggregation = 'last' then last_of_bits(year_bits) - month(last_month)
            when not is_of_units then year_months - reported_months
            when aggregation = 'ratio' then open_paced / nullif(pace, 0)
            -- those of the calendar, and what is late in months of all units
            else last_of_bits(year_bits) - month(last_month) + late_paced / nullif(pace, 0)
        end as open_months,
        if(is_of_units, told_paced / nullif(pace, 0), reported_months) as paced_months,
        -- how far a level moved within the year, of all its units: some levels begin at nought each year
        case when reported_units >= expected_units then value_ytd end as whole_level,
        first_value(whole_level ignore nulls) over within_year as first_level,
        first_value(case when whole_level is not null then month(last_month) end ignore nulls) over within_year as first_level_month
    from judged
    window within_year as (partition by indicator_id, unit_id, year order by last_month, period_months)
),
rated as (
    select
        indicator_id, unit_id, year, period, period_months, last_month,
        indicator_name, unit_of_measure, polarity, aggregation, rule, owner_unit_id, coalesce(weight, 1) as weight, is_registered,
        source, reported_units, expected_units, is_reported, reported_months, due_months,
        coalesce(
            is_reported and (reported_units < expected_units or if(is_of_units, is_behind, reported_months < due_months)), false
        ) as is_provisional,
        if(is_of_units, period_units, reported_units) as period_units,
        value, numerator, denominator, value_text, target, target_max, target_text, target_source, is_prorated,
        is_rounded, value_ytd, numerator_sum as numerator_ytd, denominator_sum as denominator_ytd, target_ytd, target_max_ytd, target_year,
        target_year_told,
        case when reason is null then raw_pct end as attainment_pct,
        case when reason is null then attainment_in_mean(raw_pct, cap_pct) end as attainment_capped_pct,
        cap_pct,
        case when reason is null then attainment_band(raw_pct, year) end as band,
        reason, open_months,
        -- what each period still to come (of period_months) has to bring, beside what each has brought so far:
        -- pace = an amount a period, level = the mean level of the periods, change = how far a level has to move a period
        case when has_rate then case aggregation when 'sum' then 'pace' when 'ratio' then 'level' else 'change' end end as rate_kind,
        case when has_rate and is_reported then case aggregation
            when 'sum' then (target_year_told - value_ytd) / nullif(open_months, 0) * period_months
            when 'ratio' then (target_year_told * (paced_months + open_months) - value_ytd * paced_months) / nullif(open_months, 0)
            else (target_year_told - value_ytd) / nullif(open_months, 0) * period_months
        end end as required_rate,
        case when has_rate and is_reported then case aggregation
            -- of units what those that have months to come bring in them, each at its own pace
            when 'sum' then if(
                is_of_units and open_months > 0, value_ytd * open_paced / nullif(told_paced, 0) / open_months,
                value_ytd / nullif(reported_months, 0)
            ) * period_months
            when 'ratio' then value_ytd
            else (whole_level - first_level) / nullif(month(last_month) - first_level_month, 0) * period_months
        end end as achieved_rate
    from final
)
select
    *,
    case
        when required_rate is null then null
        when polarity = 'lower' and rate_kind <> 'pace' and value_ytd <= target_year_told then 'reached'
        when polarity is distinct from 'lower' and value_ytd >= target_year_told then 'reached'
        when rate_kind = 'level' and is_percentage(unit_of_measure) and required_rate > 100 then 'out_of_reach'
        when polarity = 'lower' and rate_kind <> 'change' and required_rate < 0 then 'out_of_reach'
        when achieved_rate is null then null
        when polarity = 'lower' then if(achieved_rate <= required_rate, 'on_pace', 'behind')
        else if(achieved_rate >= required_rate, 'on_pace', 'behind')
    end as rate_state
from rated
