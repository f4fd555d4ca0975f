-- title: Isi formulir kunjungan
-- meaning: The services and payers of a unit's reports of the last twelve months before a month, each with each, and what may be shown of the month before: small counts are left out
-- grain: one row a unit, service and payer
with past as (
    select unit_id, month, service_id, payer_id, new_count, returning_count
    from visit
    where month >= $month - to_months(12) and month < $month and in_scope(unit_id, $agency, $unit, $units)
),
form as (select unit_id, count(new_count) + count(returning_count) > 0 as is_split from past group by unit_id),
service as (select distinct unit_id, service_id from past),
payer as (select distinct unit_id, payer_id from past)
select
    service.unit_id, coalesce(services.name, service.service_id) as service, coalesce(payers.name, payer.payer_id) as payer,
    open.new_count as new_count_before, open.returning_count as returning_count_before, open.patients as patients_before,
    form.is_split as asks_new_count, form.is_split as asks_returning_count, not form.is_split as asks_patients
from service
join payer on payer.unit_id = service.unit_id
join form on form.unit_id = service.unit_id
left join mart.visit_open as open
    on open.unit_id = service.unit_id and open.month >= $period_from and open.month < $month and open.service_id = service.service_id
        and open.payer_id = payer.payer_id and not open.is_merged
left join reference.services as services on services.service_id = service.service_id
left join reference.payers as payers on payers.payer_id = payer.payer_id
order by service.unit_id, services.rowid, service.service_id, payers.rowid, payer.payer_id
