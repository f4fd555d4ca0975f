-- title: Isian daftar indikator
-- meaning: For each registered indicator and field whether it is filled, missing, unclear or not needed, with what is wrong; the indicators with most to mend first; of an indicator outside the viewer's units no more is said than that there is one
-- grain: one row an indicator and field
with entry as (
    select
        i.indicator_id, coalesce(i.name, i.indicator_id) as indicator_name, i.owner_unit_id,
        unnest([
            {'field': 'name', 'is_given': true}, {'field': 'definition', 'is_given': i.definition is not null},
            {'field': 'unit_of_measure', 'is_given': i.unit_of_measure is not null},
            {'field': 'formula', 'is_given': i.formula is not null}, {'field': 'polarity', 'is_given': true},
            {'field': 'frequency', 'is_given': i.frequency is not null}, {'field': 'baseline', 'is_given': i.baseline is not null},
            {'field': 'target', 'is_given': true}, {'field': 'source', 'is_given': i.data_source is not null},
            {'field': 'owner', 'is_given': i.owner_unit_id is not null}, {'field': 'weight', 'is_given': coalesce(i.weight, 0) > 0},
            {'field': 'reporting', 'is_given': true}
        ], recursive := true)
    from indicator i
    where i.is_registered and in_scope(i.owner_unit_id, $agency, $unit, $units)
),
placed as (select field, min(position) as position from reference.indicator_checks group by field),
wrong as (
    select
        indicator_id, field, bool_or(state = 'missing') as is_missing, bool_or(severity = 'must') as is_must, count(*) as issues,
        string_agg(problem, ' · ' order by position, problem) as problem,
        string_agg(problem_en, ' · ' order by position, problem) as problem_en
    from register_issues($units)
    group by indicator_id, field
),
weighed as (
    select indicator_id, count(*) filter (severity = 'must') as must, count(*) as issues from mart.indicator_issue group by indicator_id
)
select
    e.indicator_id, e.indicator_name, e.owner_unit_id, e.field,
    case
        when w.issues is not null then if(w.is_missing, 'missing', 'unclear')
        when e.is_given then 'filled'
        else 'unneeded'
    end as state,
    coalesce(w.is_must, false) as is_must, w.problem, w.problem_en,
    coalesce(g.must, 0) as must, coalesce(g.issues, 0) as issues
from entry e
join placed p using (field)
left join wrong w using (indicator_id, field)
left join weighed g using (indicator_id)
order by coalesce(g.must, 0) desc, coalesce(g.issues, 0) desc, e.indicator_id, p.position
