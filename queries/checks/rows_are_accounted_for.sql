-- title: Rows are accounted for
-- meaning: Every row of a file is accepted, partly accepted, rejected, a total, or none of the table's; so are its cells; what is accepted is published or not
-- grain: one row a file whose rows or cells don't add up
select
    file_id,
    rows_read,
    rows_accepted,
    rows_partly,
    rows_rejected,
    rows_total,
    rows_other,
    rows_published,
    rows_superseded,
    rows_unpublished,
    cells_read, cells_accepted, cells_rejected, cells_total, cells_other
from load.file
where rows_read <> rows_accepted + rows_partly + rows_rejected + rows_total + rows_other
    or rows_accepted + rows_partly <> rows_published + rows_superseded + rows_unpublished
    or cells_read <> cells_accepted + cells_rejected + cells_total + cells_other
    or least(rows_accepted, rows_partly, rows_rejected, rows_total, rows_other, rows_published, rows_superseded, rows_unpublished) < 0
    or least(cells_accepted, cells_rejected, cells_total, cells_other) < 0
