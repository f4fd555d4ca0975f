-- title: Known units
-- meaning: Every fact belongs to a unit of the register
-- grain: one row a table and unit that the register lacks
select 'visit' as fact, unit_id from visit where unit_id not in (select unit_id from unit)
union
select 'response', unit_id from response where unit_id not in (select unit_id from unit)
union
select 'target', unit_id from target where unit_id not in (select unit_id from unit)
union
select 'realisation', unit_id from realisation where unit_id not in (select unit_id from unit)
