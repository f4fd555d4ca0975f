-- title: Beda kalender dengan tahun lalu
-- meaning: How many days of Ramadan, Idul Fitri and of the calendar itself lie in the chosen months and in the same months of the year before, where these are not as many; nothing of a year that reference.moving_days does not have
-- grain: one row a kind of day that differs
with spans as (
    select
        cast($period_from as date) as first_on, last_day(cast($period_to as date)) as last_on,
        cast($period_from as date) - interval 1 year as before_first_on,
        last_day(cast($period_to as date) - interval 1 year) as before_last_on
),
counted as (
    select
        m.name, m.name_en,
        sum(greatest(date_diff('day', greatest(m.first_on::date, s.first_on), least(m.last_on::date, s.last_on)) + 1, 0)) as days,
        sum(greatest(date_diff('day', greatest(m.first_on::date, s.before_first_on), least(m.last_on::date, s.before_last_on)) + 1, 0))
            as days_before
    from reference.moving_days m cross join spans s
    group by m.name, m.name_en
    having bool_or(year(m.first_on::date) = year(s.last_on)) and bool_or(year(m.first_on::date) = year(s.before_first_on))
    union all
    select
        null, null, date_diff('day', first_on, last_on) + 1, date_diff('day', before_first_on, before_last_on) + 1
    from spans
)
select name, name_en, days::bigint as days, days_before::bigint as days_before
from counted
where days <> days_before
order by name nulls last
