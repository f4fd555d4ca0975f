-- title: Visits by payer
-- meaning: Patients of each payer in the chosen period, its share, and the change over the unit-months in which it was reported in both years
-- grain: one row a payer
select
    series.payer_id,
    case series.payer_id when 'merged' then 'Digabung (jumlah kecil)' else coalesce(any_value(payers.name), series.payer_id) end as name,
    case series.payer_id when 'merged' then 'Merged (small counts)' else coalesce(any_value(payers.name_en), series.payer_id) end
        as name_en,
    cast(sum(series.patients) as bigint) as patients,
    sum(series.patients) * 100.0 / nullif(sum(sum(series.patients)) over (), 0) as share_pct,
    count(distinct series.unit_id) filter (series.is_reported) as units_reporting,
    count(*) filter (series.is_comparable) as like_reports,
    cast(sum(series.patients) filter (series.is_comparable) as bigint) as like_patients,
    cast(sum(series.patients_last_year) filter (series.is_comparable) as bigint) as like_patients_last_year,
    visit_change_pct(
        sum(series.patients) filter (series.is_comparable), sum(series.patients_last_year) filter (series.is_comparable)
    ) as change_pct
from mart.visit_series as series
left join reference.payers using (payer_id)
where series.payer_id is not null and ($payer is null or series.payer_id = $payer)
    and series.service_id is not distinct from $service
    and in_scope(series.unit_id, $agency, $unit, $units)
    and ($period_from is null or series.month >= $period_from) and ($period_to is null or series.month <= $period_to)
group by series.payer_id
having sum(series.patients) is not null
order by patients desc, name
