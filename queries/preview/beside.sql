-- title: Angka berkas di samping yang terbit
-- meaning: One kind's figures that the files given give or change, in figures_now and figures_before of the shape of queries/figures; of visits all services and payers together, with the period before it and the same period a year before
-- grain: one row a unit, period and item
with now as (
    select
        unit_id, case when $kind <> 'visit' then item_id end as item_id, period, period_months, sum(value) as value,
        case when $kind <> 'visit' then any_value(text) end as text, bool_or(list_contains($files, place.file_id)) as is_given
    from figures_now group by all
),
old as (
    select
        unit_id, case when $kind <> 'visit' then item_id end as item_id, period, period_months, sum(value) as value,
        case when $kind <> 'visit' then any_value(text) end as text
    from figures_before group by all
),
beside as (
    select
        coalesce(now.unit_id, old.unit_id) as unit_id, coalesce(now.item_id, old.item_id) as item_id,
        coalesce(now.period, old.period) as period, coalesce(now.period_months, old.period_months) as period_months,
        now.value as value, now.text as text, old.value as published, old.text as published_text
    from now
    full join old
        on old.unit_id is not distinct from now.unit_id and old.item_id is not distinct from now.item_id and old.period = now.period
            and old.period_months = now.period_months
    where coalesce(now.is_given, false) or now.value is distinct from old.value or now.text is distinct from old.text
)
select
    $kind as kind, beside.unit_id, unit.name as unit, beside.item_id, coalesce(indicator.name, services.name, beside.item_id) as item,
    beside.period, beside.period_months, beside.value, beside.text, beside.published, beside.published_text,
    coalesce(now_before.value, old_before.value) as period_before,
    year_before.value as year_before
from beside
left join now as now_before
    on now_before.unit_id is not distinct from beside.unit_id and now_before.item_id is not distinct from beside.item_id
        and now_before.period = beside.period - to_months(beside.period_months) and now_before.period_months = beside.period_months
left join old as old_before
    on old_before.unit_id is not distinct from beside.unit_id and old_before.item_id is not distinct from beside.item_id
        and old_before.period = beside.period - to_months(beside.period_months) and old_before.period_months = beside.period_months
left join old as year_before
    on year_before.unit_id is not distinct from beside.unit_id and year_before.item_id is not distinct from beside.item_id
        and year_before.period = beside.period - to_years(1) and year_before.period_months = beside.period_months
left join unit on unit.unit_id = beside.unit_id
left join indicator on indicator.indicator_id = beside.item_id
left join reference.services as services on services.service_id = beside.item_id
order by all
