-- title: Counts near zero beside what chance gives
-- meaning: Each month of a watched count with a small mean: the limits that its chance leaves (quantiles of a Poisson, or where cases come in clusters of a negative binomial, as rare as three standard deviations), and how rarely the last 1 to 7 months together have so few or so many of all that the series has: exact whatever the mean is, three times the rarest for looking at seven. Where small counts are rounded, what counts is how many of these months lie under, or above, the middle one
-- grain: one row a measure, unit, item and month with a value
with placed as (
    select
        f.measure, f.unit_id, f.item_id, f.segment, f.period, f.value, f.factor,
        f.season is null and not f.is_slip as is_judged, f.is_rounded, l.dispersion, l.centre / (l.dispersion - 1) as size
    from mart.signal_freed f
    join mart.signal_limit l using (measure, unit_id, item_id, segment)
    where l.is_count and f.freed_value is not null
),
spread as (
    select * from (
        select *, unnest(range(0, ceil(8 * size * factor * (dispersion - 1) + 40 * dispersion)::bigint)) as k
        from (select distinct size, factor, dispersion from placed)
    )
),
quantiles as (
    select size, factor, dispersion, min(k) filter (upto >= 0.00135) as lower, min(k) filter (upto >= 0.99865) as upper
    from (
        select *, sum(count_chance(k, size * factor, dispersion)) over (partition by size, factor, dispersion order by k) as upto
        from spread
    )
    group by all
),
sided as (
    select *, median(value) over (partition by measure, unit_id, item_id, segment) as middle from placed where is_judged
),
totals as (
    select
        measure, unit_id, item_id, segment, sum(value) as total, sum(factor) as months, bool_or(is_rounded) as is_coarse,
        count(*) as n, count_if(value < middle) as under_middle, count_if(value > middle) as over_middle
    from sided
    group by all
),
numbered as (
    select *, row_number() over (partition by measure, unit_id, item_id, segment order by period) as place
    from sided
),
last_months as (
    select
        p.measure, p.unit_id, p.item_id, p.segment, p.period, p.size, r.points,
        sum(b.value)::bigint as found, sum(b.factor) as months,
        count_if(b.value < b.middle) as under_middle, count_if(b.value > b.middle) as over_middle
    from numbered p
    cross join range(1, 8) as r (points)
    join numbered b using (measure, unit_id, item_id, segment)
    where b.place between p.place - r.points + 1 and p.place
    group by all
    having count(*) = r.points
),
tails as (
    select
        measure, unit_id, item_id, period, points, coalesce(sum(chance), 0) as upto, coalesce(sum(chance) filter (k < found), 0) as under
    from (
        select l.*, k.k, part_chance(k.k, t.total, l.size * l.months, l.size * (t.months - l.months)) as chance
        from last_months l
        join totals t using (measure, unit_id, item_id, segment), unnest(range(0, l.found + 1)) as k (k)
        where t.months > l.months * (1 + 1e-9) and not t.is_coarse
    )
    group by all
    union all -- of rounded counts: at least so many months under the middle one, and over it
    select
        measure, unit_id, item_id, period, points,
        coalesce(sum(side_chance(k, n, all_under, points)) filter (k >= under_middle), 1) as upto,
        1 - coalesce(sum(side_chance(k, n, all_over, points)) filter (k >= over_middle), 1) as under
    from (
        select l.*, t.n, t.under_middle as all_under, t.over_middle as all_over, unnest(range(0, l.points + 1)) as k
        from last_months l
        join totals t using (measure, unit_id, item_id, segment)
        where t.is_coarse and t.n > l.points
    )
    group by all
),
judged as (
    select
        measure, unit_id, item_id, period, least(1, 3 * greatest(2 * min(least(upto, 1 - under)), 1e-12)) as p_value,
        arg_min(if(upto < 1 - under, -1, 1), least(upto, 1 - under)) as heading
    from tails
    group by all
)
select
    p.measure, p.unit_id, p.item_id, p.period, q.lower::double as lower, q.upper::double as upper,
    -- a rounded count may be that of one patient
    not p.is_rounded and (p.value < q.lower or p.value > q.upper) as is_outside, coalesce(j.p_value, 1) as p_value, j.heading
from placed p
join quantiles q using (size, factor, dispersion)
left join judged j using (measure, unit_id, item_id, period)
