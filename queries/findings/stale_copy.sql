-- title: Stale copies
-- meaning: A month whose every figure, new and returning by service and payer, equals an earlier month's of the same unit
-- grain: one row a pair of files and pair of months
with profile as (
    select
        unit_id, month, file_id, count(*) as cells, sum(patients) as patients,
        bit_xor(hash(service_id, payer_id, new_count, returning_count, patients)) as print,
        count(new_count) + count(returning_count) as parts
    from visit
    group by unit_id, month, file_id
),
pair as (
    select
        later.unit_id, later.month, earlier.month as other_month, later.file_id,
        row_number() over (partition by later.unit_id, later.month order by earlier.month desc) as nearest
    from profile as later
    join
        profile
            as earlier
        on earlier.unit_id = later.unit_id and earlier.print = later.print
            and earlier.cells = later.cells and earlier.patients is not distinct from later.patients and earlier.month < later.month
    -- A single small figure repeats by chance; two parts of a hundred patients or more hardly ever do.
    where later.parts >= (select max(value) from reference.thresholds where key = 'stale_copy_min_parts')
        and later.patients >= (select max(value) from reference.thresholds where key = 'stale_copy_min_patients')
)
select
    'stale_copy' as code, case when count(*) = 1 then min(unit_id) end as unit_id, month as period, file_id, cast(null as varchar) as sheet,
    cast(null as integer) as row, strftime(month, '%Y-%m') as month, strftime(other_month, '%Y-%m') as other_month, count(*) as units
from pair
where nearest = 1
group by file_id, month, other_month
