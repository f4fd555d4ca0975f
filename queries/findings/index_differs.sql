-- title: Differing index
-- meaning: A reported satisfaction index that differs from the one recomputed from the element means, mean(NRR) * 25 (PermenPAN-RB 14/2017)
-- grain: one row a line of a recap form
with recomputed as (
    select
        unit_id, month, file_id, sheet, row, reported_index,
        list_avg(list_filter([u1, u2, u3, u4, u5, u6, u7, u8, u9], lambda x: x is not null)) * 25 as index
    from response
    where reported_index is not null
)
select
    'index_differs' as code, unit_id, month as period, file_id, sheet, row,
    replace(cast(round(reported_index, 2) as varchar), '.', ',') as found, replace(cast(round(index, 2) as varchar), '.', ',') as expected
from recomputed
cross join (select max(value) as tolerance from reference.thresholds where key = 'index_tolerance') as limits
where round(abs(reported_index - index), 2) > tolerance
    and round(index, 1) <> reported_index -- written with one decimal
