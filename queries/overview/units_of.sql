-- title: Unit dan yang di bawahnya
-- meaning: A unit of the register and all that stand under it, at any depth.
-- grain: one row a unit
select unit_id from unit_ancestors()
where ancestor_id = $unit
order by unit_id
