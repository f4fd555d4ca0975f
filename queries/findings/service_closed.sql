-- title: Services that stay away
-- meaning: A service that a unit reported in most of its months (signal_service_regularity) and that has been absent from all its reports since, for signal_service_closed_months of them or more: it may have closed; said of the first month without it
-- grain: one row a unit and service
with limits as (
    select
        max(value) filter (where key = 'signal_service_min_months') as min_months,
        max(value) filter (where key = 'signal_service_regularity') as regularity,
        max(value) filter (where key = 'signal_service_closed_months') as closed_months,
        max(value) filter (where key = 'signal_service_share') as least_share
    from reference.thresholds
),
reported as (
    select unit_id, month, row_number() over (partition by unit_id order by month) as place, count(*) over (partition by unit_id) as places
    from visit
    where service_id <> 'total' and coalesce(patients, new_count, returning_count) is not null
    group by unit_id, month
),
monthly as (
    select
        unit_id, month, service_id, sum(coalesce(patients, new_count + returning_count)) as patients
    from visit
    where service_id <> 'total' and coalesce(patients, new_count, returning_count) is not null
    group by unit_id, month, service_id
),
spans as (
    select
        m.unit_id, m.service_id, count(*) as months, min(r.place) as first_place, max(r.place) as last_place, max(r.places) as places,
        sum(m.patients) / sum(sum(m.patients)) over (partition by m.unit_id) as share
    from monthly m
    join reported r using (unit_id, month)
    group by m.unit_id, m.service_id
)
select
    'service_closed' as code, s.unit_id, r.month as period, v.place.file_id, v.place.sheet, v.place.row,
    coalesce(service.name, s.service_id) as service, coalesce(service.name_en, service.name, s.service_id) as service_en,
    s.places - s.last_place as months
from spans s
cross join limits
join reported r on r.unit_id = s.unit_id and r.place = s.last_place + 1
join (
    select unit_id, month, min({'file_id': file_id, 'sheet': sheet, 'row': row}) as place from visit group by all
) v on v.unit_id = s.unit_id and v.month = r.month
left join reference.services service using (service_id)
where s.months >= min_months and s.months >= regularity * (s.last_place - s.first_place + 1)
    and s.places - s.last_place >= closed_months and s.share >= least_share
