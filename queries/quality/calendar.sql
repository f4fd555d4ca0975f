-- title: Kalender laporan
-- meaning: Reports that fall due in the chosen months, with what became of them; those to come are owed by who owed the same kind before
-- grain: one row a unit, report kind and period
with newest as (
    select unit_id, report_kind, period_months, max(period) as period from load.expected_report group by unit_id, report_kind, period_months
),
ahead as (
    select
        unit_id, report_kind, period_months,
        cast(
            unnest(generate_series(period + to_months(period_months), cast($period_to as date), to_months(period_months))) as date
        ) as period
    from newest
),
owed as (
    select
        unit_id, report_kind, period, period_months, due_on, cast(received_at as date) as received_on, status, is_corrected
    from load.expected_report
    union all
    select
        ahead.unit_id, ahead.report_kind, ahead.period, ahead.period_months,
        due_moved(
            ahead.report_kind, cast(ahead.period + to_months(ahead.period_months) + to_days(cast(kind.due_day - 1 as integer)) as date)
        ),
        null, 'not_due', false
    from ahead
    join reference.report_kinds as kind using (report_kind)
    join unit using (unit_id)
    where ahead.period + to_months(ahead.period_months - 1) <= coalesce(unit.valid_until, ahead.period + to_months(ahead.period_months))
)
select
    owed.unit_id,
    coalesce(unit.unit_name, owed.unit_id) as unit_name,
    coalesce(unit.unit_short_name, owed.unit_id) as unit_short_name,
    owed.report_kind,
    coalesce(kind.name, owed.report_kind) as report_kind_name,
    coalesce(kind.name_en, kind.name, owed.report_kind) as report_kind_name_en,
    owed.period,
    owed.period_months,
    owed.due_on,
    -- The day before it was moved; of one that was not moved, or that a log states, none.
    case
        when
            owed.due_on
            > cast(owed.period + to_months(owed.period_months) + to_days(cast(kind.due_day - 1 as integer)) as date)
            and owed.due_on = due_moved(
                owed.report_kind, cast(owed.period + to_months(owed.period_months) + to_days(cast(kind.due_day - 1 as integer)) as date)
            )
            then cast(owed.period + to_months(owed.period_months) + to_days(cast(kind.due_day - 1 as integer)) as date)
    end as moved_from,
    holiday.name as holiday,
    holiday.name_en as holiday_en,
    owed.received_on,
    report_state(owed.status, owed.is_corrected) as state
from owed
left join mart.reporting_unit as unit using (unit_id)
left join reference.report_kinds as kind on kind.report_kind = owed.report_kind
left join
    (
        select cast(holiday_on as date) as day, min(name) as name, min(name_en) as name_en from reference.holidays group by holiday_on
    ) as holiday
    on holiday.day = owed.due_on
where owed.due_on between cast($period_from as date) and last_day(cast($period_to as date))
    and ($report_kind is null or owed.report_kind = $report_kind)
    and in_scope(owed.unit_id, $agency, $unit, $units)
order by owed.due_on, unit.unit_short_name, owed.unit_id, owed.report_kind, owed.period
