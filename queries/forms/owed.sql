-- title: Laporan yang perlu diisi
-- meaning: The reports that are due and not in, and of each unit and kind the one that comes next, with the day that it is due
-- grain: one row a unit, report kind and period
with last as (
    select
        unit_id, any_value(unit_name) as unit_name, any_value(unit_short_name) as unit_short_name, report_kind,
        max(period) as period, arg_max(period_months, period) as period_months
    from mart.reporting_status
    group by unit_id, report_kind
),
owed as (
    select unit_id, unit_name, unit_short_name, report_kind, period, period_months, due_on, state
    from mart.reporting_status
    where state in ('missing', 'not_due')
    union all
    select
        last.unit_id, unit_name, unit_short_name, last.report_kind,
        cast(last.period + to_months(last.period_months) as date) as period, last.period_months,
        cast(last.period + to_months(2 * last.period_months) + to_days(cast(kind.due_day as integer) - 1) as date) as due_on,
        'next' as state
    from last
    join reference.report_kinds as kind on kind.report_kind = last.report_kind
    left join unit on unit.unit_id = last.unit_id
    where is_there(unit.valid_from, unit.valid_until, last.period + to_months(last.period_months), last.period_months)
)
select
    owed.unit_id, owed.unit_name, owed.unit_short_name, owed.report_kind, kind.name as report_kind_name,
    coalesce(kind.name_en, kind.name) as report_kind_name_en, owed.period, owed.period_months, owed.due_on, owed.state
from owed
join reference.report_kinds as kind on kind.report_kind = owed.report_kind
where in_scope(owed.unit_id, $agency, $unit, $units)
order by owed.due_on, owed.unit_short_name, owed.unit_id, owed.report_kind, owed.period
