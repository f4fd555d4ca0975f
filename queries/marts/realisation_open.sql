-- title: Realisasi yang boleh ditampilkan
-- meaning: What was realised, without a small count of patients that could be read or worked out of it (is_rounded): numerator and denominator stand for a group of at least three counts, an amount that the register says counts patients for all small ones. All that is shown of indicators is made of these rows, sums, percentages and attainments too
-- grain: one row a row of a file
with marked as (
    select
        r.*, i.unit_of_measure,
        tells_small_count(i.counts_patients, i.name, u.kind, r.numerator, r.denominator) as is_of_few,
        coalesce(i.counts_patients, false) and r.numerator is null and r.denominator is null and is_small_count(r.value)
        and ratio_factor(i.unit_of_measure) = 1 as is_few
    from realisation r
    left join indicator i on i.indicator_id = r.indicator_id
    left join unit u on u.unit_id = r.unit_id
),
opened as (
    select
        *, is_of_few or is_few as is_rounded,
        if(is_of_few, open_numerator(numerator, denominator), numerator) as open_numerator,
        if(is_of_few, open_denominator(denominator), denominator) as open_denominator
    from marked
)
select
    * exclude (unit_of_measure, is_of_few, is_few, open_numerator, open_denominator) replace (
        open_numerator as numerator, open_denominator as denominator,
        case
            when is_few then small_counts_sum(1, value)
            when value is null or not is_of_few or numerator is null or denominator is null then value
            -- one of the two itself, where it is not what they come to
            when value in (numerator, denominator) and abs(value - numerator / denominator * ratio_factor(unit_of_measure)) > 0.5
                then if(value = numerator, open_numerator, open_denominator)
            else open_numerator / nullif(open_denominator, 0) * ratio_factor(unit_of_measure)
        end as value
    )
from opened
