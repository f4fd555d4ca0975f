-- title: Isi formulir daftar indikator
-- meaning: The indicators that a unit owns as the register has them, terms in the words that a reading knows
-- grain: one row an indicator
select
    indicator.owner_unit_id as unit_id, indicator.indicator_id as code, indicator.name as indicator, indicator.unit_of_measure,
    unit.name as unit, indicator.definition, indicator.formula, polarity.name as polarity, aggregation.name as aggregation,
    rule.name as attainment_rule, scale.name as scale, indicator.weight, indicator.data_source, indicator.legal_basis,
    indicator.baseline, frequency.name as frequency
from indicator
join unit on unit.unit_id = indicator.owner_unit_id
left join reference.indicator_terms as polarity on polarity.attribute = 'polarity' and polarity.value = indicator.polarity
left join reference.indicator_terms as aggregation
    on aggregation.attribute = 'aggregation'
        and aggregation.value
        = case
            when indicator.aggregation = 'sum' and indicator.amounts is not null then 'sum_' || indicator.amounts else indicator.aggregation
        end
left join reference.indicator_terms as rule on rule.attribute = 'attainment_rule' and rule.value = indicator.attainment_rule
left join reference.indicator_terms as scale on scale.attribute = 'scale' and scale.value = indicator.scale
left join reference.indicator_terms as frequency on frequency.attribute = 'frequency' and frequency.value = indicator.frequency
where indicator.is_registered and is_there(indicator.valid_from, indicator.valid_until, $month, 1)
    and in_scope(indicator.owner_unit_id, $agency, $unit, $units)
order by indicator.owner_unit_id, indicator.indicator_id
