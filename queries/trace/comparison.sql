-- title: Data terbitan pembanding
-- meaning: The build that this one was held against, or why nothing was compared, and how many figures are new, revised or gone
-- grain: one row
select
    coalesce(comparison.state, 'none') as state, comparison.previous_build_id, comparison.previous_built_at,
    (select coalesce(cast(sum(figures) as bigint), 0) from load.change where state = 'new') as new_figures,
    (select coalesce(cast(sum(figures) as bigint), 0) from load.change where state = 'revised') as revised_figures,
    (select coalesce(cast(sum(figures) as bigint), 0) from load.change where state = 'gone') as gone_figures
from (select 1) as always -- a build that says nothing of it was held against none
left join load.comparison as comparison on true
