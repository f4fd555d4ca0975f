-- title: Watched values, freed of what all share
-- meaning: Each value of a watched series divided by what is no news about it: the share of its parts that were reported, and the movement that all other units share in that period, or where they are too few, and for a sum, the month of the year; own_value is freed of the month of the year instead of the other units
-- grain: one row a measure, unit, item and period
with ranked as (
    select
        measure, unit_id, item_id, period, ratio,
        row_number() over (partition by measure, item_id, period order by ratio, unit_id) as place
    from mart.signal_base
    where is_adjusted and ratio is not null
),
-- What all units do in the same month (season, holidays) is no news about one of them: the median of their levels, the
-- unit itself left out, so that it is not held against itself.
shared as (
    select measure, item_id, period, units, ratios[cut_off(units) + 1:units - cut_off(units)] as middle
    from (
        select measure, item_id, period, list(ratio order by place) as ratios, count(*) as units
        from ranked
        group by measure, item_id, period
        having count(*) >= threshold('signal_season_units')
    )
),
held as (
    select
        s.*, season.factor as season_factor,
        nullif(
            coalesce(median_without(own.middle, own.units, mine.place), median_without(everything.middle, everything.units, whole.place)), 0
        ) as shared_factor
    from mart.signal_base s
    left join shared own on s.is_adjusted and own.measure = s.measure and own.item_id = s.item_id and own.period = s.period
    left join ranked mine
        on own.units is not null and mine.measure = s.measure and mine.item_id = s.item_id and mine.period = s.period
            and mine.unit_id = s.unit_id
    left join shared everything
        on s.is_adjusted and everything.measure = s.measure and everything.item_id = 'all' and everything.period = s.period
    left join ranked whole
        on everything.units is not null and whole.measure = s.measure and whole.item_id = 'all' and whole.period = s.period
            and whole.unit_id = s.unit_id
    left join mart.signal_season season
        on s.is_seasonal and season.measure = s.measure and season.item_id = s.item_id and season.period = s.period
            and season.unit_id is not distinct from if(s.is_sum, s.unit_id, null)
)
select
    -- a sum is not judged in a known season; a unit is, beside the others
    * replace (if(is_sum, season, null) as season, if(is_sum, season_en, null) as season_en),
    coverage * coalesce(shared_factor, season_factor, 1) as factor, value / factor as freed_value,
    season_factor is not null as is_season_known,
    case when shared_factor is not null then value / (coverage * coalesce(season_factor, 1)) end as own_value
from held
