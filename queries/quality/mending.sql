-- title: Yang perlu diperbaiki
-- meaning: Rejects and findings grouped by the step that mends them; what may make a published figure wrong stands first
-- grain: one row a kind of issue and mending step
select
    issue.issue,
    issue.code,
    min(issue.severity) as severity,
    issue.mend,
    any_value(issue.mend_en) as mend_en,
    count(*) as issues,
    count(distinct issue.file_id) as files,
    count(distinct issue.unit_id) as units,
    min(issue.message) as example,
    arg_min(issue.message_en, issue.message) as example_en
from mart.quality_issue as issue
left join mart.quality_file as file using (file_id)
left join mart.reporting_unit as unit on unit.unit_id = issue.unit_id
where issue_in_sight(issue.unit_id, issue.file_id, file.unit_ids, $units)
    and ($agency is null or issue.unit_id is null or unit.agency_id = $agency)
    and ($unit is null or issue.unit_id is null or issue.unit_id = $unit)
    and ($file is null or issue.file_id = $file)
group by issue.issue, issue.code, issue.mend
order by min(issue.harm), case min(issue.severity) when 'attention' then 1 else 2 end, issues desc, issue.code, issue.mend
