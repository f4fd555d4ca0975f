-- title: Berkas yang masuk
-- meaning: Files that came in with status, rows, rejects and findings; what was refused stands first
-- grain: one row a file
select
    file_id,
    file,
    folder,
    source_title,
    source_title_en,
    status,
    reason,
    reason_en,
    rows_read,
    rows_accepted,
    rows_partly,
    rows_rejected,
    rows_total,
    rows_other,
    cells_read,
    cells_accepted,
    cells_rejected,
    cells_total,
    cells_other,
    rows_published,
    rows_superseded,
    rows_unpublished,
    rejects,
    findings,
    as_of
from mart.quality_file
where ($units is null or (len(unit_ids) > 0 and list_has_all($units, unit_ids)))
    and ($file is null or file_id = $file)
order by status_order, rejects desc, findings desc, file, file_id
