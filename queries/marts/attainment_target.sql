-- title: Target indikator per periode dan tahun
-- meaning: The target of a unit for a period, and for the whole year (period is null), by its own target, or for rates that of the unit above it. Where one of the year was revised, as seen on a day (seen_on; null where none was, and for the newest): a period that ended before a target was revised keeps the one of then; the year has the newest. A target of an amount is shared out over the months from which on a unit is there; what is left when it ends is not asked of it.
-- grain: one row an indicator, unit, year, period (or none) and day from which it is seen
with moment as (
    select distinct indicator_id, unit_id, year, period, period_months, last_month, seen_on, year_seen_on from mart.attainment_part
),
asked as (
    select indicator_id, unit_id, year, period, period_months, seen_on from moment
    union -- what each report is held against, by the target of its unit and by that of the agency
    select indicator_id, unnest([part_unit_id, unit_id]), year, part_period, part_period_months, seen_on
    from mart.attainment_part
    where part_period is not null
    union -- earlier figures as a later one sees them
    select e.indicator_id, e.unit_id, e.year, e.period, e.period_months, m.seen_on
    from moment m
    join moment e using (indicator_id, unit_id, year)
    where e.last_month < m.last_month and m.seen_on is not null
    union -- the year, of the unit itself and of each that is under it
    select m.indicator_id, f.unit_id, m.year, null, null, m.year_seen_on
    from (select distinct indicator_id, unit_id, year, year_seen_on from moment) m
    join (
        select distinct f.indicator_id, f.unit_id, f.year, unnest([f.unit_id, a.agency_id]) as of_unit_id
        from mart.attainment_figure f
        left join unit_agencies() a on a.unit_id = f.unit_id
        union
        select indicator_id, unit_id, year, unit_id from moment
    ) f on f.indicator_id = m.indicator_id and f.of_unit_id = m.unit_id and f.year = m.year
),
there as ( -- from which month to which a unit is to report
    select indicator_id, unit_id, year, min(first_of_bits(months)) as first, max(month(last_month)) as last
    from mart.attainment_figure
    group by all
),
holder as ( -- whose target counts in a year: one's own, else for rates that of the nearest unit above
    select
        f.indicator_id, f.unit_id, f.year, min_by(t.unit_id, a.distance) as holder_id, min(a.distance) as distance
    from (select distinct indicator_id, unit_id, year from asked) f
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
stated as (
    select t.*, r.day as valid_from, null::date as valid_until
    from target t
    left join revision r using (indicator_id, unit_id, period, period_months)
    union all by name
    select * from target_before
),
step as ( -- targets with the months that they cover, 1..12, each version with the days from and until which it held;
    -- a lone number of a range is a bound where its words say which
    select
        s.indicator_id, s.unit_id, year(s.period) as year, month(s.period) as first, month(s.period) + s.period_months - 1 as last,
        s.period_months,
        coalesce(attainment_rule_of(i.attainment_rule, i.polarity) = 'range' and s.value is not null and s.value_max is null, false)
            as is_lone,
        case when not is_lone or not is_upper_bound(s.value_text) then s.value end as value,
        case when is_lone and is_upper_bound(s.value_text) then s.value else s.value_max end as value_max,
        is_lone and not is_lower_bound(s.value_text) and not is_upper_bound(s.value_text) as is_point,
        s.value_text, s.valid_from, s.valid_until
    from stated s
    left join indicator i using (indicator_id)
),
held as (
    select
        f.*, month(f.period) as begin_month, month(f.period) + f.period_months - 1 as end_month, h.distance,
        coalesce(w.first, 1) as there_first, coalesce(w.last, 12) as there_last, i.aggregation, i.scale, s,
        least(end_month, there_last) - greatest(begin_month, there_first) + 1 as asked_months,
        least(s.last, there_last) - greatest(s.first, there_first) + 1 as stated_months,
        case when f.seen_on is null then s.valid_until is null
            else coalesce(s.valid_from < f.seen_on, true) and coalesce(s.valid_until >= f.seen_on, true)
        end as is_seen
    from asked f
    join holder h using (indicator_id, unit_id, year)
    left join there w using (indicator_id, unit_id, year)
    join step s on s.indicator_id = f.indicator_id and s.unit_id = h.holder_id and s.year = f.year
    left join indicator i on i.indicator_id = f.indicator_id
),
chosen as ( -- per period: the shortest target that covers it, else the last one before it; and what lies inside it
    select
        indicator_id, unit_id, year, period, period_months, seen_on, distance, aggregation, scale, there_first, there_last, asked_months,
        min_by(s, s.period_months) filter (is_seen and s.first <= begin_month and s.last >= end_month) as covering,
        coalesce(covering, max_by(s, (s.last, -s.period_months)) filter (is_seen and s.last <= end_month)) as nearest,
        sum(s.value) filter (is_seen and s.first >= begin_month and s.last <= end_month and s.period_months < held.period_months)
            as inside,
        sum(s.value_max) filter (is_seen and s.first >= begin_month and s.last <= end_month and s.period_months < held.period_months)
            as inside_max,
        sum(stated_months) filter (is_seen and s.first >= begin_month and s.last <= end_month
            and s.period_months < held.period_months) as inside_months,
        max_by(s, (s.period_months = 12, s.last)) filter (is_seen) as final,
        max(s.value) filter (is_seen and s.period_months = 12) as whole_year,
        sum(s.value) filter (is_seen and s.period_months < 12 and s.last >= there_first and s.last <= there_last) as parts,
        sum(stated_months) filter (is_seen and s.period_months < 12 and s.last >= there_first and s.last <= there_last)
            as part_months
    from held
    group by all
)
select
    indicator_id, unit_id, year, period, period_months, seen_on,
    case when distance = 0 then 'own' else 'above' end as target_source,
    case
        when aggregation is distinct from 'sum' then nearest.value
        when inside_months = asked_months then inside
        else covering.value * asked_months / (covering.last - greatest(covering.first, there_first) + 1)
    end as target,
    case
        when aggregation is distinct from 'sum' then nearest.value_max
        when inside_months = asked_months then inside_max
        else covering.value_max * asked_months / (covering.last - greatest(covering.first, there_first) + 1)
    end as target_max,
    nearest.value_text as target_text, predicate_rank(scale, nearest.value_text) as target_rank,
    coalesce(nearest.is_point, false) as is_point,
    coalesce(
        aggregation = 'sum' and covering.period_months > period_months and inside_months is distinct from asked_months, false
    ) as is_prorated,
    case
        when aggregation is distinct from 'sum' then final.value
        else coalesce(
            whole_year * (there_last - there_first + 1) / (13 - there_first),
            case when part_months = there_last - there_first + 1 then parts end
        )
    end as target_year
from chosen
