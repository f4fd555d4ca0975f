-- title: Target indikator per periode
-- meaning: The target that counts for a unit in a period and for the whole year, and where it comes from: its own, that of the unit above it (rates only), or that of its units. A period that ended before a target was revised keeps the one of then; the year has the newest. target_to_date is what the periods so far come to by the target of a period, where one of that year was revised.
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
revision as (
    select indicator_id, unit_id, period, period_months, max(valid_until) as day from target_before group by all
),
step as ( -- targets with the months that they cover, 1..12, each version with the days from and until which it held
    select
        indicator_id, unit_id, year(period) as year, month(period) as first, month(period) + period_months - 1 as last,
        period_months, value, value_max, value_text, valid_from, valid_until
    from (
        select t.*, r.day as valid_from, null::date as valid_until
        from target t
        left join revision r using (indicator_id, unit_id, period, period_months)
        union all by name
        select * from target_before
    )
),
revised as (select distinct indicator_id, year(period) as year from target_before),
asked as ( -- each period by the targets of its own end and, where one was revised, by those of the ends of later ones
    select
        indicator_id, unit_id, year, period, period_months, last_month,
        (period + to_months(period_months))::date as seen_on, true as is_own,
        period = max(period) over (partition by indicator_id, unit_id, year, period_months) as is_newest
    from mart.attainment_figure
    union all
    select
        f.indicator_id, f.unit_id, f.year, f.period, f.period_months, f.last_month,
        (later.period + to_months(later.period_months))::date, false, false
    from mart.attainment_figure f
    join mart.attainment_figure later
        on later.indicator_id = f.indicator_id and later.unit_id = f.unit_id and later.year = f.year
            and later.period_months = f.period_months and later.period > f.period
    semi join revised on revised.indicator_id = f.indicator_id and revised.year = f.year
),
held as (
    select
        f.*, h.distance, h.holder_id, i.aggregation, i.scale, s,
        coalesce(s.valid_from < f.seen_on, true) and coalesce(s.valid_until >= f.seen_on, true) as is_seen,
        case when f.is_newest then s.valid_until is null else is_seen end as is_of_year
    from asked f
    join holder h using (indicator_id, unit_id, year)
    join step s on s.indicator_id = f.indicator_id and s.unit_id = h.holder_id and s.year = f.year
    left join indicator i on i.indicator_id = f.indicator_id
),
chosen as ( -- per period: the shortest target that covers it, else the last one before it; and what lies inside it
    select
        indicator_id, unit_id, year, period, period_months, seen_on, is_own, distance, aggregation, scale,
        min_by(s, s.period_months) filter (is_seen and s.first <= month(period) and s.last >= month(last_month)) as covering,
        max_by(s, (s.last, -s.period_months)) filter (is_seen and s.last <= month(last_month)) as latest,
        sum(s.value) filter (is_seen and s.first >= month(period) and s.last <= month(last_month)
            and s.period_months < held.period_months) as inside,
        sum(s.period_months) filter (is_seen and s.first >= month(period) and s.last <= month(last_month)
            and s.period_months < held.period_months) as inside_months,
        max_by(s, (s.period_months = 12, s.last)) filter (is_of_year) as final,
        max(s.value) filter (is_of_year and s.period_months = 12) as whole_year,
        sum(s.value) filter (is_of_year and s.period_months < 12) as parts,
        sum(s.period_months) filter (is_of_year and s.period_months < 12) as part_months
    from held
    group by all
),
seen as (
    select
        indicator_id, unit_id, year, period, period_months, seen_on, is_own, aggregation,
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
given as (select * exclude (seen_on, is_own) from seen where is_own),
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
        indicator_id, agency_id as unit_id, year, period, period_months, seen_on, is_own, aggregation,
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
                partition by a.agency_id, g.indicator_id, g.period, g.period_months, g.seen_on
            ) as is_any_reported
        from seen g
        join unit_agencies() a using (unit_id)
        join mart.attainment_figure f using (indicator_id, unit_id, period, period_months)
    )
    where is_reported or not is_any_reported
    group by indicator_id, agency_id, year, period, period_months, seen_on, is_own, aggregation
),
to_date as ( -- what the periods so far come to: those that were reported, by the targets of the end of the last of them
    select t.indicator_id, t.unit_id, t.period_months, t.seen_on, t.is_of_units, sum(t.target) as target_to_date
    from (
        select *, false as is_of_units from seen
        union all by name
        select *, true as is_of_units from of_units
    ) t
    semi join revised on revised.indicator_id = t.indicator_id and revised.year = t.year
    join mart.attainment_figure f using (indicator_id, unit_id, period, period_months)
    where t.aggregation = 'sum' and f.value is not null
    group by all
),
counted as (
    select *, false as is_of_units from given
    union all by name
    select u.* exclude (is_own, seen_on), 'units' as target_source, false as is_prorated, true as is_of_units
    from of_units u
    anti join given g using (indicator_id, unit_id, period, period_months)
    anti join lacking l using (indicator_id, unit_id, period, period_months)
    semi join mart.attainment_figure f using (indicator_id, unit_id, period, period_months)
    where u.is_own
)
select c.* exclude (aggregation, is_of_units), d.target_to_date
from counted c
left join to_date d
    on d.indicator_id = c.indicator_id and d.unit_id = c.unit_id and d.period_months = c.period_months
        and d.seen_on = c.period + to_months(c.period_months) and d.is_of_units = c.is_of_units
