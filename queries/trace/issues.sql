-- title: Penolakan dan temuan di balik satu angka
-- meaning: Rejects and findings in the files that a figure comes from, or about its units and months without a file
-- grain: one row a reject or finding
select
    issue.issue, issue.code, issue.severity, issue.unit_id, unit.unit_short_name, issue.period, issue.file_id, issue.file,
    issue.sheet, issue.row, issue.col, issue.value, issue.message, issue.message_en, issue.mend, issue.mend_en
from mart.quality_issue as issue
left join mart.quality_file as file using (file_id)
left join mart.reporting_unit as unit on unit.unit_id = issue.unit_id
where issue_in_sight(issue.unit_id, issue.file_id, file.unit_ids, $units)
    and (issue.file_id is null or $files is null or list_contains($files, issue.file_id))
    and (issue.file_id is not null or issue.unit_id is not null)
    and (issue.unit_id is null or in_scope(issue.unit_id, $agency, $unit, $units))
    and (
        issue.period is null
        or (($period_from is null or issue.period >= $period_from) and ($period_to is null or issue.period <= $period_to))
    )
order by
    case issue.severity when 'attention' then 1 else 2 end, issue.issue desc, issue.file, issue.sheet, issue.row, issue.col,
    issue.message
