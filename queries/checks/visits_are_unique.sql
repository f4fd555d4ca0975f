-- title: One figure a key
-- meaning: No unit, month, service and payer stands twice among the visits
-- grain: one row a key that stands twice
select unit_id, month, service_id, payer_id, count(*) as times from visit group by all having count(*) > 1
