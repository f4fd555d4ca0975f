-- The day by which a report is due: where `reference/due_moves.csv` says so of its kind on that day, one that falls on a holiday, on joint
-- leave or on a day without work moves to the next working day; else it stays what it is.
create or replace macro due_moved(a_kind, a_day) as
    coalesce(
        (
            select min(cast(a_day + to_days(cast(step.days as integer)) as date))
            from reference.due_moves as move
            cross join range(60) as step (days)
            where move.report_kind = a_kind
                and rule_holds(move.valid_from, move.valid_to, a_day)
                and isodow(a_day + to_days(cast(step.days as integer))) <= cast(move.working_days as integer)
                and not exists (
                    select 1 from reference.holidays as holiday
                    where cast(holiday.holiday_on as date) = cast(a_day + to_days(cast(step.days as integer)) as date)
                )
        ),
        cast(a_day as date)
    );
