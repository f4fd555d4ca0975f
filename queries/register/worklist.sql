-- title: Daftar perbaikan indikator
-- meaning: Each problem of the indicator register, with what to write instead, who mends it, and where the entry stands; what must be mended comes first, by the owner with most of it; of an indicator outside the viewer's units no more is said than that there is one
-- grain: one row an indicator and problem
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
scoped as (
    select
        issue.*, coalesce(unit.short_name, unit.name) as owner_short_name, unit.name as owner_name,
        count(*) filter (issue.severity = 'must') over (partition by issue.owner_unit_id) as owner_must
    from told issue
    left join unit on unit.unit_id = issue.owner_unit_id
    where in_scope(issue.owner_unit_id, $agency, $unit, $units)
)
select
    severity, owner_unit_id, owner_short_name, owner_name, indicator_id, indicator_name, code, code_name, code_name_en, field, problem,
    mend, why, problem_en, mend_en, why_en, other_id, other_name, file_id, file, sheet, row
from scoped
where $code is null or code = $code
order by severity <> 'must', owner_must desc, owner_short_name, indicator_id, position, found
