-- title: Angka kunjungan untuk dibandingkan
-- meaning: Patients at the finest grain, new and returning in words, with the row that gives them; of a small count no more than that it is one, and of a figure of which new or returning is small these are left out
-- grain: one row a unit, month, service and payer
with cell as (
    select
        visit.unit_id, visit.service_id, visit.payer_id, visit.month,
        sum(coalesce(visit.patients, visit.new_count + visit.returning_count)) as patients,
        cast(sum(visit.new_count) as bigint) as new_count, cast(sum(visit.returning_count) as bigint) as returning_count,
        max_by({'file_id': visit.file_id, 'sheet': visit.sheet, 'row': visit.row}, (file.as_of, visit.file_id, visit.row)) as place
    from visit
    left join load.file as file using (file_id)
    group by all
),
least_shown as ( -- an earlier build has no macro for it
    select max(cast(value as bigint)) as patients from reference.thresholds where key = 'suppression_min_patients'
)
select
    unit_id, service_id as item_id, payer_id as part_id, month as period, 1 as period_months,
    case when cell.patients = 0 or cell.patients >= least_shown.patients then cast(cell.patients as double) end as value,
    case
        when cell.patients between 1 and least_shown.patients - 1 then '1–' || (least_shown.patients - 1)
        when new_count between 1 and least_shown.patients - 1 or returning_count between 1 and least_shown.patients - 1 then null
        else new_count || ' + ' || returning_count
    end as text,
    place
from cell
cross join least_shown
