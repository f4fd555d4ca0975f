-- title: Masalah daftar indikator
-- meaning: How many indicators and owners each kind of problem concerns; what must be mended comes first; of an indicator outside the viewer's units no more is said than that there is one
-- grain: one row a kind of problem
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
)
select
    code, any_value(code_name) as code_name, any_value(code_name_en) as code_name_en, any_value(field) as field,
    any_value(severity) as severity, count(*) as issues, count(distinct indicator_id) as indicators,
    count(distinct coalesce(owner_unit_id, '')) as owners, min(problem) as example, arg_min(problem_en, problem) as example_en
from told
where in_scope(owner_unit_id, $agency, $unit, $units)
group by code
order by any_value(severity) <> 'must', issues desc, any_value(position)
