-- title: Yang berubah sejak data terbitan sebelumnya
-- meaning: Figures that the build says differently from the one before it, or (`changes`, as JSON) from another that it was held against, revised past values first: before, after, cause, and the file and row that give the new value; figures that are new are counted by file. `facts` are the kinds of facts that matter
-- grain: one row a figure that is revised or gone, or a file with new figures
with change as (
    from load.change where $changes is null
    union all by name
    select unnest(
        from_json(cast($changes as json), '[{
            "kind": "VARCHAR", "state": "VARCHAR", "cause": "VARCHAR", "unit_id": "VARCHAR", "item_id": "VARCHAR",
            "part_id": "VARCHAR", "period": "DATE", "last_period": "DATE", "period_months": "INTEGER", "figures": "BIGINT",
            "value_before": "DOUBLE", "value_after": "DOUBLE", "text_before": "VARCHAR", "text_after": "VARCHAR",
            "file_id": "VARCHAR", "file": "VARCHAR", "sheet": "VARCHAR", "row": "INTEGER"
        }]'),
        recursive := true
    )
)
select
    change.kind, change.state, change.cause, change.unit_id, unit.short_name, change.item_id,
    coalesce(services.name, indicator.name) as item_name, coalesce(services.name_en, services.name, indicator.name) as item_name_en,
    payers.name as part_name, coalesce(payers.name_en, payers.name) as part_name_en,
    change.period, change.last_period, change.period_months, change.figures,
    change.value_before, change.value_after, change.text_before, change.text_after,
    change.file_id, change.file, change.sheet, change.row
from change
left join unit on unit.unit_id = change.unit_id
left join reference.services on change.kind in ('visit', 'index') and services.service_id = change.item_id
left join reference.payers on change.kind = 'visit' and payers.payer_id = change.part_id
left join indicator on change.kind in ('realisation', 'target') and indicator.indicator_id = change.item_id
left join mart.quality_file as file on file.file_id = change.file_id
where ($facts is null or list_contains($facts, change.kind))
    and case
        when change.unit_id is not null then in_scope(change.unit_id, $agency, $unit, $units)
        else ($units is null or (len(file.unit_ids) > 0 and list_has_all($units, file.unit_ids)))
            and ($unit is null or list_contains(file.unit_ids, $unit))
            and ($agency is null or exists (
                from unit_ancestors() as above
                where above.ancestor_id = $agency and list_contains(file.unit_ids, above.unit_id)
            ))
    end
    and ($indicator is null or change.item_id = $indicator or change.item_id is null)
    and ($service is null or change.item_id = $service or change.item_id is null)
    and ($payer is null or change.part_id = $payer or change.part_id is null)
    and ($employee is null or change.item_id = $employee or change.item_id is null)
    and ($period_from is null or change.last_period + to_months(change.period_months) > $period_from)
    and ($period_to is null or change.period <= $period_to)
order by
    list_position(['revised', 'gone', 'new'], change.state), change.period desc, change.kind, unit.short_name, item_name, part_name,
    change.file, change.cause
