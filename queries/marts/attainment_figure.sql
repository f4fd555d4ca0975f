-- title: Angka indikator per periode
-- meaning: The periods of a year that a unit is to report of an indicator, in the rhythm of its last report, and what it reported: due once the period is over, to come before that. Of reports about the same months the longest counts from its end on (displaced_on); months are the months of the year as bits, January the lowest.
-- grain: one row an indicator, unit and period of the year
with stated as ( -- where the register says that a figure is the sum since January, it is of those months
    select
        r.* replace (told_from(i.amounts, r.period) as period, told_months(i.amounts, r.period, r.period_months) as period_months),
        i.aggregation, i.unit_of_measure, greatest(u.valid_from, i.valid_from) as began
    from mart.realisation_open r
    left join indicator i on i.indicator_id = r.indicator_id
    left join unit u on u.unit_id = r.unit_id
    where r.value is not null or r.value_text is not null or (r.numerator is not null and r.denominator is not null)
    qualify row_number() over (
            partition by r.indicator_id, r.unit_id, told_from(i.amounts, r.period), told_months(i.amounts, r.period, r.period_months)
            order by r.period_months desc
        ) = 1
),
reported as (
    select
        indicator_id, unit_id, year(period) as year, period, period_months,
        months_since(month_bits(period, period_months), began, period, period_months) as months,
        numerator,
        denominator,
        value_text,
        is_rounded,
        case
            when numerator is null or denominator is null then value
            when aggregation = 'ratio' or value is null then numerator / nullif(denominator, 0) * ratio_factor(unit_of_measure)
            else value
        end as value
    from stated
),
rhythm as ( -- of reports that begin together the commonest length of that unit and year is its rhythm
    select distinct
        indicator_id, unit_id, period as since, first_value(period_months) over (
            partition by indicator_id, unit_id, period order by times desc, period_months
        ) as period_months
    from (
        select *, count(*) over (partition by indicator_id, unit_id, year, period_months) as times from reported
    )
),
first_rhythm as (select indicator_id, unit_id, min_by(period_months, since) as period_months from rhythm group by all),
indicator_rhythm as (select indicator_id, mode(period_months) as period_months from reported group by all),
reached as ( -- the end of the last period that anybody reported, by length: a month is over where a quarter was reported that ended later
    select l.period_months, max(r.period + to_months(r.period_months))::date as end_on
    from (select distinct period_months from reported) l
    join reported r on r.period_months <= greatest(l.period_months, 3)
    group by all
),
targeted as (select distinct indicator_id, unit_id, year(period) as year from target),
in_use as (select indicator_id, year from targeted union select indicator_id, year from reported),
expected as ( -- who is to report: who has a target of his own, or reported this year or the year before
    select indicator_id, unit_id, year from targeted
    union
    select indicator_id, unit_id, year from reported
    union
    select r.indicator_id, r.unit_id, n.year
    from reported r join in_use n on n.indicator_id = r.indicator_id and n.year = r.year + 1
),
paced as ( -- the rhythm in each month: that of the last report begun by then
    select
        m.*, coalesce(
            last_report.period_months, own.period_months, any_unit.period_months,
            (select mode(period_months) from reported)
        ) as period_months
    from (
        select e.*, make_date(e.year, 1 + k.k::integer, 1) as period, k.k as month_index
        from expected e cross join range(0, 12) k (k)
    ) m
    asof left join rhythm last_report
        on last_report.indicator_id = m.indicator_id and last_report.unit_id = m.unit_id and last_report.since <= m.period
    left join first_rhythm own on own.indicator_id = m.indicator_id and own.unit_id = m.unit_id
    left join indicator_rhythm any_unit on any_unit.indicator_id = m.indicator_id
),
target_length as (select distinct indicator_id, unit_id, year(period) as year, period_months from target),
longest_target as (
    select indicator_id, unit_id, year, max(period_months) as period_months from target_length group by all
),
calendar as ( -- where targets name only some periods of a year, such as a predicate given once, nothing is due in the others
    select
        p.indicator_id, p.unit_id, p.year, p.period, p.period_months,
        months_since(
            month_bits(p.period, p.period_months), greatest(u.valid_from, i.valid_from), p.period, p.period_months
        ) as months,
        coalesce(p.period + to_months(p.period_months) <= e.end_on, false) as is_due
    from paced p
    left join reached e on e.period_months = p.period_months
    left join unit u on u.unit_id = p.unit_id
    left join indicator i on i.indicator_id = p.indicator_id
    left join target_length alike
        on alike.indicator_id = p.indicator_id and alike.unit_id = p.unit_id and alike.year = p.year
            and alike.period_months = p.period_months
    left join longest_target longest on longest.indicator_id = p.indicator_id and longest.unit_id = p.unit_id and longest.year = p.year
    left join target t
        on t.indicator_id = p.indicator_id and t.unit_id = p.unit_id and t.period = p.period and t.period_months = p.period_months
    where p.month_index % p.period_months = 0 and p.month_index + p.period_months <= 12
        and is_there(u.valid_from, u.valid_until, p.period, p.period_months)
        and is_there(i.valid_from, i.valid_until, p.period, p.period_months)
        and (alike.year is null or t.period is not null or longest.period_months > p.period_months)
),
uncovered as ( -- what reports of other lengths have told by its end is not due a second time
    select c.indicator_id, c.unit_id, c.year, c.period, c.period_months, c.months, c.is_due
    from calendar c
    left join reported r
        on r.indicator_id = c.indicator_id and r.unit_id = c.unit_id and r.year = c.year
            and r.period + to_months(r.period_months) <= c.period + to_months(c.period_months)
    group by all
    having (c.months & ~coalesce(bit_or(r.months), 0)) <> 0
),
displaced as (
    select
        r.indicator_id, r.unit_id, r.period, r.period_months,
        min(longer.period + to_months(longer.period_months - 1))::date as displaced_on
    from reported r
    join reported longer
        on longer.indicator_id = r.indicator_id and longer.unit_id = r.unit_id and longer.year = r.year
            and longer.period_months > r.period_months and (longer.months & r.months) <> 0
    group by all
)
select
    r.indicator_id, r.unit_id, r.year, r.period, r.period_months, (r.period + to_months(r.period_months - 1))::date as last_month,
    r.months, r.value, r.numerator, r.denominator, r.value_text, r.is_rounded, true as is_due, true as is_reported, d.displaced_on
from reported r
left join displaced d using (indicator_id, unit_id, period, period_months)
union all by name
select *, (period + to_months(period_months - 1))::date as last_month, false as is_rounded, false as is_reported
from uncovered
