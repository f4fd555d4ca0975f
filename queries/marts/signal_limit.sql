-- title: Limits of watched series
-- meaning: The mean of a watched series and how far noise alone strays from it (XmR: 2.66 mean moving range, screened), anew from each declared rebase; limits only from enough points on. What a finding calls a slip is left out and counted (left_out). Of counts near zero (is_count) also their dispersion
-- grain: one row a measure, unit, item and segment between rebases
with listed as (
    select
        measure, unit_id, item_id, segment, list(freed_value order by period) filter (not is_slip) as x,
        count_if(is_slip)::bigint as left_out, avg(own_value) filter (not is_slip) as own_centre,
        avg(value) filter (not is_slip) as mean_value
    from mart.signal_freed
    where freed_value is not null and (season is null or is_slip) -- a known season says nothing about what is ordinary
    group by all
),
placed as (
    select
        * exclude (x, mean_value), coalesce(len(x), 0) as points, list_avg(x) as centre,
        xmr_half_width(xmr_screened(xmr_moving_ranges(x))) as half_width, count_dispersion(x, centre) as dispersion_of_counts,
        coalesce(len(x), 0) >= threshold('signal_min_points') as has_limits,
        measure = 'visits' and coalesce(mean_value > 0 and mean_value < threshold('signal_count_mean'), false) as is_rare
    from listed
)
select
    * exclude (is_rare, dispersion_of_counts),
    is_rare and has_limits as is_count,
    case when is_rare and has_limits then dispersion_of_counts end as dispersion
from placed
