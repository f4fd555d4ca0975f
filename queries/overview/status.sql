-- title: Keadaan data
-- meaning: How many units have reported the visits of a month, and how many findings of the build need attention.
-- grain: one row
select
    (select count(*) from load.expected_report
     where report_kind = 'visit' and period = $month and ($units is null or list_contains($units, unit_id))) as expected,
    (select count(*) from load.expected_report
     where report_kind = 'visit' and period = $month and status in ('on_time', 'late', 'received')
       and ($units is null or list_contains($units, unit_id))) as received,
    (select count(*) from load.finding
     where severity = 'attention' and ($units is null or unit_id is null or list_contains($units, unit_id))) as findings
