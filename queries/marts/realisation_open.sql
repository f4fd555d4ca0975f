-- title: Realisasi yang boleh ditampilkan
-- meaning: What was realised, without a small count of patients that could be read or worked out of it (is_rounded): numerator and denominator stand for a group of at least three counts, an amount that the register says counts patients for all small ones; what a longer period says beside its parts is told as what they are shown with, an amount since January as the sum of what its periods are shown to have brought. All that is shown of indicators is made of these rows, sums, percentages and attainments too
-- grain: one row a row of a file
with marked as (
    select
        r.*, i.unit_of_measure, i.counts_patients, i.name as indicator_name, u.kind as unit_kind, i.amounts,
        i.aggregation in ('sum', 'sum_by_period', 'ratio') as is_additive,
        coalesce(i.counts_patients, false) and r.numerator is null and r.denominator is null
        and ratio_factor(i.unit_of_measure) = 1 as is_of_patients,
        tells_small_count(i.counts_patients, i.name, u.kind, r.numerator, r.denominator) as is_of_few
    from realisation r
    left join indicator i on i.indicator_id = r.indicator_id
    left join unit u on u.unit_id = r.unit_id
),
-- An amount told since January tells by its increase what one period brought.
step as (
    select
        indicator_id, unit_id, year(period) as in_year, told_months(amounts, period, period_months) as months, max(value) as value,
        max(value) - coalesce(lag(max(value)) over earlier, 0) as increase
    from marked
    where is_of_patients and amounts = 'to_date' and value is not null
    group by indicator_id, unit_id, in_year, months
    window earlier as (partition by indicator_id, unit_id, year(period) order by told_months(amounts, period, period_months))
),
stepped as (
    select
        indicator_id, unit_id, in_year, months, bool_or(is_small_count(increase)) over so_far as has_few,
        sum(if(is_small_count(increase), small_counts_sum(1, increase) - increase, 0)) over so_far as shift
    from step
    window so_far as (partition by indicator_id, unit_id, in_year order by months)
),
opened as (
    select
        marked.*, is_of_patients and coalesce(stepped.has_few, is_small_count(value)) as is_few,
        if(is_of_few, open_numerator(numerator, denominator), numerator) as open_numerator,
        if(is_of_few, open_denominator(denominator), denominator) as open_denominator,
        case
            when stepped.shift is not null then value + stepped.shift
            when is_of_patients and is_small_count(value) then small_counts_sum(1, value)
            else value
        end as open_value
    from marked
    left join stepped
        on stepped.indicator_id = marked.indicator_id and stepped.unit_id = marked.unit_id and stepped.in_year = year(marked.period)
            and stepped.months = told_months(marked.amounts, marked.period, marked.period_months)
            and marked.is_of_patients and marked.amounts = 'to_date'
),
-- A quarter beside its months is their sum: by it and two of them the third could be worked out, or the one that nobody reported.
mixed as (
    select indicator_id, unit_id, year(period) as in_year
    from opened
    where is_additive and amounts is distinct from 'to_date'
    group by indicator_id, unit_id, in_year
    having min(period_months) < max(period_months)
),
unequal as (
    select opened.*
    from opened
    join mixed on mixed.indicator_id = opened.indicator_id and mixed.unit_id = opened.unit_id and mixed.in_year = year(opened.period)
),
pair as (
    select
        longer.period as whole_period, longer.period_months as whole_months, part.*
    from unequal as longer
    join unequal as part
        on part.indicator_id = longer.indicator_id and part.unit_id = longer.unit_id
            and part.period_months < longer.period_months and part.period >= longer.period
            and part.period + to_months(part.period_months) <= longer.period + to_months(longer.period_months)
),
parts as ( -- of the shortest that are reported
    select
        pair.indicator_id, pair.unit_id, pair.whole_period, pair.whole_months, sum(period_months) = pair.whole_months as is_whole,
        sum(numerator) as numerator, sum(denominator) as denominator, sum(value) as value,
        sum(open_numerator - numerator) as numerator_shift, sum(open_denominator - denominator) as denominator_shift,
        sum(open_value - value) as value_shift, bool_or(is_of_few or is_few) as has_few
    from pair
    where not exists (
            select 1
            from pair as within
            where within.indicator_id = pair.indicator_id and within.unit_id = pair.unit_id
                and within.whole_period = pair.period and within.whole_months = pair.period_months
        )
    group by pair.indicator_id, pair.unit_id, pair.whole_period, pair.whole_months
),
beside as ( -- and what is left of the longer period when they are taken from it
    select
        opened.*, coalesce(parts.numerator_shift, 0) as numerator_shift, coalesce(parts.denominator_shift, 0) as denominator_shift,
        coalesce(parts.value_shift, 0) as value_shift, parts.is_whole, coalesce(parts.has_few, false) as has_few,
        opened.numerator - parts.numerator as left_numerator, opened.denominator - parts.denominator as left_denominator,
        opened.value - parts.value as left_value
    from opened
    left join parts
        on parts.indicator_id = opened.indicator_id and parts.unit_id = opened.unit_id
            and parts.whole_period = opened.period and parts.whole_months = opened.period_months
            and not (opened.is_of_few or opened.is_few)
),
left_over as (
    select
        *, not coalesce(is_whole, true)
        and tells_small_count(counts_patients, indicator_name, unit_kind, left_numerator, left_denominator) as leaves_few,
        not coalesce(is_whole, true) and is_of_patients and is_small_count(left_value) as leaves_few_of_value
    from beside
),
shifted as (
    select
        * replace (
            numerator_shift + if(leaves_few, open_numerator(left_numerator, left_denominator) - left_numerator, 0) as numerator_shift,
            denominator_shift + if(leaves_few, open_denominator(left_denominator) - left_denominator, 0) as denominator_shift,
            if(is_of_patients, value_shift, 0) + if(leaves_few_of_value, small_counts_sum(1, left_value) - left_value, 0) as value_shift
        )
    from left_over
),
shown as (
    select
        * replace (open_numerator + numerator_shift as open_numerator, open_denominator + denominator_shift as open_denominator),
        is_of_few or is_few or has_few or leaves_few or leaves_few_of_value as is_rounded
    from shifted
)
select
    * exclude (
        unit_of_measure,
        counts_patients,
        indicator_name,
        unit_kind,
        amounts,
        is_additive,
        is_of_patients,
        is_of_few,
        is_few,
        open_numerator,
        open_denominator, open_value, numerator_shift, denominator_shift, value_shift, is_whole, left_numerator, left_denominator,
        left_value, has_few, leaves_few, leaves_few_of_value
    ) replace (
        open_numerator as numerator, open_denominator as denominator,
        case
            when is_of_patients then open_value + value_shift
            when value is null or not is_rounded or numerator is null or denominator is null then value
            -- one of the two itself, where it is not what they come to
            when value in (numerator, denominator) and abs(value - numerator / denominator * ratio_factor(unit_of_measure)) > 0.5
                then if(value = numerator, open_numerator, open_denominator)
            else open_numerator / nullif(open_denominator, 0) * ratio_factor(unit_of_measure)
        end as value
    )
from shown
