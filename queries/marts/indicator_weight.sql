-- title: Bobot indikator
-- meaning: How much an indicator weighs when matters are put in order: its tier (the first whose words stand in its legal basis), and its weight as a multiple of the mean weight of the register, times the factor of the tier; an indicator without a weight has the mean.
-- grain: one row an indicator
with mean as (select avg(weight) as weight from indicator where is_registered),
tier as (
    select i.indicator_id, t.tier, t.factor
    from indicator i
    join reference.indicator_tiers t on t.words is null or regexp_matches(coalesce(i.legal_basis, ''), t.words, 'i')
    qualify row_number() over (partition by i.indicator_id order by t.words is null, t.factor desc, t.tier) = 1
)
select i.indicator_id, t.tier, t.factor * coalesce(i.weight / nullif(m.weight, 0), 1) as weight
from indicator i
join tier t using (indicator_id)
cross join mean m
