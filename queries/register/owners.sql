-- title: Indikator tiap penanggung jawab
-- meaning: How many registered indicators of each owner are complete and measurable, and how much is to be mended; who has most comes first
-- grain: one row an owner, one more for indicators without an owner
with counted as (
    select
        i.indicator_id, i.is_registered, coalesce(i.owner_unit_id, min(s.owner_unit_id)) as owner_unit_id,
        count(s.code) filter (s.severity = 'must') as must, count(s.code) filter (s.severity = 'should') as should
    from indicator i
    left join mart.indicator_issue s using (indicator_id)
    group by i.indicator_id, i.is_registered, i.owner_unit_id
)
select
    c.owner_unit_id, unit.name as owner_name, coalesce(unit.short_name, unit.name) as owner_short_name,
    count(*) filter (c.is_registered) as indicators,
    count(*) filter (c.is_registered and c.must = 0) as sound,
    count(*) filter (not c.is_registered) as unregistered,
    cast(sum(c.must) as bigint) as must,
    cast(sum(c.should) as bigint) as should
from counted c
left join unit on unit.unit_id = c.owner_unit_id
where in_scope(c.owner_unit_id, $agency, $unit, $units)
group by all
order by must desc, should desc, owner_short_name nulls last
