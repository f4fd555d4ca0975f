-- title: Bobot sinyal akuntabilitas
-- meaning: The weights in force in the chosen period with definition and legal basis
-- grain: one row a component
select
    component,
    name,
    coalesce(name_en, name) as name_en,
    cast(weight_pct as double) as weight_pct,
    definition,
    coalesce(definition_en, definition) as definition_en,
    legal_basis
from reference.accountability_weights
where rule_holds(valid_from, valid_to, coalesce($period_to, current_date))
order by weight_pct desc, component
