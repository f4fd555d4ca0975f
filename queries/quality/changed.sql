-- title: Angka yang diganti atau hilang sejak terbitan sebelumnya
-- meaning: Published figures that this build says otherwise than the one before it, or no more; of persons none
-- grain: one row a figure
select
    change.kind, change.unit_id, unit.short_name as unit, coalesce(indicator.name, services.name) as item, change.period,
    change.period_months, change.value_before, change.value_after, change.text_before, change.text_after
from load.change as change
left join unit using (unit_id)
left join indicator on indicator.indicator_id = change.item_id
left join reference.services as services on services.service_id = change.item_id
where change.state in ('revised', 'gone') and change.kind <> 'signal' and in_scope(change.unit_id, null, null, $units)
order by change.period desc, unit.short_name, change.kind, item, change.part_id
