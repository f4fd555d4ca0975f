-- title: Isian daftar indikator
-- meaning: For each registered indicator and field whether it is filled, missing, unclear or not needed, with what is wrong; the indicators with most to mend first; of an indicator outside the viewer's units no more is said than that there is one
-- grain: one row an indicator and field
with unseen as ( -- indicators beside which one stands that is not of the viewer's units: it is not named
    select pair.indicator_id
    from (
        select indicator_id, other_id from mart.indicator_issue where other_id is not null
        union all
        select indicator_id, other_id from mart.indicator_twin
        union all
        select other_id, indicator_id from mart.indicator_twin
    ) as pair
    join indicator other on other.indicator_id = pair.other_id
    where $units is not null and not coalesce(list_contains($units, other.owner_unit_id), false)
),
told as (
    select
        issue.* replace (
            if(u.indicator_id is null, issue.other_id, null) as other_id, if(u.indicator_id is null, issue.other_name, null) as other_name,
            if(
                u.indicator_id is null or issue.code = 'unregistered',
                issue.problem,
                replace(c.problem, '{found}', 'indikator di luar unit Anda')
            ) as problem,
            if(
                u.indicator_id is null or issue.code = 'unregistered',
                issue.problem_en,
                replace(c.problem_en, '{found}', 'an indicator outside your units')
            ) as problem_en
        )
    from mart.indicator_issue issue
    join reference.indicator_checks c using (code)
    left join (select distinct indicator_id from unseen) u
        on u.indicator_id = issue.indicator_id and issue.other_id is not null
),
entry as (
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
    from told
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
