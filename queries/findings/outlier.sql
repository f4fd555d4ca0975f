-- title: Outliers
-- meaning: A month's patients far outside the unit's history by modified z = 0.6745 (x - median) / MAD (Iglewicz and Hoaglin 1993)
-- grain: one row a unit and month
with monthly as (
    select unit_id, month, sum(patients) as patients, min(file_id) as file_id, min(sheet) as sheet, min(row) as row
    from visit group by unit_id, month
),
middle as (
    select unit_id, median(patients) as median_patients, count(*) as months from monthly group by unit_id
),
spread as (
    select monthly.unit_id, median(abs(monthly.patients - middle.median_patients)) as mad
    from monthly join middle on middle.unit_id = monthly.unit_id group by monthly.unit_id
),
scored as (
    select monthly.*, median_patients, 0.6745 * (patients - median_patients) / nullif(mad, 0) as z, months
    from monthly
    join middle on middle.unit_id = monthly.unit_id
    join spread on spread.unit_id = monthly.unit_id
),
limits as (
    select max(value) filter (where key = 'outlier_modified_z') as z_limit, max(value) filter (where key = 'outlier_min_months') as min_months
    from reference.thresholds
)
select 'outlier' as code, unit_id, month as period, file_id, sheet, row, cast(cast(patients as bigint) as varchar) as found,
    cast(cast(round(median_patients) as bigint) as varchar) as expected, replace(cast(round(z, 1) as varchar), '.', ',') as z
from scored cross join limits
where months >= min_months and abs(z) > z_limit
