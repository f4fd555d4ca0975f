-- title: Angka yang berbeda antara dua data terbitan
-- meaning: One kind's figures of two builds, in temporary tables of the shape of queries/figures, held against each other; the older build is attached as `before`. A value is the row's that gives it now, where it is gone the row's that gave it; a file that the older build did not have is the cause, else what did change
-- grain: one row a figure that is revised or gone, or a file and cause with new figures
with pair as (
    select
        coalesce(now.unit_id, old.unit_id) as unit_id, coalesce(now.item_id, old.item_id) as item_id,
        coalesce(now.part_id, old.part_id) as part_id, coalesce(now.period, old.period) as period,
        coalesce(now.period_months, old.period_months) as period_months,
        old.value as value_before, now.value as value_after, old.text as text_before, now.text as text_after,
        case when old.period is null then 'new' when now.period is null then 'gone' else 'revised' end as state,
        case when now.period is null then old.place else now.place end as place
    from figures_now as now
    full join figures_before as old
        on old.unit_id is not distinct from now.unit_id and old.item_id = now.item_id
            and old.part_id is not distinct from now.part_id and old.period = now.period and old.period_months = now.period_months
    where old.period is null or now.period is null
        or old.value is distinct from now.value or old.text is distinct from now.text
),
caused as (
    select
        pair.* exclude (place), pair.place.file_id as file_id, pair.place.sheet as sheet, pair.place.row as "row",
        case
            when pair.place.file_id not in (select file_id from before.load.file where file_id is not null) then 'file'
            when $is_reference_changed then 'reference'
            when $is_software_changed then 'software'
            else 'file'
        end as cause
    from pair
)
select
    $kind, state, cause, unit_id, item_id, part_id, period, period, period_months, 1, value_before, value_after,
    text_before, text_after, file_id, (select name from load.file where load.file.file_id = caused.file_id), sheet, "row"
from caused
where state <> 'new'
union all
select
    $kind, state, cause, null, null, null, min(period), max(period), max(period_months), count(*), null, null,
    null, null, file_id, (select name from load.file where load.file.file_id = caused.file_id), null, null
from caused
where state = 'new'
group by state, cause, file_id
order by all
