-- title: Prospek target tahun
-- meaning: The year's end of each indicator as seen from each reported period: path, rates and forecast side by side, how likely the target is, and whether it looks too easy or needs a rate that was never reached.
-- grain: one row an indicator, unit and reported period
with seen as (
    select
        p.indicator_id, p.unit_id, p.year, p.period, p.period_months, p.last_month, p.kind, p.rate_kind, p.is_lower_better,
        p.is_provisional, p.value_ytd, p.target_ytd, p.target_year, p.open_months, p.required_rate, p.achieved_rate,
        p.rate_state, p.best_rate, f.periods_ahead, f.state, f.reason, f.model, f.forecast, f.lower_80, f.upper_80, f.lower_95,
        f.upper_95, f.probability, f.past_errors, f.is_met, f.actual, f.ahead, f.ahead_lower_80, f.ahead_upper_80, f.ahead_lower_95,
        f.ahead_upper_95
    from mart.attainment_path p
    join mart.attainment_forecast f using (indicator_id, unit_id, period)
)
select
    *,
    case
        when probability is null or state not in ('forecast', 'reached', 'out_of_reach') then null
        when state <> 'forecast' then state
        when probability < threshold('forecast_impossible_probability') then 'impossible'
        when probability < threshold('forecast_unlikely_probability') then 'unlikely'
        when probability < threshold('forecast_likely_probability') then 'open'
        else 'likely'
    end as chance,
    -- the target was as good as met in the first half of the year
    coalesce(max_by(probability, period) filter (
        month(last_month) <= threshold('forecast_easy_month') and state <> 'complete'
    ) over year_so_far >= threshold('forecast_easy_probability'), false) as is_easy,
    coalesce(
        state in ('forecast', 'out_of_reach', 'none') and rate_state in ('behind', 'out_of_reach')
        and if(is_lower_better, required_rate < best_rate, required_rate > best_rate), false
    ) as is_beyond_best
from seen
window year_so_far as (partition by indicator_id, unit_id, year order by period)
