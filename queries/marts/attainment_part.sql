-- title: Laporan di balik angka indikator
-- meaning: Of which reports a figure of the year to date is made: a unit's own, and of an agency those of its units for the months that it did not report itself. An agency's figures are of the ends at which more than half of the units that report those months are through, however long their periods; a report that can't be put together with others (is_counted) brings nothing. Where a target of the year was revised, the figure is seen with the targets of its own end (seen_on), the newest one and its year with those of today (year_seen_on).
-- grain: one row a figure (indicator, unit, period) and report of the year to date; one without a report where there is none
with own as (
    select indicator_id, unit_id, year, period, period_months, last_month, is_reported
    from mart.attainment_figure
    where is_due
),
below as (
    select
        f.*, a.agency_id, f.is_reported and case
            when i.aggregation = 'sum' then f.value is not null else is_quotient(f.numerator, f.denominator)
        end as is_counted
    from mart.attainment_figure f
    join unit_agencies() a using (unit_id)
    left join indicator i on i.indicator_id = f.indicator_id
),
around as (
    select
        e.indicator_id, e.agency_id, e.year, e.last_month,
        min(b.period) filter (b.is_due and b.last_month = e.last_month) as first_month,
        count(distinct b.unit_id) filter (b.is_due and b.last_month = e.last_month) as ending_units,
        count(distinct b.unit_id) as units
    from (select distinct indicator_id, agency_id, year, last_month from below where is_due) e
    join below b
        on b.indicator_id = e.indicator_id and b.agency_id = e.agency_id and b.year = e.year
            and b.period <= e.last_month and b.last_month >= e.last_month
    group by all
),
rolled_up as (
    select a.indicator_id, a.agency_id as unit_id, a.year, a.last_month, a.first_month
    from around a
    anti join (from own where is_reported) o
        on o.indicator_id = a.indicator_id and o.unit_id = a.agency_id and o.last_month = a.last_month
    where a.ending_units * 2 > a.units
),
ends as ( -- a figure of units begins where the one before it ended
    select
        *, greatest(
            first_month, (lag(last_month) over (partition by indicator_id, unit_id, year order by last_month) + interval 1 month)::date
        ) as period
    from (
        select * from rolled_up
        union all by name
        select distinct indicator_id, unit_id, year, last_month from own where is_reported
    )
),
figure as (
    select
        indicator_id, unit_id, year, period, (date_diff('month', period, last_month) + 1)::integer as period_months, last_month,
        'units' as source
    from ends
    where first_month is not null
    union all
    select o.indicator_id, o.unit_id, o.year, o.period, o.period_months, o.last_month, 'own'
    from own o
    left join
        (select indicator_id, unit_id, year, list(last_month) as ends from rolled_up group by all) r
        using (indicator_id, unit_id, year)
    left join (select distinct indicator_id, unit_id, year, true as is_telling from own where is_reported) s
        using (indicator_id, unit_id, year)
    -- who leaves it to its units owes nothing of its own
    where o.is_reported or r.ends is null or (s.is_telling and not list_contains(r.ends, o.last_month))
),
dated as (
    select
        f.*, i.aggregation, month_bits(f.period, f.period_months) as months,
        case when r.year is not null then (f.last_month + interval 1 month)::date end as seen_on,
        case when f.last_month < max(f.last_month) over (partition by f.indicator_id, f.unit_id, f.year) then seen_on end
            as year_seen_on
    from figure f
    left join indicator i on i.indicator_id = f.indicator_id
    left join (select distinct indicator_id, year(period) as year from target_before) r
        on r.indicator_id = f.indicator_id and r.year = f.year
),
told as ( -- the reports of the unit itself
    select
        m.indicator_id, m.unit_id, m.period, m.period_months, f.unit_id as part_unit_id, f.period as part_period,
        f.period_months as part_period_months, f.last_month as part_last_month, f.months as part_months,
        f.value, f.numerator, f.denominator, f.is_rounded, coalesce(f.denominator <> 0 or f.numerator = 0, true) as is_counted
    from dated m
    join mart.attainment_figure f
        on f.indicator_id = m.indicator_id and f.unit_id = m.unit_id and f.year = m.year and f.is_reported
            and counts_by(f.last_month, f.displaced_on, m.last_month)
),
told_months as (
    select indicator_id, unit_id, period, period_months, bit_or(part_months) as own_months from told group by all
),
of_units as (
    select
        m.indicator_id, m.unit_id, m.period, m.period_months, b.unit_id as part_unit_id, b.period as part_period,
        b.period_months as part_period_months, b.last_month as part_last_month, b.months as part_months,
        b.value, b.numerator, b.denominator, b.is_rounded, b.is_counted
    from dated m
    join below b
        on b.indicator_id = m.indicator_id and b.agency_id = m.unit_id and b.year = m.year and b.is_reported
            and counts_by(b.last_month, b.displaced_on, m.last_month)
    left join told_months t
        on t.indicator_id = m.indicator_id and t.unit_id = m.unit_id and t.period = m.period and t.period_months = m.period_months
    where (b.months & coalesce(t.own_months, 0)) = 0
)
select
    m.*, coalesce(t.own_months, 0) as own_months, p.* exclude (indicator_id, unit_id, period, period_months)
from dated m
left join told_months t using (indicator_id, unit_id, period, period_months)
left join (from told union all from of_units) p using (indicator_id, unit_id, period, period_months)
