-- title: Months of a unit that are not what they look like
-- meaning: Months whose figure a finding calls a slip (an outlier of this unit alone, a stale copy), and months in which services that the unit reports regularly are absent: incomplete while they may still come; and the share of the usual patients that the services reported stand for, also before a service began and after it closed
-- grain: one row a unit and month that was reported and is a slip, incomplete, or reported by some of its services
with outlying as (
    select unit_id, period, count(*) over (partition by period) as units
    from load.finding
    where code = 'outlier' and unit_id is not null
    group by unit_id, period
),
reporting as (
    select month, count(*) as units from mart.visit_series where service_id is null and payer_id is null and is_reported group by month
),
copied as ( -- one finding may speak of several units of a file: those whose month is one that they had before
    select v.unit_id, f.period
    from load.finding f
    join
        (select unit_id, month, file_id, sum(patients) as patients from visit group by all) v
        on v.file_id = f.file_id and v.month = f.period
    where f.code = 'stale_copy' and coalesce(f.unit_id = v.unit_id, true)
        and exists (
            select e.month
            from visit e
            where e.unit_id = v.unit_id and e.month < v.month
            group by e.month
            having sum(e.patients) = v.patients
        )
),
slips as (
    select o.unit_id, o.period as month
    from outlying o
    join reporting r on r.month = o.period
    where o.units < 2 or o.units * 2 < r.units -- what half of the units do at once is no slip of one
    union
    select unit_id, period from copied
),
offered as ( -- the services of each month that was reported by services
    select s.unit_id, s.month, s.service_id, s.patients, s.is_reported
    from mart.visit_series s
    where s.payer_id is null and s.service_id is not null and s.service_id <> 'total'
    qualify bool_or(s.is_reported) over (partition by s.unit_id, s.month)
),
placed as (
    select
        *, row_number() over months_of as place,
        -- months without the service share the number of the month that had it last
        count_if(is_reported) over months_of as spell
    from offered
    window months_of as (partition by unit_id, service_id order by month)
),
regular as (
    select unit_id, service_id, avg(patients) as level
    from placed
    group by unit_id, service_id
    having count_if(is_reported) >= threshold('signal_service_min_months')
        and count_if(is_reported) >= threshold('signal_service_regularity')
        * (max(place) filter (is_reported) - min(place) filter (is_reported) + 1)
),
known as (
    select
        p.*, r.level, r.level / sum(r.level) over (partition by p.unit_id, p.month) as share,
        not p.is_reported and p.spell > 0
        and count_if(not p.is_reported) over (partition by p.unit_id, p.service_id, p.spell) < threshold('signal_service_closed_months')
            as is_awaited
    from placed p
    join regular r using (unit_id, service_id)
),
months as (
    select
        unit_id, month,
        coalesce(sum(share) filter (is_awaited), 0) >= threshold('signal_service_share') as is_incomplete,
        sum(share) filter (is_reported or share < threshold('signal_service_share')) as coverage
    from known
    group by unit_id, month
)
select
    unit_id, month, slips.unit_id is not null as is_slip, coalesce(is_incomplete, false) as is_incomplete,
    coalesce(coverage, 1) as coverage
from months
full join slips using (unit_id, month)
where slips.unit_id is not null or is_incomplete or coverage < 1 - 1e-9
