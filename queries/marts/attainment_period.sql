-- title: Capaian indikator per periode
-- meaning: Figure and target of the year to date, their attainment with band, or the reason why there is none, and the rate that the rest of the year needs.
-- grain: one row an indicator, unit and period that was due or reported
with figure as ( -- a lone number of a range is a bound where its words say which; else nobody has said whether it is one or a point
    select
        f.*,
        coalesce(attainment_rule_of(i.attainment_rule, i.polarity) = 'range' and t.target is not null and t.target_max is null, false)
            as is_lone,
        case when not is_lone or not is_upper_bound(t.target_text) then t.target end as target,
        case when is_lone and is_upper_bound(t.target_text) then t.target else t.target_max end as target_max,
        is_lone and not is_lower_bound(t.target_text) and not is_upper_bound(t.target_text) as is_point,
        t.target_text, t.target_rank, t.target_year, t.target_source, t.target_to_date,
        coalesce(t.is_prorated, false) as is_prorated,
        i.name as indicator_name, i.unit_of_measure, i.polarity, i.aggregation, i.weight, i.owner_unit_id,
        coalesce(i.is_registered, false) as is_registered,
        attainment_rule_of(i.attainment_rule, i.polarity) as rule,
        predicate_rank(i.scale, f.value_text) as rank,
        ratio_factor(i.unit_of_measure) as factor,
        t.indicator_id is not null and (coalesce(t.target, t.target_max) is not null or t.target_text is not null) as has_target
    from mart.attainment_figure f
    left join mart.attainment_target t using (indicator_id, unit_id, period, period_months)
    left join indicator i on i.indicator_id = f.indicator_id
),
running as (
    select
        *,
        coalesce(sum(period_months) filter (is_reported) over year_to_date, 0)::integer as reported_months,
        sum(period_months) over year_to_date::integer as due_months,
        sum(value) over year_to_date as value_sum,
        -- a period that was not reported is not zero: its target does not count either
        sum(target) filter (value is not null) over year_to_date as target_sum,
        sum(numerator) filter (denominator > 0) over year_to_date as numerator_sum,
        sum(denominator) filter (numerator is not null) over year_to_date as denominator_sum,
        count(*) filter (is_reported) over year_to_date
            = count(*) filter (numerator is not null and denominator > 0) over year_to_date as has_parts
    from figure
    window year_to_date as (partition by indicator_id, unit_id, year, period_months order by period)
),
to_date as (
    select
        *,
        -- rounded where something was worked out, so that 57 of 100 is 57 % and not 56.99999999999999, and reaches its target
        case
            when not is_reported then null
            when aggregation = 'sum' then round(value_sum, 9)
            when aggregation = 'ratio' and has_parts then round(numerator_sum / nullif(denominator_sum, 0) * factor, 9)
            else round(value, 9)
        end as value_ytd,
        case when aggregation = 'sum' then round(coalesce(target_to_date, target_sum, target), 9) else target end as target_ytd
    from running
),
judged as (
    select
        *,
        case
            when source = 'units' and is_reported and reported_units = 0 then 'not_additive'
            else attainment_reason(is_registered, rule, polarity, has_target, is_reported, value_ytd, target_ytd, target_max,
                rank, target_rank, is_point)
        end as reason,
        attainment_pct(rule, value_ytd, target_ytd, target_max, rank, target_rank, attainment_cap(rule, year)) as raw_pct,
        attainment_cap(rule, year) as cap_pct
    from to_date
),
final as (
    select
        *,
        coalesce(rule in ('ratio', 'distance', 'inverse') and aggregation is not null, false) as has_rate,
        12 - case when aggregation = 'last' then month(last_month) else reported_months end as open_months,
        -- how far a level moved within the year: some levels begin at nought each year
        first_value(value ignore nulls) over within_year as first_level,
        first_value(case when value is not null then month(last_month) end ignore nulls) over within_year as first_level_month
    from judged
    window within_year as (partition by indicator_id, unit_id, year, period_months order by period)
),
rated as (
    select
        indicator_id, unit_id, year, period, period_months, last_month,
        indicator_name, unit_of_measure, polarity, aggregation, rule, owner_unit_id, coalesce(weight, 1) as weight, is_registered,
        source, reported_units, expected_units, is_reported, reported_months, due_months,
        coalesce(is_reported and (reported_units < expected_units or reported_months < due_months), false) as is_provisional,
        value, numerator, denominator, value_text, target, target_max, target_text, target_source, is_prorated,
        value_ytd, target_ytd, target_year,
        case when reason is null then raw_pct end as attainment_pct,
        case when reason is null then greatest(least(raw_pct, coalesce(cap_pct, raw_pct)), threshold('attainment_floor_pct')) end
            as attainment_capped_pct,
        cap_pct,
        case when reason is null then attainment_band(raw_pct, year) end as band,
        reason, open_months,
        -- what each period still to come (of period_months) has to bring, beside what each has brought so far:
        -- pace = an amount a period, level = the mean level of the periods, change = how far a level has to move a period
        case when has_rate then case aggregation when 'sum' then 'pace' when 'ratio' then 'level' else 'change' end end as rate_kind,
        case when has_rate and is_reported then case aggregation
            when 'sum' then (target_year - value_ytd) / nullif(open_months, 0) * period_months
            when 'ratio' then (target_year * 12 - value_ytd * reported_months) / nullif(open_months, 0)
            else (target_year - value_ytd) / nullif(open_months, 0) * period_months
        end end as required_rate,
        case when has_rate and is_reported then case aggregation
            when 'sum' then value_ytd / nullif(reported_months, 0) * period_months
            when 'ratio' then value_ytd
            else (value_ytd - first_level) / nullif(month(last_month) - first_level_month, 0) * period_months
        end end as achieved_rate
    from final
)
select
    *,
    case
        when required_rate is null then null
        when polarity = 'lower' and rate_kind <> 'pace' and value_ytd <= target_year then 'reached'
        when polarity is distinct from 'lower' and value_ytd >= target_year then 'reached'
        when rate_kind = 'level' and is_percentage(unit_of_measure) and required_rate > 100 then 'out_of_reach'
        when polarity = 'lower' and rate_kind <> 'change' and required_rate < 0 then 'out_of_reach'
        when achieved_rate is null then null
        when polarity = 'lower' then if(achieved_rate <= required_rate, 'on_pace', 'behind')
        else if(achieved_rate >= required_rate, 'on_pace', 'behind')
    end as rate_state
from rated
