-- title: Sinyal terbaru
-- meaning: The newest point of every watched series up to the chosen month, the strongest signal first, of two as strong the one that needs attention: figure, limits, rule, since when, how often noise alone gives as much, whether it is strong enough for the head of a page, and whether a finding casts doubt on it; charts and expected_alarms speak of all rows together.
-- grain: one row a measure, unit and item (service or indicator; 'all' for none)
select
    s.*, unit.name as unit_name, unit.short_name, unit.kind as unit_kind,
    coalesce(service.name, indicator.name) as item_name,
    coalesce(service.name_en, service.name, indicator.name) as item_name_en,
    exists(
        from load.finding f
        where f.severity = 'attention' and f.unit_id = s.unit_id and s.measure = 'visits'
            and f.period = s.period
    ) as is_doubted
from latest_signals($period_to, $agency, $unit, $units, $measure, $service, $indicator) s
join unit using (unit_id)
left join reference.services service on s.measure = 'visits' and service.service_id = s.item_id
left join indicator on s.measure = 'attainment' and indicator.indicator_id = s.item_id
order by s.rule is null, round(s.strength, 3) desc, s.signal = 'good', s.measure, s.unit_id, s.item_id
