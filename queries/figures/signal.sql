-- title: Sinyal akuntabilitas untuk dibandingkan
-- meaning: The district's own signal of a person with the newest row of an evaluation or individual indicator in it; no names
-- grain: one row an employee and period
with fact as (
    select employee_id, period, period_months, file_id, sheet, "row" from evaluation
    union all
    select employee_id, period, period_months, file_id, sheet, "row" from evaluation_indicator
),
place as (
    select
        employee_id, period, period_months,
        max_by({'file_id': file_id, 'sheet': sheet, 'row': "row"}, (file.as_of, file_id, "row")) as place
    from fact
    left join load.file as file using (file_id)
    group by all
)
select
    now.unit_id, now.employee_id as item_id, cast(null as varchar) as part_id, now.period, now.period_months,
    round(now.signal, 6) as value, cast(null as varchar) as text, place.place
from mart.accountability_signal as now
left join place using (employee_id, period, period_months)
where now.signal is not null
