-- title: Indikator rasio pada unit yang berbeda ukuran
-- meaning: Numerator over denominator of the chosen indicator for the year to date in the newest period reported, by unit, with its 95 % interval, beside the limits that chance and the usual spread between units leave for that denominator; periods that tell a small count of patients are left out, and nothing for indicators that are no ratio or where neither more nor less is better
-- grain: one row a unit (part 'unit'), then one row a step of the limit curves (part 'limit')
with seen as (
    select
        p.*, u.kind as unit_kind,
        p.numerator is not null and p.denominator > 0
        and not tells_small_count(i.counts_patients, i.name, u.kind, p.numerator, p.denominator)
        and not tells_small_count(i.counts_patients, i.name, u.kind, p.numerator_ytd, p.denominator_ytd) as is_told
    from mart.attainment_period p
    join unit u using (unit_id)
    left join indicator i on i.indicator_id = p.indicator_id
    where p.indicator_id = $indicator and p.aggregation = 'ratio' and p.polarity in ('higher', 'lower')
        and p.last_month <= $period_to and in_scope(p.unit_id, $agency, $unit, $units) and p.source = 'own'
),
ends as ( -- units are compared where most of their kind are through, however long their periods
    select
        unit_kind, last_month, count(distinct unit_id) as units, max(units) over (partition by unit_kind) as most_units,
        bool_or(is_told) as is_told
    from seen
    group by unit_kind, last_month
),
newest as (
    select unit_kind, last_month from ends
    where is_told
    order by units * 2 > most_units desc, last_month desc, unit_kind = 'agency' limit 1
),
chosen as (
    select unit_id, numerator_ytd as x, denominator_ytd as n, polarity, unit_of_measure
    from seen join newest using (unit_kind, last_month)
    where is_told
    qualify row_number() over (partition by unit_id order by period_months desc) = 1
),
measure as (
    select
        any_value(polarity) as polarity, ratio_factor(any_value(unit_of_measure)) as factor,
        -- more than the whole can't be a share of it, whatever the unit of measure says
        case when is_percentage(any_value(unit_of_measure)) and bool_and(x between 0 and n) then 'proportion' else 'rate' end as kind
    from chosen
)
select
    funnel.*, coalesce(unit.short_name, funnel.unit_id) as short_name,
    threshold('funnel_min_units') as min_units, threshold('funnel_min_denominator') as min_size
from funnel(
        'chosen', (select kind from measure), (select factor from measure), (select polarity from measure),
        threshold('funnel_min_denominator')
    ) as funnel
left join unit on unit.unit_id = funnel.unit_id
order by funnel.part desc, funnel.unit_id is null, short_name, funnel.n
