-- How far an attainment, and a weighted mean of several, moves from one moment to the next although nothing changed.

-- Standard deviation of a share x of n people, or of a count a head where x is no share (x > n), from its 95 % interval: of few people
-- the chance of the count says more than their short history.
create or replace macro count_spread(x, n) as
    case
        when x > n then (count_upper_95(x) - count_lower_95(x)) / n
        else wilson_upper(x, n, 1.96) - wilson_lower(x, n, 1.96)
    end / (2 * 1.96);

-- What a standard deviation leaves of itself under the highest attainment that counts: half the way from one below to one above.
create or replace macro capped_spread(attainment, spread, cap) as
    case
        when cap is null then spread
        when spread is not null then (least(attainment + spread, cap) - least(attainment - spread, cap)) / 2
    end;

-- Half the width of the 95 % interval of a weighted mean of figures that move independently, those whose spread is not known taken to
-- move as the others do (mean variance): 1.96 sqrt(sum w2 s2) / sum w over all that are in the mean; null where none is known.
create or replace macro weighted_half_width(spread, weight, pct) as
    1.96 * sqrt(
        sum((weight * spread) ** 2 order by weight, spread)
        + avg(spread ** 2 order by spread) * coalesce(sum(weight ** 2 order by weight) filter (spread is null and pct is not null), 0)
    ) / nullif(sum(weight order by weight) filter (spread is not null or pct is not null), 0);
