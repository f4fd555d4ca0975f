-- title: Masalah daftar indikator
-- meaning: How many indicators and owners each kind of problem concerns; what must be mended comes first; of an indicator outside the viewer's units no more is said than that there is one
-- grain: one row a kind of problem
select
    code, any_value(code_name) as code_name, any_value(code_name_en) as code_name_en, any_value(field) as field,
    any_value(severity) as severity, count(*) as issues, count(distinct indicator_id) as indicators,
    count(distinct coalesce(owner_unit_id, '')) as owners, min(problem) as example, arg_min(problem_en, problem) as example_en
from register_issues($units)
where in_scope(owner_unit_id, $agency, $unit, $units)
group by code
order by any_value(severity) <> 'must', issues desc, any_value(position)
