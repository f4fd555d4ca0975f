-- title: Indikator
-- meaning: The indicators that may be chosen in the filter, those owned by one agency or its units where one is chosen; a viewer of some units has those that they own, aim at or report.
-- grain: one row an indicator
select i.indicator_id as id, i.name, null::varchar as name_en
from indicator i
left join unit u on u.unit_id = i.owner_unit_id
where ($agency is null or i.owner_unit_id = $agency or u.parent_id = $agency)
    and (
        $units is null or list_contains($units, i.owner_unit_id)
        or i.indicator_id in (from target select indicator_id where list_contains($units, unit_id))
        or i.indicator_id in (from realisation select indicator_id where list_contains($units, unit_id))
    )
order by i.name, i.indicator_id
