-- Funnel plots (Spiegelhalter 2005, Funnel plots for comparing institutional performance, Statistics in Medicine 24:1185-1202):
-- how far units of unlike size may lie from the overall figure by chance alone, x of n, z = 1.96 for 95 %, 3.09 for 99.8 %.
-- A limit is the quantile of the distribution itself, binomial for proportions and Poisson for rates: what will be seen of a known
-- figure. Wilson's and Byar's are intervals of an unknown figure, too wide near 0 and 1.

-- Limits of the relation named `rows` (of_kind, middle: the overall proportion 0..1 or events a head, n, is_curve): a row each and z.
-- The smallest count that a share or more do not exceed, from the chances of all counts that matter; for a curve without steps
-- the point between two counts by which just that share would be within (Spiegelhalter 2005, appendix), so that a unit is on the same
-- side of both. A binomial is of whole cases. Where a deviation is of more than 20 counts: from mean, deviation and skewness, half
-- a unit for the steps (Cornish & Fisher 1938; Abramowitz & Stegun 26.2.49), the same count but in one of some hundred cases.
create or replace macro funnel_limits(rows) as table
with asked_limits as (
    select distinct
        of_kind, middle, n, is_curve, if(of_kind = 'rate' or is_curve, n, greatest(round(n), 1)) as whole, whole * middle as mean,
        sqrt(greatest(mean * if(of_kind = 'rate', 1, 1 - middle), 0)) as deviation
    from query_table(rows)
    where n > 0 and middle >= 0
),
counted_chances as (
    select
        *, sum(chance) over (partition by of_kind, middle, n, is_curve order by k) as upto
    from (
        select
            * exclude (deviation), exp(
                case of_kind
                    when 'rate' then k * ln(mean) - mean - lgamma(k + 1)
                    else lgamma(whole + 1) - lgamma(k + 1) - lgamma(whole - k + 1) + k * ln(middle) + (whole - k) * ln(1 - middle)
                end
            ) as chance
        from (
            select
                *, unnest(range(
                    greatest(0, floor(mean - 8 * deviation - 10))::bigint,
                    least(if(of_kind = 'rate', 'infinity'::double, floor(whole)), ceil(mean + 6 * deviation + 10))::bigint + 1
                )) as k
            from asked_limits
            where deviation > 0 and deviation <= 20
        )
    )
),
sides as (
    select * from (values (-3.09, 0.001), (-1.96, 0.025), (1.96, 0.975), (3.09, 0.999)) as side (z, share)
),
few as (
    select
        of_kind, middle, n, is_curve, z, min(k) + if(
            is_curve, if(z > 0, 1, 0) - (min(upto) - any_value(share)) / nullif(min_by(chance, k), 0), 0
        ) as count
    from counted_chances join sides on upto >= share - 1e-12
    group by of_kind, middle, n, is_curve, z
),
many as (
    select
        *, mean + z * deviation + (z * z - 1) / 6 * if(of_kind = 'rate', 1, 1 - 2 * middle) + sign(z) * 0.5 as between_counts,
        if(is_curve, between_counts, sign(z) * floor(sign(z) * between_counts)) as count
    from asked_limits cross join sides
)
select
    a.of_kind, a.middle, a.n, a.is_curve, a.z,
    greatest(0, least(
        case when a.deviation > 20 then a.count when a.deviation = 0 then a.mean else coalesce(few.count, a.whole) end / a.whole,
        if(a.of_kind = 'rate', 'infinity'::double, 1)
    )) as edge
from many a left join few using (of_kind, middle, n, is_curve, z);

-- The scale on which the variance of a figure depends on its size alone and is 1 / 4n: arcsine for proportions, square root for rates.
create or replace macro funnel_scale(kind, figure) as
    case kind when 'proportion' then asin(sqrt(least(greatest(figure, 0), 1))) when 'rate' then sqrt(figure) end;

create or replace macro funnel_unscaled(kind, scaled) as
    case kind when 'proportion' then sin(least(greatest(scaled, 0), pi() / 2)) ** 2 when 'rate' then greatest(scaled, 0) ** 2 end;

-- How much farther a limit lies where the spread is known from so few units alone: Student's t over the normal, by its expansion
-- (Abramowitz & Stegun 26.7.5).
create or replace macro few_units(z, degrees) as
    1 + (z ** 2 + 1) / (4 * degrees) + (5 * z ** 4 + 16 * z ** 2 + 3) / (96 * degrees ** 2)
        + (3 * z ** 6 + 19 * z ** 4 + 17 * z ** 2 - 15) / (384 * degrees ** 3);

-- A limit where units differ by more than chance: a random effect with the variance tau2 on the scale, found from so many units, moves it
-- out by the share that it adds to the deviation there.
create or replace macro funnel_widened(kind, edge, middle, n, z, tau2, units) as
    case
        when tau2 > 0 then funnel_unscaled(
            kind,
            funnel_scale(kind, middle) + (funnel_scale(kind, edge) - funnel_scale(kind, middle))
            * sqrt(1 + 4 * n * tau2 * few_units(z, greatest(units - 2, 2)) ** 2)
        )
        else edge
    end;

-- E[min(max(Z, -a), a)^2] of a standard normal Z, a = 1.28155 its 90 % point: what winsorising at 10 % leaves of a variance of 1,
-- 1 - 2 * 0.1 - 2 a * density(a) + 2 * 0.1 * a^2 = 0.8 - 0.449815 + 0.328470. The mean square of winsorised z is divided by it, so that
-- phi is 1 under chance alone; without it the spread between units would be taken for a third less than it is.
create or replace macro winsorised_variance() as 0.678655::double;

-- Between-unit variance from phi, the mean square of z over so many units of weights w = 1 / s2 = 4n (DerSimonian & Laird 1986, as
-- Spiegelhalter, Sherlaw-Johnson, Bardsley et al. 2012, Statistical methods for healthcare regulation, JRSS A 175:1-47).
-- Added, not multiplied: what sets units apart (distance, hospitals nearby) does not shrink as a unit grows, so that large units
-- would be called out for it if limits were only stretched by sqrt(phi).
create or replace macro funnel_tau2(phi, units, weights, weights_squared) as
    greatest(0, (units * phi - (units - 1)) / nullif(weights - weights_squared / nullif(weights, 0), 0));

-- The funnel of the relation named `rows` (unit_id, x, n; a null x was not reported): a row a unit (part 'unit') and a row a step of the
-- limit curves (part 'limit', no unit). `kind` proportion or rate, `factor` what figures are multiplied by (100 for %), `polarity`
-- higher or lower is better, `smallest` the n (of a rate: the expected count) under which a unit is shown but not judged.
-- Who is judged must not widen his own limits: each unit is first held against the others alone, and one far from them (99.8 %) takes
-- no part in middle and spread of the limits. phi is from the judged ones, z winsorised at 10 %; the overall figure is that of all.
-- Fewer judged units than funnel_min_units: no limits.
create or replace macro funnel(rows, kind, factor, polarity, smallest) as table
with asked as (select kind as of_kind, smallest as least_size),
reported as (
    select
        unit_id, cast(x as double) as x, cast(n as double) as n, case when n > 0 then cast(x as double) / n end as figure,
        sum(x order by unit_id) filter (n > 0) over () / nullif(sum(n) filter (x is not null and n > 0) over (), 0) as overall
    from query_table(rows)
),
given as (
    select
        *, coalesce(n * case of_kind when 'rate' then overall else 1 end < least_size, true) as is_small,
        not is_small and figure is not null as is_judged
    from reported cross join asked
),
known as (select * from given where figure is not null),
-- Half a case more of either kind, so that others without any are not taken for units that can have none.
held as (
    select
        unit_id, n, figure, of_kind, false as is_curve,
        (all_x - x + 0.5) / (all_n - n + case of_kind when 'proportion' then 1 else 0 end) as middle
    from (
        select
            *, sum(x order by unit_id) over () as all_x, sum(n order by unit_id) over () as all_n, count(*) over () as all_units
        from known
    )
    where is_judged and all_units > 1
),
-- Of hundreds of others every second, third, .. one tells what all of them tell; a thousand by a thousand would be a million.
others as (
    select unit_id, n, figure
    from (
        select *, row_number() over (order by unit_id) as place, count(*) over () as judged_units
        from known
        where is_judged
    )
    where place % greatest(1, judged_units // 200) = 0
),
beside as (
    select h.unit_id, o.n, (funnel_scale(h.of_kind, o.figure) - funnel_scale(h.of_kind, h.middle)) * 2 * sqrt(o.n) as z
    from held h join others o on o.unit_id <> h.unit_id
),
tails_beside as (select unit_id, quantile_cont(z, 0.1) as low, quantile_cont(z, 0.9) as high from beside group by unit_id),
spread_beside as (
    select
        unit_id, count(*) as units,
        funnel_tau2(
            avg(least(greatest(z, low), high) ** 2 order by z) / winsorised_variance(),
            count(*),
            sum(4 * n order by n),
            sum(16 * n * n order by n)
        ) as tau2
    from beside join tails_beside using (unit_id)
    group by unit_id
),
odd as (
    select distinct h.unit_id
    from held h join spread_beside s using (unit_id) join funnel_limits('held') l using (of_kind, middle, n, is_curve)
    where s.units >= threshold('funnel_min_units') - 1 and abs(l.z) > 3
        and sign(l.z) * (h.figure - funnel_widened(h.of_kind, l.edge, h.middle, h.n, l.z, s.tau2, s.units)) > 1e-12
),
total as (
    select sum(x order by unit_id) / nullif(sum(n order by unit_id), 0) as middle from known where unit_id not in (from odd)
),
scored as (
    select
        *, unit_id not in (from odd) as is_alike,
        (funnel_scale(of_kind, figure) - funnel_scale(of_kind, middle)) * 2 * sqrt(n) as z
    from given cross join total
),
tails as (
    select quantile_cont(z, 0.1) as low, quantile_cont(z, 0.9) as high from scored where is_judged and is_alike
),
dispersion as (
    select
        count(*) as units_alike, avg(least(greatest(z, low), high) ** 2 order by z) / winsorised_variance() as phi,
        sum(4 * n order by n) as weights, sum(16 * n * n order by n) as weights_squared
    from scored cross join tails
    where is_judged and is_alike
),
spread as (
    select
        phi, units_alike, units, units >= threshold('funnel_min_units') as is_enough,
        funnel_tau2(phi, units_alike, weights, weights_squared) as tau2
    from dispersion cross join (select count(*) as units from given where is_judged)
),
ends as (select min(n) as first_n, max(n) as last_n from scored where n > 0 and figure is not null),
steps as ( -- even steps in 1 / sqrt(n), by which the curves bend
    select distinct (1 / (first_n ** -0.5 + (last_n ** -0.5 - first_n ** -0.5) * k.k / 60)) ** 2 as n
    from ends cross join range(0, 61) as k (k)
    where first_n > 0
),
placed as (
    select 'unit' as part, unit_id, x, n, figure, is_small, is_judged, z, overall from scored
    union all
    select 'limit', null, null, n, null, false, false, null, overall from steps cross join (select any_value(overall) as overall from given)
),
sized as (select distinct of_kind, middle, n, part = 'limit' as is_curve from placed cross join total cross join asked where n > 0),
limits as (
    select
        n, is_curve, max(wide) filter (z = -1.96) as inner_lower, max(wide) filter (z = 1.96) as inner_upper,
        max(wide) filter (z = -3.09) as outer_lower, max(wide) filter (z = 3.09) as outer_upper
    from (
        select n, is_curve, z, funnel_widened(of_kind, edge, middle, n, z, tau2, units_alike) as wide
        from funnel_limits('sized') cross join spread
        where is_enough
    )
    group by n, is_curve
),
limited as (
    select placed.*, spread.*, limits.* exclude (n, is_curve), inner_lower is not null as has_limits
    from placed cross join spread left join limits on limits.n = placed.n and limits.is_curve = (placed.part = 'limit')
),
standing as (
    select
        *,
        case
            when not is_judged or not has_limits then null
            when figure < outer_lower - 1e-12 then 'far_below'
            when figure < inner_lower - 1e-12 then 'below'
            when figure > outer_upper + 1e-12 then 'far_above'
            when figure > inner_upper + 1e-12 then 'above'
            else 'within'
        end as standing
    from limited cross join asked
)
select
    part, unit_id, x, n, figure * factor as value,
    factor * case of_kind when 'proportion' then wilson_lower(x, n, 1.96) when 'rate' then count_lower_95(x) / nullif(n, 0) end as lower,
    factor * case of_kind when 'proportion' then wilson_upper(x, n, 1.96) when 'rate' then count_upper_95(x) / nullif(n, 0) end as upper,
    overall * factor as overall,
    inner_lower * factor as lower_95, inner_upper * factor as upper_95,
    outer_lower * factor as lower_998, outer_upper * factor as upper_998,
    is_small, standing,
    case
        when part = 'limit' or standing is null then 'none'
        when standing not in ('far_below', 'far_above') then 'ordinary'
        when (standing = 'far_above') = (polarity = 'higher') then 'good'
        else 'bad'
    end as signal,
    z / sqrt(1 + 4 * n * tau2) as z, phi, tau2, units
from standing;
