-- title: Amounts that look cumulative
-- meaning: An amount that is to be added up, of which nobody has said in the register whether each figure is that of its period or the sum since January, and which looks like the latter: in every year told by three figures or more it rises without a fall, its last figure lies within a half of the target of those months and nearer to it than the sum does, and each January it begins anew. A rising year alone is no proof
-- grain: one row an indicator and unit (or agency, where the target is the agency's own)
with aimed as ( -- the target of a year: of the whole year, or of parts that make it up
    select
        indicator_id, unit_id, year(period) as year,
        coalesce(
            max(case when period_months = 12 then value end),
            case
                when sum(case when period_months < 12 then period_months end) = 12 then sum(case when period_months < 12 then value end)
            end
        ) as target
    from target
    group by indicator_id, unit_id, year(period)
),
amount as (
    select realisation.*, year(period) as year, month(period) + period_months - 1 as last_month, unit.parent_id
    from realisation
    join indicator on indicator.indicator_id = realisation.indicator_id
    left join unit on unit.unit_id = realisation.unit_id
    where indicator.aggregation = 'sum' and indicator.amounts is null and realisation.value is not null
),
told as (
    select
        indicator_id, unit_id, year, last_month, period_months, value, {'file_id': file_id, 'sheet': sheet, 'row': row} as place, period
    from amount
    union all -- what units without a target bring to an agency that has one
    select
        amount.indicator_id, amount.parent_id, amount.year, last_month, period_months, sum(value),
        min({'file_id': file_id, 'sheet': sheet, 'row': row}), min(period)
    from amount
    join aimed on aimed.indicator_id = amount.indicator_id and aimed.unit_id = amount.parent_id and aimed.year = amount.year
    left join aimed as own on own.indicator_id = amount.indicator_id and own.unit_id = amount.unit_id and own.year = amount.year
    where own.target is null
    group by amount.indicator_id, amount.parent_id, amount.year, last_month, period_months
),
followed as (
    select
        told.*, aimed.target,
        value - lag(value) over (partition by told.indicator_id, told.unit_id, told.year order by last_month) as rise
    from told
    join aimed on aimed.indicator_id = told.indicator_id and aimed.unit_id = told.unit_id and aimed.year = told.year
    -- a figure that is said to be of the months since January is known
    where told.last_month = told.period_months or month(told.period) > 1
),
yearly as (
    select
        indicator_id, unit_id, year, count(*) as figures, min(rise) as least_rise, sum(value) as total,
        min_by(value, last_month) as first_value, max_by(value, last_month) as last_value,
        max(target) * max(last_month) / 12 as target, max_by(place, last_month) as place, max_by(period, last_month) as period
    from followed
    group by indicator_id, unit_id, year
),
judged as (
    select
        *,
        case when figures >= 3 then
                least_rise >= 0 and first_value < last_value and last_value between 0.5 * target and 1.5 * target
                and abs(ln(last_value / target)) < abs(ln(total / target))
        end as is_like,
        first_value < lag(last_value) over (partition by indicator_id, unit_id order by year) as is_anew
    from yearly
    where target > 0 and total > 0
),
found as (
    select
        indicator_id, unit_id, max_by(place, year) filter (is_like) as place, max_by(period, year) filter (is_like) as period,
        max(year) filter (is_like) as year, max_by(first_value, year) filter (is_like) as first_value,
        max_by(last_value, year) filter (is_like) as last_value, max_by(total, year) filter (is_like) as total,
        max_by(target, year) filter (is_like) as target
    from judged
    group by indicator_id, unit_id
    having bool_and(is_like) and bool_and(is_anew) and count(is_anew) > 0
)
select
    'amount_looks_cumulative' as code, found.unit_id, found.period, found.place.file_id, found.place.sheet, found.place.row,
    found.indicator_id, indicator.name as indicator, cast(found.year as varchar) as year,
    printf('%g', found.first_value) as first, printf('%g', found.last_value) as last, printf('%g', found.total) as total,
    printf('%g', found.target) as target
from found
join indicator on indicator.indicator_id = found.indicator_id
order by found.indicator_id, found.unit_id
