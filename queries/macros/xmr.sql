-- XmR charts (Shewhart; Wheeler, Understanding Variation): how far a series strays when nothing happens.
-- x is a list of values in the order of time; 2.66 and 3.267 are the constants of the method for moving ranges of two points.

create or replace macro xmr_moving_ranges(x) as list_transform(range(2, len(x) + 1), lambda i: abs(x[i] - x[i - 1]));

-- Moving ranges of 3.267 times their mean or more are dropped once, so that one jump doesn't widen the limits (Nelson 1982);
-- not where nothing but standstill would be left.
create or replace macro xmr_screened(ranges) as case
    when list_max(list_filter(ranges, lambda r: r < 3.267 * list_avg(ranges))) > 0
        then list_filter(ranges, lambda r: r < 3.267 * list_avg(ranges))
    else ranges
end;

-- How many are cut off at each end of a sorted list, so that its median and that of all but one of it are still known.
create or replace macro cut_off(length) as greatest(0, (length - 3) // 2);

-- The median of a sorted list without its element at `place`; of all of it where there is no place. Of the list the middle is given:
-- without the first cut_off() of it and as many of its last.
create or replace macro median_without(middle, length, place) as list_median(
    case
        when place is null then middle
        when place - cut_off(length) <= 1 then middle[2:]
        when place - cut_off(length) >= len(middle) then middle[:-2]
        else list_concat(middle[:place - cut_off(length) - 1], middle[place - cut_off(length) + 1:])
    end
);

-- Half the distance between the limits; null below two points.
create or replace macro xmr_half_width(ranges) as 2.66 * list_avg(ranges);

-- Variance of a count that is a share of those whom it is about (binomial, n p (1 - p)), or no share at all (Poisson).
create or replace macro share_variance(mean_count, share) as mean_count * if(share <= 1, 1 - share, 1);

-- What a target tells beside the limits: below them all (or above, where lower is better) it will go on being met.
create or replace macro xmr_assurance(target, lower, upper, polarity) as case
    when target is null or lower is null or polarity not in ('higher', 'lower') then null
    when if(polarity = 'higher', target < lower, target > upper) then 'passing'
    when if(polarity = 'higher', target > upper, target < lower) then 'failing'
    else 'uncertain'
end;

-- The chance that noise alone gives a statistic at least this large: log-linear in its square between two rows of
-- reference.signal_surprise.
create or replace macro xmr_chance(statistic, from_statistic, from_p, to_statistic, to_p) as
    exp(ln(from_p) + ln(to_p / from_p) * (statistic ** 2 - from_statistic ** 2) / (to_statistic ** 2 - from_statistic ** 2));

-- A bound for it beyond the last row: the tail of such a statistic thins out by a power that grows, so the power between the last
-- row and the one a tenfold chance before it is too small rather than too large.
create or replace macro xmr_chance_beyond(statistic, last_statistic, last_p, before_statistic, before_p) as
    last_p * (last_statistic / statistic) ** (ln(before_p / last_p) / ln(last_statistic / before_statistic));

-- Whether a signal may stand at the head of a page: the change is large enough to matter, and among all series of the page,
-- each by its weight, noise alone would bring about one as strong less often than the district accepts (weighted Bonferroni).
create or replace macro is_headline_signal(change_pct, least_change_pct, p_value, weight, weight_total) as
    coalesce(abs(change_pct) >= least_change_pct, true)
    and p_value * weight_total / weight <= threshold('headline_false_alarms');

-- Counts near zero, where a mean moving range says little: what a count of a known mean leaves to chance.

-- Variance over mean: 1 for a Poisson (here its limit, a little more), more where cases come in clusters. From squared moving ranges
-- without the two largest, so that one jump widens nothing; what is above 1 counts twice for what these leave out (by simulation).
create or replace macro count_dispersion(x, mean) as
    greatest(1.0001, list_avg(list_slice(list_sort(list_transform(xmr_moving_ranges(x), lambda r: r * r)), 1, len(x) - 3)) / mean - 1);

-- The chance of k of a negative binomial with a size and that variance over mean.
create or replace macro count_chance(k, size, dispersion) as exp(
    lgamma(k + size) - lgamma(size) - lgamma(k + 1) - size * ln(dispersion) + k * ln(1 - 1 / dispersion)
);

-- The chance that k of a total lie in a part of the months, sizes of the part and of the rest: exact whatever the mean is.
create or replace macro part_chance(k, total, part, rest) as exp(
    lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1)
    + lgamma(k + part) + lgamma(total - k + rest) - lgamma(total + part + rest)
    + lgamma(part + rest) - lgamma(part) - lgamma(rest)
);

-- The chance that k of r months are among the a of n that lie on one side (hypergeometric): exact whatever the figures are.
create or replace macro side_chance(k, n, a, r) as
    case
        when k between greatest(0, r - n + a) and least(a, r) then exp(
            lgamma(a + 1) - lgamma(k + 1) - lgamma(a - k + 1) + lgamma(n - a + 1) - lgamma(r - k + 1) - lgamma(n - a - r + k + 1)
            - lgamma(n + 1) + lgamma(r + 1) + lgamma(n - r + 1)
        )
        else 0
    end;
