-- title: Angka kunjungan untuk dibandingkan
-- meaning: Patients at the finest grain, new and returning in words, with the row that gives them
-- grain: one row a unit, month, service and payer
select
    visit.unit_id, visit.service_id as item_id, visit.payer_id as part_id, visit.month as period, 1 as period_months,
    cast(sum(coalesce(visit.patients, visit.new_count + visit.returning_count)) as double) as value,
    cast(sum(visit.new_count) as bigint) || ' + ' || cast(sum(visit.returning_count) as bigint) as text,
    max_by({'file_id': visit.file_id, 'sheet': visit.sheet, 'row': visit.row}, (file.as_of, visit.file_id, visit.row)) as place
from visit
left join load.file as file using (file_id)
group by all
