-- Satisfaction (SKM, PermenPANRB 14/2017): rounding, grade, sample, interval. Bands and sample sizes are reference data.

-- An index as it is published and graded: two decimals, halves up; decimal first, so that 64.995 is 65.00.
create or replace macro satisfaction_rounded(index) as
    cast(round(cast(index as decimal(12, 6)), 2) as double);

-- The letter of an index in that year: the highest grade whose lower bound the rounded index reaches.
-- The published table has gaps (64.99 to 65.00); only lower bounds count, so that none can be fallen into.
create or replace macro satisfaction_grade(index, year) as (
    select arg_max(grade, cast(lower as double)) from reference.satisfaction_grades
    where satisfaction_rounded(index) >= cast(lower as double)
        and holds_in(valid_from, valid_to, year)
);

-- Respondents needed for that many people served: the line of the Krejcie-Morgan table with the smallest population that is
-- not below it, and never more than were served; beyond the table its last line; null where nobody knows how many were, or none were.
create or replace macro sample_required(served) as case
    when served > 0 then least(served, coalesce(
            (select min(cast(respondents as bigint)) from reference.sample_sizes where cast(population as bigint) >= served),
            (select max(cast(respondents as bigint)) from reference.sample_sizes)
        ))
end;

-- Whether a change is larger than chance alone makes likely: outside the 95 % interval of the difference of two independent means.
create or replace macro satisfaction_signal(change, half_width_now, half_width_before) as case
    when change is null or half_width_now is null or half_width_before is null then 'none'
    when abs(change) <= sqrt(half_width_now ** 2 + half_width_before ** 2) then 'ordinary'
    when change > 0 then 'good'
    else 'bad'
end;

-- Half the width of the 95 % interval of a mean, from the count, sum and sum of squares of the values; null below so few values
-- that one of them would decide (key interval_min_values).
create or replace macro mean_half_width(n, total, total_squares) as case
    when n >= threshold('interval_min_values') then t_975(n - 1) * sqrt(greatest(total_squares - total * total / n, 0) / (n - 1) / n)
end;

-- A mean answer on the scale 1..4 as an index: times 25, so that 4 is 100 and 1 is 25 (PermenPAN-RB 14/2017, lampiran, nilai konversi).
create or replace macro satisfaction_index_of(mean_score) as mean_score * 25;

-- Whether a grade needs attention by itself, however sure it is.
create or replace macro is_low_grade(grade) as grade in ('C', 'D');
