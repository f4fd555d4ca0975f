-- title: Target indikator per periode
-- meaning: The target that counts for a unit in a period and for the whole year, and where it comes from: its own, that of the unit above it (rates only), or that of its units.
-- grain: one row an indicator, unit and period that was due or reported and has a target
with holder as ( -- whose target counts in a year: one's own, else for rates that of the nearest unit above
    select
        f.indicator_id, f.unit_id, f.year, min_by(t.unit_id, a.distance) as holder_id, min(a.distance) as distance
    from (select distinct indicator_id, unit_id, year from mart.attainment_figure) f
    join unit_ancestors() a on a.unit_id = f.unit_id
    join (select distinct indicator_id, unit_id, year(period) as year from target) t
        on t.indicator_id = f.indicator_id and t.year = f.year and t.unit_id = a.ancestor_id
    left join indicator i on i.indicator_id = f.indicator_id
    where a.distance = 0 or i.aggregation = 'ratio' or is_percentage(i.unit_of_measure)
    group by all
),
step as ( -- targets with the months that they cover, 1..12
    select
        indicator_id, unit_id, year(period) as year, month(period) as first, month(period) + period_months - 1 as last,
        period_months, value, value_max, value_text
    from target
),
chosen as ( -- per period: the shortest target that covers it, else the last one before it; and what lies inside it
    select
        f.indicator_id, f.unit_id, f.year, f.period, f.period_months, h.distance, i.aggregation, i.scale,
        min_by(s, s.period_months) filter (s.first <= month(f.period) and s.last >= month(f.last_month)) as covering,
        max_by(s, (s.last, -s.period_months)) filter (s.last <= month(f.last_month)) as latest,
        sum(s.value) filter (s.first >= month(f.period) and s.last <= month(f.last_month)
            and s.period_months < f.period_months) as inside,
        sum(s.period_months) filter (s.first >= month(f.period) and s.last <= month(f.last_month)
            and s.period_months < f.period_months) as inside_months,
        max_by(s, (s.period_months = 12, s.last)) as final,
        max(s.value) filter (s.period_months = 12) as whole_year,
        sum(s.value) filter (s.period_months < 12) as parts,
        sum(s.period_months) filter (s.period_months < 12) as part_months
    from mart.attainment_figure f
    join holder h using (indicator_id, unit_id, year)
    join step s on s.indicator_id = f.indicator_id and s.unit_id = h.holder_id and s.year = f.year
    left join indicator i on i.indicator_id = f.indicator_id
    group by all
),
given as (
    select
        indicator_id, unit_id, year, period, period_months, aggregation,
        case when distance = 0 then 'own' else 'above' end as target_source,
        case
            when aggregation <> 'sum' or aggregation is null then coalesce(covering, latest).value
            when inside_months = period_months then inside
            else covering.value * period_months / covering.period_months
        end as target,
        coalesce(covering, latest).value_max as target_max,
        coalesce(covering, latest).value_text as target_text,
        predicate_rank(scale, coalesce(covering, latest).value_text) as target_rank,
        coalesce(aggregation = 'sum' and covering.period_months > period_months and inside_months is distinct from period_months,
            false) as is_prorated,
        case
            when aggregation is distinct from 'sum' then final.value
            else coalesce(whole_year, case when part_months = 12 then parts end)
        end as target_year
    from chosen
),
lacking as ( -- where a unit without a target brought an amount, the sum of the others' targets is not what it is to be held against
    select distinct a.agency_id as unit_id, f.indicator_id, f.period, f.period_months
    from mart.attainment_figure f
    join unit_agencies() a using (unit_id)
    join indicator i on i.indicator_id = f.indicator_id
    left join given g on g.indicator_id = f.indicator_id and g.unit_id = f.unit_id and g.period = f.period
        and g.period_months = f.period_months
    where i.aggregation = 'sum' and f.value <> 0 and g.target is null
),
of_units as ( -- an agency without a target: the sum of its units' targets, for quotients weighted by their denominators;
    -- only units that reported count, so that figure and target are about the same units
    select
        indicator_id, agency_id as unit_id, year, period, period_months,
        case
            when aggregation = 'sum' then sum(target)
            when count(denominator) > 0
                then sum(target * denominator) / nullif(sum(denominator) filter (target is not null), 0)
            when min(target) = max(target) then min(target)
        end as target,
        case
            when aggregation = 'sum' then sum(target_year)
            when count(denominator) > 0
                then sum(target_year * denominator) / nullif(sum(denominator) filter (target_year is not null), 0)
            when min(target_year) = max(target_year) then min(target_year)
        end as target_year
    from (
        select g.*, a.agency_id, f.denominator, f.is_reported,
            bool_or(f.is_reported) over (
                partition by a.agency_id, g.indicator_id, g.period, g.period_months
            ) as is_any_reported
        from given g
        join unit_agencies() a using (unit_id)
        join mart.attainment_figure f using (indicator_id, unit_id, period, period_months)
    )
    where is_reported or not is_any_reported
    group by indicator_id, agency_id, year, period, period_months, aggregation
)
select * exclude (aggregation) from given
union all by name
select
    u.*, 'units' as target_source, false as is_prorated
from of_units u
anti join given g using (indicator_id, unit_id, period, period_months)
anti join lacking l using (indicator_id, unit_id, period, period_months)
semi join mart.attainment_figure f using (indicator_id, unit_id, period, period_months)
