-- title: Keadaan data
-- meaning: How many units have reported the visits of a month, and how many findings of the build need attention.
-- grain: one row
select
    (
        select count(*) from load.expected_report
        where report_kind = 'visit' and period = $month and ($units is null or list_contains($units, unit_id))
    ) as expected,
    (
        select count(*) from load.expected_report
        where report_kind = 'visit' and period = $month and status in ('on_time', 'late', 'received')
            and ($units is null or list_contains($units, unit_id))
    ) as received,
    (
        select count(*) from mart.quality_issue as issue left join mart.quality_file as file using (file_id)
        where issue.issue = 'finding' and issue.severity = 'attention'
            and issue_in_sight(issue.unit_id, issue.file_id, file.unit_ids, $units)
    ) as findings
