-- title: Kata-kata kabupaten untuk satu angka
-- meaning: What the district says in its own words of a kind of figure: its name, meaning, formula and basis; what it leaves empty is as queries/measures.toml declares it; `code` is the kind of figure
-- grain: one row a kind of figure
select
    figure, name, coalesce(name_en, name) as name_en, definition, coalesce(definition_en, definition) as definition_en,
    formula, coalesce(formula_en, formula) as formula_en, legal_basis
from reference.figure_definitions
where $code is null or figure = $code
order by rowid
