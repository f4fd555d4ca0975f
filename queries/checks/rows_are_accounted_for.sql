-- title: Rows are accounted for
-- meaning: Every row of a file is accepted, partly accepted, rejected, a total, or none of the table's; what is accepted is published or not
-- grain: one row a file whose rows don't add up
select
    file_id, rows_read, rows_accepted, rows_partly, rows_rejected, rows_total, rows_other, rows_published, rows_superseded, rows_unpublished
from load.file
where rows_read <> rows_accepted + rows_partly + rows_rejected + rows_total + rows_other
    or rows_accepted + rows_partly <> rows_published + rows_superseded + rows_unpublished
    or least(rows_accepted, rows_partly, rows_rejected, rows_total, rows_other, rows_published, rows_superseded, rows_unpublished) < 0
