-- title: What became of a unit
-- meaning: The changes of the chosen unit: merged (of which units), split (from which), renamed (from what), gave (a part of itself, to which), ended (in which); and whether figures on both sides are declared comparable
-- grain: one row a kind of change and month
with told as (
    select month, kind, is_comparable, old_name as name
    from succession
    where unit_id = $unit
    union all
    select change.month, if(change.kind = 'merged', 'ended', 'gave'), change.is_comparable, coalesce(unit.name, change.unit_id)
    from succession as change
    left join unit using (unit_id)
    where change.old_unit_id = $unit and change.kind <> 'renamed'
)
select month, kind, is_comparable, string_agg(name, ', ' order by name) as names
from told
where $units is null or list_contains($units, $unit)
group by month, kind, is_comparable
order by month, kind
