-- title: Definisi indikator
-- meaning: What an indicator means, how it is worked out, how its attainment is judged, and on what basis; nothing of one that is not of the viewer's units, and no owner that is neither one of them nor above them.
-- grain: one row
select
    i.indicator_id, i.name, i.definition, i.formula, i.unit_of_measure, i.polarity, i.aggregation, i.weight, i.data_source,
    i.legal_basis,
    i.is_registered,
    o.name as owner_name,
    o.unit_id as owner_unit_id,
    attainment_rule_of(i.attainment_rule, i.polarity) as rule,
    r.name as rule_name, r.name_en as rule_name_en, r.formula as rule_formula, r.cap_pct, r.legal_basis as rule_legal_basis,
    l.name as file, i.sheet, i.row
from indicator i
left join unit o
    on o.unit_id = i.owner_unit_id
        and ($units is null or o.unit_id in (from unit_ancestors() select ancestor_id where list_contains($units, unit_id)))
left join reference.attainment_rules r
    on r.attainment_rule = attainment_rule_of(i.attainment_rule, i.polarity)
        and holds_in(r.valid_from, r.valid_to, year($period_to))
left join load.file l on l.file_id = i.file_id
where i.indicator_id = $indicator
    and (
        $units is null or list_contains($units, i.owner_unit_id)
        or i.indicator_id in (from target select indicator_id where list_contains($units, unit_id))
        or i.indicator_id in (from realisation select indicator_id where list_contains($units, unit_id))
    )
