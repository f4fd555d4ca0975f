-- title: Of which units a unit's series is made
-- meaning: The unit itself, and before a merger that is declared comparable the units that it was made of; it begins (since) with the last change that is not declared so
-- grain: one row a unit and unit whose figures are counted in its series, in the months from since (included) until (not included)
with recursive broken as ( -- from which month on a unit is another than before
    select unit_id, month from succession where not is_comparable
    union
    select old_unit_id, month from succession where kind = 'split'
),
walk as (
    select unit.unit_id, unit.unit_id as part_id, max(broken.month) as since, null::date as until, 0 as steps
    from unit
    left join broken using (unit_id)
    group by unit.unit_id
    union all
    select
        walk.unit_id, change.old_unit_id,
        greatest(walk.since, (
            select max(b.month) from broken b where b.unit_id = change.old_unit_id and b.month < change.month
        )),
        least(walk.until, change.month), walk.steps + 1
    from walk
    join succession change on change.unit_id = walk.part_id and change.kind = 'merged' and change.is_comparable
    -- a register that goes round in a circle must not hang a build
    where walk.steps < 8 and coalesce(change.month < walk.until, true) and coalesce(change.month > walk.since, true)
)
select unit_id, part_id, since, until from walk
