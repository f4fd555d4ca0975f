-- title: Surveys of the same months
-- meaning: A satisfaction report whose months another report of the unit covers too: one of the two is left out of the index
-- grain: one row a unit and period of a file that the index does not count
with block as (
    select
        unit_id, month, period_months, is_counted, file_id, min({'sheet': sheet, 'row': row}).sheet as sheet,
        min({'sheet': sheet, 'row': row}).row as row, sum(respondents) as respondents,
        cast(month + to_months(period_months) as date) as until
    from response
    group by unit_id, month, period_months, is_counted, file_id
),
counted as (
    select
        block.unit_id, block.month, block.period_months, block.file_id, block.sheet, block.row, block.respondents,
        max(other.period_months) as other_months, min(other.month) as other_month, sum(other.respondents) as other_respondents
    from block
    join block as other on other.unit_id = block.unit_id and other.month < block.until and other.until > block.month and other.is_counted
    where not block.is_counted
    group by block.unit_id, block.month, block.period_months, block.file_id, block.sheet, block.row, block.respondents
)
select
    'periods_overlap' as code, unit_id, month as period, file_id, sheet, row, strftime(month, '%Y-%m') as month,
    case period_months when 1 then 'bulan' when 3 then 'triwulan' when 6 then 'semester' else 'tahun' end as span,
    case period_months when 1 then 'month' when 3 then 'quarter' when 6 then 'half-year' else 'year' end as span_en,
    case other_months when 1 then 'bulan' when 3 then 'triwulan' when 6 then 'semester' else 'tahun' end as other,
    case other_months when 1 then 'month' when 3 then 'quarter' when 6 then 'half-year' else 'year' end as other_en,
    strftime(other_month, '%Y-%m') as other_month, cast(respondents as varchar) as respondents,
    cast(other_respondents as varchar) as other_respondents
from counted
