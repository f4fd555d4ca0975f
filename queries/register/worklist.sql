-- title: Daftar perbaikan indikator
-- meaning: Each problem of the indicator register, with what to write instead, who mends it, and where the entry stands; what must be mended comes first, by the owner with most of it; of an indicator outside the viewer's units no more is said than that there is one
-- grain: one row an indicator and problem
with scoped as (
    select
        issue.*, coalesce(unit.short_name, unit.name) as owner_short_name, unit.name as owner_name,
        count(*) filter (issue.severity = 'must') over (partition by issue.owner_unit_id) as owner_must
    from register_issues($units) issue
    left join unit on unit.unit_id = issue.owner_unit_id
    where in_scope(issue.owner_unit_id, $agency, $unit, $units)
)
select
    severity, owner_unit_id, owner_short_name, owner_name, indicator_id, indicator_name, code, code_name, code_name_en, field, problem,
    mend, why, problem_en, mend_en, why_en, other_id, other_name, file_id, file, sheet, row
from scoped
where $code is null or code = $code
order by severity <> 'must', owner_must desc, owner_short_name, indicator_id, position, found
