-- title: Monthly visits of every slice as the units of then reported them
-- meaning: Patients of a unit in a month as they may be shown (is_rounded: small counts among them are rounded), for all services and payers together (both null) and for each service, payer and pair that the unit ever reported; null where missing
-- grain: one row a unit, month, service (null for all) and payer (null for all), for every month of the build in which the unit is there
with months as (
    select month, visit_is_provisional(month, as_of) as is_provisional
    from (select as_of, cast(unnest(generate_series(first_month, last_month, interval 1 month)) as date) as month from load.build)
),
wide as materialized (
    select
        unit_id, month, service_id, payer_id,
        cast(sum(patients) as bigint) as patients,
        cast(case when sum(unsplit_cells) = 0 then sum(new_count) end as bigint) as new_count,
        cast(case when sum(unsplit_cells) = 0 then sum(returning_count) end as bigint) as returning_count,
        cast(sum(missing_cells) as bigint) as missing_cells,
        bool_or(is_merged) as is_rounded
    from mart.visit_open
    group by grouping sets ((unit_id, month), (unit_id, month, service_id), (unit_id, month, payer_id))
    union all
    select
        unit_id, month, service_id, payer_id, patients, new_count, returning_count, missing_cells, is_merged
    from mart.visit_open
),
named as (
    select unit_id, service_id, payer_id from wide
    union
    select unit_id, null, null from load.expected_report where report_kind = 'visit'
),
slices as materialized (select *, row_number() over () as slice from named), -- numbered: joins of blanks are slow
sums as materialized (
    select slices.slice, wide.month, wide.patients, wide.new_count, wide.returning_count, wide.missing_cells, wide.is_rounded
    from wide
    join slices
        on slices.unit_id = wide.unit_id
        and slices.service_id is not distinct from wide.service_id and slices.payer_id is not distinct from wide.payer_id
)
select
    slices.unit_id, unit.parent_id as agency_id, months.month, slices.service_id, slices.payer_id,
    sums.patients, sums.new_count, sums.returning_count,
    coalesce(sums.missing_cells, 0) as missing_cells,
    coalesce(sums.is_rounded, false) as is_rounded,
    sums.patients is not null as is_reported,
    months.is_provisional
from slices
cross join months
left join unit using (unit_id)
left join sums on sums.slice = slices.slice and sums.month = months.month
where is_there(unit.valid_from, unit.valid_until, months.month, 1)
