-- title: Limits of watched series
-- meaning: The mean of a watched series and how far noise alone strays from it (XmR: 2.66 mean moving range, screened), anew from each declared rebase; limits only from enough points on
-- grain: one row a measure, unit, item and segment between rebases
with listed as (
    select measure, unit_id, item_id, segment, list(freed_value order by period) as x
    from mart.signal_freed
    where freed_value is not null and season is null -- a known season says nothing about what is ordinary
    group by all
)
select
    * exclude (x), len(x) as points, list_avg(x) as centre,
    xmr_half_width(xmr_screened(xmr_moving_ranges(x))) as half_width,
    len(x) >= threshold('signal_min_points') as has_limits
from listed
