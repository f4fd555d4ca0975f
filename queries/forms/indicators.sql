-- title: Isi formulir indikator
-- meaning: The indicators that a unit owns, or has had a target or a realisation of since the year before a month, with its target of the month's period and of the year before, and what may be shown of its realisation in the period before
-- grain: one row a unit and indicator
with spoken as (
    select unit_id, indicator_id from target where period >= $month - to_months(12)
    union
    select unit_id, indicator_id from realisation where period >= $month - to_months(12) and period <= $month
    union
    select owner_unit_id, indicator_id from indicator where owner_unit_id is not null and is_registered
),
last as (
    select
        unit_id, indicator_id,
        arg_max(value, period) filter (period >= $period_from) as value,
        arg_max(value_text, period) filter (period >= $period_from) as value_text,
        arg_max(coalesce(numerator, denominator) is not null, period) as is_quotient,
        arg_max(case when not is_rounded then numerator end, period) filter (period >= $period_from) as numerator,
        arg_max(case when not is_rounded then denominator end, period) filter (period >= $period_from) as denominator
    from mart.realisation_open
    where period >= $month - to_months(12) and period < $month
    group by unit_id, indicator_id
),
wanted as (
    select
        unit_id, indicator_id,
        arg_max(coalesce(value_text, printf('%g', value)), period) filter (period <= $month) as target,
        arg_max(coalesce(value_text, printf('%g', value)), period) filter (year(period) < year($month)) as target_before
    from target
    group by unit_id, indicator_id
)
select
    spoken.unit_id, spoken.indicator_id as code, coalesce(indicator.name, spoken.indicator_id) as indicator,
    indicator.unit_of_measure, indicator.scale,
    wanted.target as target_now, wanted.target_before,
    coalesce(last.value_text, case when not coalesce(last.is_quotient, false) then printf('%g', last.value) end) as realisation_before,
    last.numerator as numerator_before, last.denominator as denominator_before,
    not coalesce(last.is_quotient, false) as asks_realisation,
    coalesce(last.is_quotient, false) as asks_numerator, coalesce(last.is_quotient, false) as asks_denominator
from spoken
left join indicator on indicator.indicator_id = spoken.indicator_id
left join last on last.unit_id = spoken.unit_id and last.indicator_id = spoken.indicator_id
left join wanted on wanted.unit_id = spoken.unit_id and wanted.indicator_id = spoken.indicator_id
where in_scope(spoken.unit_id, $agency, $unit, $units)
    and is_there(indicator.valid_from, indicator.valid_until, $month, 1)
order by spoken.unit_id, spoken.indicator_id
