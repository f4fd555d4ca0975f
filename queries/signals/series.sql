-- title: Satu deret dengan batas wajarnya
-- meaning: The points of one watched series with mean, limits and signals; the unit is the chosen one, else the chosen agency, else the district
-- grain: one row a period
select
    p.*, unit.name as unit_name, unit.short_name
from mart.signal_point p
join unit using (unit_id)
where p.measure = $measure
    and p.item_id = coalesce(case $measure when 'visits' then $service when 'attainment' then $indicator end, 'all')
    and p.unit_id = coalesce($unit, $agency, (select unit_id from unit where kind = 'district' limit 1))
    and in_scope(p.unit_id, $agency, $unit, $units)
    and ($period_from is null or p.period >= $period_from) and ($period_to is null or p.period <= $period_to)
order by p.period
