-- title: Uji ramalan pada tahun-tahun lalu
-- meaning: How forecasts of past years' ends, made from what was known then, compare with what came: the share inside the intervals, the mean error in that of the naive forecast (pace carried on), the Brier score of the probability where the target was neither certain nor lost, beside the naive one's.
-- grain: one row a distance to the year's end (in quarters begun), and one for all (null)
with tested as (
    select
        *, ceil(periods_ahead * period_months / 3.0)::integer as quarters_ahead,
        abs(forecast - actual) as error, abs(prorated - actual) as prorated_error,
        case when state = 'forecast' and is_met is not null and is_prorated_met is not null then is_met::integer end as met
    from mart.attainment_forecast
    where forecast is not null and actual is not null
)
select
    quarters_ahead,
    count(*) as forecasts, count(distinct (indicator_id, unit_id)) as series, min(year) as first_year, max(year) as last_year,
    count_if(is_within_80)::bigint as within_80, 100.0 * count_if(is_within_80) / count(*) as coverage_80_pct,
    count_if(is_within_95)::bigint as within_95, 100.0 * count_if(is_within_95) / count(*) as coverage_95_pct,
    100.0 * count_if(is_model_80) / count(*) as model_coverage_80_pct,
    100.0 * count_if(is_model_95) / count(*) as model_coverage_95_pct,
    -- half of the forecasts miss by less than this share of what the naive one misses by
    median(error / nullif(prorated_error, 0)) as relative_error,
    count(met) as judged, avg((probability - met) ** 2) as brier,
    avg((is_prorated_met::integer - met) ** 2) as prorated_brier
from tested
group by grouping sets ((quarters_ahead), ())
