-- title: Monthly visits of every slice as the units of then reported them
-- meaning: Patients of a unit in a month, for all services and payers together (both null) and for each service, payer and pair that the unit ever reported; null where missing
-- grain: one row a unit, month, service (null for all) and payer (null for all), for every month of the build in which the unit is there
with months as (
    select as_of, cast(unnest(generate_series(first_month, last_month, interval 1 month)) as date) as month
    from load.build
),
sums as (
    select
        unit_id, month, service_id, payer_id,
        cast(sum(patients) as bigint) as patients,
        cast(case when count(new_count) = count(patients) then sum(new_count) end as bigint) as new_count,
        cast(case when count(returning_count) = count(patients) then sum(returning_count) end as bigint) as returning_count,
        cast(sum(missing_cells) as bigint) as missing_cells
    from mart.visit_service
    group by grouping sets (
        (unit_id, month), (unit_id, month, service_id), (unit_id, month, payer_id), (unit_id, month, service_id, payer_id)
    )
),
slices as (
    select distinct unit_id, service_id, payer_id from sums
    union
    select distinct unit_id, null, null from load.expected_report where report_kind = 'visit'
),
complete as (
    select
        slices.unit_id, unit.parent_id as agency_id, months.month, slices.service_id, slices.payer_id,
        sums.patients, sums.new_count, sums.returning_count,
        coalesce(sums.missing_cells, 0) as missing_cells,
        sums.patients is not null as is_reported,
        visit_is_provisional(months.month, months.as_of) as is_provisional
    from slices
    cross join months
    left join unit using (unit_id)
    left join sums
        on sums.unit_id = slices.unit_id and sums.month = months.month
        and sums.service_id is not distinct from slices.service_id and sums.payer_id is not distinct from slices.payer_id
    where is_there(unit.valid_from, unit.valid_until, months.month, 1)
)
select * from complete
