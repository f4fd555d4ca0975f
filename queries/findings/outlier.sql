-- title: Outliers
-- meaning: A single month's patients far outside the unit's history by modified z = 0.6745 (x - median) / MAD (Iglewicz and Hoaglin 1993); where it is not as far from the months beside it, it belongs to a change and is no slip
-- grain: one row a unit and month
with limits as (
    select
        max(value) filter (where key = 'outlier_modified_z') as z_limit, max(value) filter (where key = 'outlier_min_months') as min_months,
        max(value) filter (where key = 'suppression_min_patients') as least_shown
    from reference.thresholds
),
monthly as ( -- with the middle of what a small count can be for each of these: a finding is shown, and tells none
    select
        unit_id, month, sum(if(patients > 0 and patients < least_shown, ceil(least_shown / 2), patients)) as patients,
        min({'file_id': file_id, 'sheet': sheet, 'row': row}) as place
    from visit
    cross join limits
    group by unit_id, month
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
beside as (
    select *, lag(z) over months_of as z_before, lead(z) over months_of as z_after
    from scored
    window months_of as (partition by unit_id order by month)
)
select
    'outlier' as code, unit_id, month as period, place.file_id, place.sheet, place.row, cast(cast(patients as bigint) as varchar) as found,
    cast(cast(round(median_patients) as bigint) as varchar) as expected, replace(cast(round(z, 1) as varchar), '.', ',') as z
from beside cross join limits
where months >= min_months and abs(z) > z_limit
    and coalesce(abs(z - z_before) > z_limit, true) and coalesce(abs(z - z_after) > z_limit, true)
