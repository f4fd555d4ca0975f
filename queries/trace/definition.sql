-- title: Definisi satu angka
-- meaning: What a kind of figure means, how it is worked out, and on what basis; `code` is the kind of figure
-- grain: one row a kind of figure
select figure, name, coalesce(name_en, name) as name_en, definition, coalesce(definition_en, definition) as definition_en,
    formula, coalesce(formula_en, formula) as formula_en, legal_basis
from reference.figure_definitions
where $code is null or figure = $code
order by rowid
