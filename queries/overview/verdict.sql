-- title: Putusan
-- meaning: How it stands with the year's targets of the level in view: how many there are, how many are reached as of now, how many are unlikely to be met (not reported counts as a target, never as reached), the state that this share gives (among those that can be foreseen; verdict_* of reference.thresholds; open: none can, over: the year has ended), and the one whose missing weighs most.
-- grain: one row
with card as (
    select * from indicators_in_view($period_to, $agency, $unit, $units)
    where attainment_pct is not null or target_year is not null or target_text is not null
),
counted as (
    select
        count(*) as targets, count(*) filter (attainment_pct >= 100) as reached, count(*) filter (is_reported) as reported,
        count(probability) as foreseen,
        count(*) filter (is_over) as ended,
        count(*) filter (is_unlikely) as unlikely,
        max(year) as year,
        max(as_of) as as_of,
        arg_max(struct_pack(indicator_name, attainment_pct), consequence) filter (is_unlikely) as heaviest
    from card
)
select
    targets, reached, reported, foreseen, unlikely, year, as_of, heaviest.indicator_name as heaviest_name,
    heaviest.attainment_pct as heaviest_pct,
    case
        when foreseen = 0 then 'open'
        when ended = foreseen then 'over'
        when unlikely * 100 >= foreseen * threshold('verdict_unsafe_pct') then 'unsafe'
        when unlikely * 100 >= foreseen * threshold('verdict_watch_pct') then 'watch'
        else 'safe'
    end as state
from counted
