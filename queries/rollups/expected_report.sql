-- title: Expected reports
-- meaning: Who owes which report for which period, and what became of it; received where no log says when
-- grain: one row a unit, report kind and period
with arrived as (
    select unit_id, 'visit' as report_kind, month as period, file_id from visit
    union
    select unit_id, 'satisfaction', month, file_id from response
    union
    select unit_id, 'realisation', period, file_id from realisation
    union
    select coalesce(posting.unit_id, employee.unit_id), 'evaluation', evaluation.period, evaluation.file_id
    from evaluation
    join employee on employee.employee_id = evaluation.employee_id
    left join posting
        on posting.employee_id = evaluation.employee_id
            and posting.valid_from < evaluation.period + to_months(evaluation.period_months)
            and posting.valid_until >= evaluation.period + to_months(evaluation.period_months)
),
logged as (
    select unit_id, report_kind, period, min(due_on) as due_on, min(received_at) as received_at, count(*) as versions
    from submission group by unit_id, report_kind, period
),
reported as (
    select unit_id, report_kind, period from arrived
    union
    select unit_id, report_kind, period from logged
),
known as (
    select unit_id, report_kind, period from reported
    union
    -- What units owed, those owe that came after them.
    select succession.unit_id, reported.report_kind, succession.month
    from reported
    join succession on succession.old_unit_id = reported.unit_id and succession.kind <> 'renamed'
),
kind as (
    select report_kind, cast(frequency_months as integer) as months, cast(due_day as integer) as due_day from reference.report_kinds
),
placed as (
    select
        unit_id, known.report_kind, kind.months, kind.due_day,
        -- The period that a date falls in: a survey answer of February belongs to the first quarter.
        make_date(cast(year(period) as integer), cast(((month(period) - 1) // kind.months) * kind.months + 1 as integer), 1) as period
    from known join kind on kind.report_kind = known.report_kind
),
span as (
    select placed.unit_id, report_kind, months, due_day, unit.valid_from, unit.valid_until, min(period) as first_period from placed
    join unit on unit.unit_id = placed.unit_id
    group by placed.unit_id, report_kind, months, due_day, unit.valid_from, unit.valid_until
),
stepped as (
    select span.*, unnest(generate_series(first_period, as_of.month, to_months(months))) as period
    from span
    cross join
        (select max(cast(date_trunc('month', as_of) as date)) as month from load.file where status in ('accepted', 'partly')) as as_of
    where first_period <= as_of.month
),
calendar as (
    select
        unit_id, report_kind, months, valid_from, valid_until, cast(period as date) as period,
        cast(period + to_months(months) + to_days(due_day - 1) as date) as due_on
    from stepped
),
arrived_in as (
    select calendar.unit_id, calendar.report_kind, calendar.period, count(distinct arrived.file_id) as files
    from calendar
    join arrived
        on arrived.unit_id = calendar.unit_id and arrived.report_kind = calendar.report_kind
            and arrived.period >= calendar.period and arrived.period < calendar.period + to_months(calendar.months)
    group by calendar.unit_id, calendar.report_kind, calendar.period
),
as_of as (
    select cast(max(as_of) as date) as day from load.file where status in ('accepted', 'partly')
),
due as (
    select
        calendar.unit_id, calendar.report_kind, calendar.period, calendar.months as period_months,
        coalesce(logged.due_on, due_day.due_on, calendar.due_on) as due_on,
        logged.received_at, coalesce(logged.versions, 0) as versions, coalesce(arrived_in.files, 0) as files, as_of.day
    from calendar
    left join logged on logged.unit_id = calendar.unit_id and logged.report_kind = calendar.report_kind and logged.period = calendar.period
    left join arrived_in
        on arrived_in.unit_id = calendar.unit_id and arrived_in.report_kind = calendar.report_kind and arrived_in.period = calendar.period
    left join lake.due_day on due_day.report_kind = calendar.report_kind and due_day.day = calendar.due_on
    cross join as_of
    -- A period that is still running is owed by nobody yet.
    where calendar.period + to_months(calendar.months) <= as_of.day
        -- Who is there in the last month of a period owes its report.
        and calendar.period + to_months(calendar.months - 1) >= coalesce(calendar.valid_from, calendar.period)
        and calendar.period + to_months(calendar.months - 1) <= coalesce(calendar.valid_until, calendar.period + to_months(calendar.months))
)
select
    unit_id, report_kind, period, period_months, due_on, received_at,
    case
        when received_at is not null and cast(received_at as date) <= due_on then 'on_time'
        when received_at is not null then 'late'
        when files > 0 then 'received'
        when due_on >= day then 'not_due'
        else 'missing'
    end as status,
    versions > 1 as is_corrected, cast(greatest(versions, case when files > 0 then 1 else 0 end) as integer) as versions
from due
