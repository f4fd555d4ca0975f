-- title: Sel yang dibetulkan di balik satu angka
-- meaning: Cells of the files that a figure comes from that people mended and did not take back: what the cell held, what it is read as, why, by whose role and when. A count of patients is told only where the row shows it, any other small number as a range, since one mended cell would tell what is rounded elsewhere
-- grain: one row a cell
select
    correction.file_id, came.file, correction.sheet, correction.row, correction.col,
    case
        when try_cast(correction.found as bigint) between 1 and small.limit_count - 1 then '1–' || (small.limit_count - 1)
        else correction.found
    end as found,
    case
        when try_cast(correction.value as bigint) is null then correction.value
        when exists (from mart.visit_open as visit where visit.file_id = correction.file_id) and not exists (
                from mart.visit_open as visit
                where visit.file_id = correction.file_id and visit.sheet is not distinct from correction.sheet
                    and visit.row = correction.row and not visit.is_merged
                    and try_cast(correction.value as bigint) in (visit.patients, visit.new_count, visit.returning_count)
            ) then null
        when try_cast(correction.value as bigint) between 1 and small.limit_count - 1 then '1–' || (small.limit_count - 1)
        else correction.value
    end as value,
    correction.why, correction.role, correction.corrected_at
from load.correction as correction
join mart.quality_file as came using (file_id)
cross join (select cast(max(value) as bigint) as limit_count from reference.thresholds where key = 'suppression_min_patients') as small
where ($files is null or list_contains($files, correction.file_id))
    and issue_in_sight(null, correction.file_id, came.unit_ids, $units)
order by came.file, correction.sheet, correction.row, correction.col, correction.found
