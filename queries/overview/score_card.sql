-- title: Kartu skor
-- meaning: The indicators of the highest level in view (the unit chosen, the agency, all agencies, or what the viewer may see), what weighs most first: where each stands, the chance of its target for the year, how its newest point stands to its own usual level (signal) and its target to that (assurance), since when the target is missed, and the cause that the agency gave.
-- grain: one row an indicator and unit
select
    v.indicator_id, v.unit_id, v.as_of, v.year, v.period, v.period_months, v.last_month, v.indicator_name, v.unit_of_measure,
    v.polarity, v.rule, v.value_ytd, v.value_text, v.target_ytd, v.target_year, v.target_max, v.target_text, v.attainment_pct, v.band,
    v.reason,
    v.is_reported,
    v.is_rounded,
    v.is_provisional,
    v.forecast,
    v.lower_80,
    v.upper_80,
    v.probability,
    v.chance,
    v.is_unlikely,
    v.since,
    v.since_months, v.course, v.tier, v.obstacle, v.follow_up, v.consequence, v.gap_pct,
    s.signal, s.rule as signal_rule, s.assurance,
    u.kind as unit_kind, u.name as unit_name, u.short_name as unit_short_name
from indicators_in_view($period_to, $agency, $unit, $units) v
join unit u using (unit_id)
left join latest_signals($period_to, $agency, $unit, $units, 'attainment', null, null) s
    on s.unit_id = v.unit_id and s.item_id = v.indicator_id
order by
    v.is_unlikely desc, v.is_unlikely and v.consequence is not null desc, v.consequence desc nulls last, v.attainment_pct nulls first,
    v.indicator_id, v.unit_id
