-- title: The month of the year in watched series
-- meaning: How a month of the year lies to its year, as a factor, by the other years alone: for the units by the median of them all, for a sum by itself. A month of a known season is held against such months alone. Drawn towards 1 as far as years disagree more than months do; null where no other year has it and it is one of the newest three
-- grain: one row a measure, item, period and sum (unit null: for the units)
with moved as (
    select measure, item_id, case when is_sum then unit_id end as unit_id, period, season, median(ratio) filter (not is_slip) as movement
    from mart.signal_base
    where is_seasonal and period_months = 1
    group by 1, 2, 3, 4, 5
),
placed as ( -- years are counted back from the newest month, so that the newest one is whole
    select
        *, case when movement > 0 then ln(movement) end as logged,
        date_diff('month', period, max(period) over (partition by measure, item_id, unit_id)) as months_back
    from moved
),
rough as (
    select
        *, months_back // 12 as years_back, months_back % 12 as month_of_year,
        case when count(logged) filter (season is null) over year_of >= threshold('signal_season_months')
                then logged - avg(logged) filter (season is null) over year_of
        end as near
    from placed
    window year_of as (partition by measure, item_id, unit_id, months_back // 12)
),
levelled as ( -- the level of a year, once more without what its months are: one that lacks its best month is no bad year
    select *, near - avg(near - typical) filter (season is null) over year_of as alone
    from (select *, avg(near) over (partition by measure, item_id, unit_id, month_of_year, season) as typical from rough)
    window year_of as (partition by measure, item_id, unit_id, years_back)
),
within_year as ( -- up and down by turns, month by month, is no season but chance
    select
        *, if(month_of_year % 2 = 0, 1, -1) as turn, alone - turn * avg(alone * turn) filter (season is null) over year_of as lies
    from levelled
    window year_of as (partition by measure, item_id, unit_id, years_back)
),
by_month as (
    select
        measure, item_id, unit_id, month_of_year, season, avg(lies) as mean, count(lies) as years,
        sum(lies * lies) - count(lies) * avg(lies) ** 2 as strays
    from within_year
    group by all
),
known as ( -- variance of one month about its month of the year, and of the months of the year beyond what that alone gives
    select
        measure, item_id, unit_id, sum(strays) / nullif(sum(years - 1), 0) as noise,
        greatest(0, var_samp(mean) filter (season is null) - noise / avg(years)) as seasonal
    from by_month
    where years > 0
    group by all
),
judged as (
    select
        w.measure, w.item_id, w.unit_id, w.period,
        m.years - if(w.lies is null, 0, 1) as other_years,
        -- of an earlier month that no other year has, itself: it shall not look like a jump; of the newest that would hide what is new
        case
            when other_years > 0 then (m.mean * m.years - coalesce(w.lies, 0)) / other_years
            when w.months_back >= 3 then w.lies
        end as others,
        k.seasonal / nullif(k.seasonal + k.noise / greatest(other_years, 1), 0) as trusted
    from within_year w
    join by_month m
        on m.measure = w.measure and m.item_id = w.item_id and m.unit_id is not distinct from w.unit_id
            and m.month_of_year = w.month_of_year and m.season is not distinct from w.season
    left join known k on k.measure = w.measure and k.item_id = w.item_id and k.unit_id is not distinct from w.unit_id
)
select measure, item_id, unit_id, period, exp(others * coalesce(trusted, 0)) as factor
from judged
