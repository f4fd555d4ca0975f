-- title: Angka yang sama diminta dua kali
-- meaning: Pairs of things asked of units that bear the same figure in every period that both have; told of many periods and values, and of no figure
-- grain: one row a pair of things asked
with span as (
    select cast($period_from as date) as first_month, cast($period_to as date) as last_month
),
told_of as (
    select r.* from mart.realisation_open as r
    cross join span
    where not coalesce(r.is_rounded, false) and r.period between span.first_month and span.last_month
        and in_scope(r.unit_id, $agency, $unit, $units)
),
realised as (
    select unit_id, period, period_months, indicator_id, 'value' as part, value as figure from told_of
    union all
    select unit_id, period, period_months, indicator_id, 'numerator', numerator from told_of
    union all
    select unit_id, period, period_months, indicator_id, 'denominator', denominator from told_of
),
periods as (
    select distinct unit_id, period, period_months from told_of
),
visited as ( -- what the monthly report says of whole periods that an indicator is told for
    select p.unit_id, p.period, p.period_months, v.month, v.service_id, v.patients
    from periods as p
    join mart.visit_open as v
        on v.unit_id = p.unit_id and v.month >= p.period and v.month < p.period + to_months(p.period_months)
    where not coalesce(v.is_merged, false)
),
counted as (
    select unit_id, period, period_months, '' as item_id, cast(sum(patients) as double) as figure, count(distinct month) as months
    from visited
    group by unit_id, period, period_months
    union all
    select unit_id, period, period_months, service_id, cast(sum(patients) as double), count(distinct month)
    from visited
    group by unit_id, period, period_months, service_id
),
surveyed as (
    select
        p.unit_id, p.period, p.period_months, 'satisfaction' as report_kind, '' as item_id, null as item, 'index' as part,
        s.index as figure
    from periods as p
    join mart.satisfaction_index as s using (unit_id, period, period_months)
    where s.service_id is null
),
told as (
    select
        r.unit_id, r.period, r.period_months, 'realisation' as report_kind, r.indicator_id as item_id, i.name as item, r.part, r.figure
    from realised as r
    join indicator as i using (indicator_id)
    union all
    select c.unit_id, c.period, c.period_months, 'visit', c.item_id, service.name, 'patients', c.figure
    from counted as c
    left join reference.services as service on service.service_id = c.item_id
    where c.months = c.period_months
    union all
    select * from surveyed
),
figures as (
    select *, report_kind || ':' || item_id || ':' || part as key from told
    where figure is not null and abs(figure) >= 2 -- 0 and 1 agree by themselves
),
pairs as (
    select
        a.report_kind, a.item_id, a.item, a.part,
        b.report_kind as other_kind, b.item_id as other_id, b.item as other_item, b.part as other_part,
        count(distinct a.unit_id) as units,
        count(*) as periods,
        count(*) filter (where round(a.figure, 2) = round(b.figure, 2)) as agree,
        count(distinct round(a.figure, 2)) as figures
    from figures as a
    join figures as b
        on b.unit_id = a.unit_id and b.period = a.period and b.period_months = a.period_months and a.key < b.key
            and not (a.report_kind = b.report_kind and a.item_id = b.item_id)
            and not (a.report_kind = 'visit' and b.report_kind = 'visit')
    group by all
)
select
    report_kind, nullif(item_id, '') as item_id, item, part, other_kind, nullif(other_id, '') as other_id, other_item, other_part,
    units, periods, agree, figures,
    case when agree = periods and figures >= threshold('same_figure_min_figures') then 'certain' else 'likely' end as certainty
from pairs
where periods >= threshold('same_figure_min_periods') and agree >= threshold('same_figure_min_share') * periods
    and figures >= 2
order by certainty, periods desc, units desc, report_kind, item_id nulls first, part, other_kind, other_id nulls first, other_part
