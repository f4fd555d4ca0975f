-- title: Tenggat satu laporan
-- meaning: The day that a unit's report of a kind and period is due, as the log has it or as the calendar of kinds says, and how many times the period before a figure may be without a question
-- grain: one row a unit
select
    unit.unit_id, unit.name as unit_name, unit.kind as unit_kind,
    coalesce(
        expected.due_on,
        cast($month + to_months(cast(kind.frequency_months as integer)) + to_days(cast(kind.due_day as integer) - 1) as date)
    ) as due_on,
    (select max(cast(value as double)) from reference.thresholds where key = 'form_question_factor') as question_factor
from unit
left join reference.report_kinds as kind on kind.report_kind = $report_kind
left join load.expected_report as expected
    on expected.unit_id = unit.unit_id and expected.report_kind = kind.report_kind and expected.period = $month
where in_scope(unit.unit_id, $agency, $unit, $units)
order by unit.unit_id
