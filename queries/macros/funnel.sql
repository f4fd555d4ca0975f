-- Funnel plots (Spiegelhalter 2005, Funnel plots for comparing institutional performance, Statistics in Medicine 24:1185-1202):
-- how far units of unlike size may lie from the overall figure by chance alone, x of n, z = 1.96 for 95 %, 3.09 for 99.8 %.
-- A limit is what is published, moved out to the quantile of the exact distribution wherever the published one would call
-- more than its share: Wilson's interval turns towards one half and Byar's towards more, chance about a known figure does not.

-- The count below (z < 0) or above which so few are expected: quantile of a discrete distribution with that mean, deviation
-- and skewness, half a unit for its steps (Cornish & Fisher 1938; Abramowitz & Stegun 26.2.49). Counts beyond it are outside.
-- Where hardly anything varies the term for skewness does not hold on the short side, and is left out there.
create or replace macro count_quantile(mean, deviation, skewness, z) as
    mean + z * deviation + sign(z) * 0.5
        + case when z * skewness < 0 and deviation < 1.5 then 0 else (z * z - 1) * deviation * skewness / 6 end;

create or replace macro binomial_quantile(n, p, z) as
    greatest(0, least(n, count_quantile(
        n * p, sqrt(n * p * (1 - p)), case when p > 0 and p < 1 then (1 - 2 * p) / sqrt(n * p * (1 - p)) else 0 end, z
    )));

create or replace macro poisson_quantile(expected, z) as
    greatest(0, count_quantile(expected, sqrt(expected), case when expected > 0 then 1 / sqrt(expected) else 0 end, z));

-- Limits of x of n where p (a proportion, 0..1) or r (events a head) is the overall figure. Wilson 1927; Byar in Breslow & Day 1987.
create or replace macro funnel_lower(kind, overall, n, z) as
    case kind
        when 'proportion' then least(wilson_lower(n * overall, n, z), binomial_quantile(n, overall, -z) / n)
        when 'rate' then least(byar_lower(n * overall, z), poisson_quantile(n * overall, -z)) / n
    end;

create or replace macro funnel_upper(kind, overall, n, z) as
    case kind
        when 'proportion' then greatest(wilson_upper(n * overall, n, z), binomial_quantile(n, overall, z) / n)
        when 'rate' then greatest(byar_upper(n * overall, z), poisson_quantile(n * overall, z)) / n
    end;

-- The scale on which the variance of a figure depends on its size alone and is 1 / 4n: arcsine for proportions, square root for rates.
create or replace macro funnel_scale(kind, figure) as
    case kind when 'proportion' then asin(sqrt(least(greatest(figure, 0), 1))) when 'rate' then sqrt(figure) end;

create or replace macro funnel_unscaled(kind, scaled) as
    case kind when 'proportion' then sin(least(greatest(scaled, 0), pi() / 2)) ** 2 when 'rate' then greatest(scaled, 0) ** 2 end;

-- The same limits where units differ by more than chance: a random effect with the variance tau2 on the scale,
-- never inside the plain limits.
create or replace macro funnel_wide_lower(kind, overall, n, z, tau2) as
    case
        when tau2 > 0 then least(
            funnel_lower(kind, overall, n, z), funnel_unscaled(kind, funnel_scale(kind, overall) - z * sqrt(0.25 / n + tau2))
        )
        else funnel_lower(kind, overall, n, z)
    end;

create or replace macro funnel_wide_upper(kind, overall, n, z, tau2) as
    case
        when tau2 > 0 then greatest(
            funnel_upper(kind, overall, n, z), funnel_unscaled(kind, funnel_scale(kind, overall) + z * sqrt(0.25 / n + tau2))
        )
        else funnel_upper(kind, overall, n, z)
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
-- Overall figure over all units; phi from the judged ones, z winsorised at 10 %. Fewer judged units than funnel_min_units: no limits.
create or replace macro funnel(rows, kind, factor, polarity, smallest) as table
with given as (
    select unit_id, cast(x as double) as x, cast(n as double) as n from query_table(rows)
),
total as (
    select sum(x) / nullif(sum(n) filter (x is not null), 0) as overall from given where n > 0
),
sized as (
    select given.*, overall, case when n > 0 then x / n end as figure,
        coalesce(n * case kind when 'rate' then overall else 1 end < smallest, true) as is_small
    from given cross join total
),
scored as (
    select
        *, not is_small and figure is not null as is_judged,
        (funnel_scale(kind, figure) - funnel_scale(kind, overall)) * 2 * sqrt(n) as z
    from sized
),
tails as (
    select quantile_cont(z, 0.1) as low, quantile_cont(z, 0.9) as high from scored where is_judged
),
dispersion as (
    select
        count(*) as units, avg(least(greatest(z, low), high) ** 2) / winsorised_variance() as phi,
        sum(4 * n) as weights, sum(16 * n * n) as weights_squared
    from scored cross join tails
    where is_judged
),
spread as (
    select
        overall, units, phi, units >= threshold('funnel_min_units') as is_enough,
        funnel_tau2(phi, units, weights, weights_squared) as tau2
    from dispersion cross join total
),
ends as (select min(n) as first_n, max(n) as last_n from scored where n > 0 and figure is not null),
steps as ( -- even steps in 1 / sqrt(n), by which the curves bend
    select distinct (1 / (first_n ** -0.5 + (last_n ** -0.5 - first_n ** -0.5) * k.k / 60)) ** 2 as n
    from ends cross join range(0, 61) as k (k)
    where first_n > 0
),
placed as (
    select 'unit' as part, unit_id, x, n, figure, is_small, is_judged, z from scored
    union all
    select 'limit', null, null, n, null, false, false, null from steps
),
limited as (
    select
        placed.*, spread.*, is_enough and n > 0 as has_limits,
        case when has_limits then funnel_wide_lower(kind, overall, n, 1.96, tau2) end as inner_lower,
        case when has_limits then funnel_wide_upper(kind, overall, n, 1.96, tau2) end as inner_upper,
        case when has_limits then funnel_wide_lower(kind, overall, n, 3.09, tau2) end as outer_lower,
        case when has_limits then funnel_wide_upper(kind, overall, n, 3.09, tau2) end as outer_upper
    from placed cross join spread
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
    from limited
)
select
    part, unit_id, x, n, figure * factor as value,
    factor * case kind when 'proportion' then wilson_lower(x, n, 1.96) when 'rate' then count_lower_95(x) / nullif(n, 0) end as lower,
    factor * case kind when 'proportion' then wilson_upper(x, n, 1.96) when 'rate' then count_upper_95(x) / nullif(n, 0) end as upper,
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
    z / sqrt(1 + 4 * n * tau2) as z, phi, tau2, cast(units as bigint) as units
from standing;
