-- title: Seberapa tepat ramalan selama ini
-- meaning: How forecasts of past years' ends compare with what came, by distance to the year's end in quarters, and for all (quarters_ahead is null).
-- grain: one row a distance to the year's end
select * from mart.attainment_forecast_backtest order by quarters_ahead nulls first
