-- title: Data terbitan pembanding
-- meaning: The build that this one was held against, or why nothing was compared, and how many figures of the viewer's units are new, revised or gone
-- grain: one row
with seen as (
    select change.state, change.figures
    from load.change as change
    left join mart.quality_file as file on change.unit_id is null and file.file_id = change.file_id
    where $units is null or list_contains($units, change.unit_id)
        or (change.unit_id is null and len(file.unit_ids) > 0 and list_has_all($units, file.unit_ids))
)
select
    coalesce(comparison.state, 'none') as state, comparison.previous_build_id, comparison.previous_built_at,
    (select coalesce(cast(sum(figures) as bigint), 0) from seen where state = 'new') as new_figures,
    (select coalesce(cast(sum(figures) as bigint), 0) from seen where state = 'revised') as revised_figures,
    (select coalesce(cast(sum(figures) as bigint), 0) from seen where state = 'gone') as gone_figures
from (select 1) as always -- a build that says nothing of it was held against none
left join load.comparison as comparison on true
