-- Which units a question is about. A unit is its own ancestor at distance 0.
create or replace macro unit_ancestors() as table
    with recursive walk as (
        select u.unit_id, u.unit_id as ancestor_id, 0 as distance from unit u
        union all
        select w.unit_id, u.parent_id, w.distance + 1
        from walk w join unit u on u.unit_id = w.ancestor_id
        where u.parent_id is not null and w.distance < 8 -- a register that goes round in a circle must not hang a build
    )
    select unit_id, ancestor_id, distance from walk;

-- Whether a unit is there in the last month of a period: who is owes its report. Its own months are open where they are null.
create or replace macro is_there(valid_from, valid_until, period, period_months) as (
    coalesce(period + to_months(period_months - 1) >= valid_from, true)
    and coalesce(period + to_months(period_months - 1) <= valid_until, true)
);

-- The agency above each unit that has one.
create or replace macro unit_agencies() as table
    select a.unit_id, min_by(a.ancestor_id, a.distance) as agency_id
    from unit_ancestors() a join unit u on u.unit_id = a.ancestor_id
    where u.kind = 'agency' and a.distance > 0
    group by a.unit_id;

-- True where a viewer of `units` (null = all) asks for one unit, or for an agency with all that is under it (null = all).
create or replace macro in_scope(a_unit_id, an_agency, a_unit, the_units) as (
    (the_units is null or list_contains(the_units, a_unit_id))
    and (a_unit is null or a_unit_id = a_unit)
    and (an_agency is null or a_unit_id in (select s.unit_id from unit_ancestors() s where s.ancestor_id = an_agency))
);
