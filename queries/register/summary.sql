-- title: Ringkasan daftar indikator
-- meaning: How many registered indicators are complete and measurable (nothing must be mended), and the problems that matter most
-- grain: one row
with issues as (
    select * from mart.indicator_issue where in_scope(owner_unit_id, $agency, $unit, $units)
),
judged as (
    select
        i.indicator_id,
        count(s.code) filter (s.severity = 'must') as must, count(s.code) as issues
    from indicator i
    left join issues s using (indicator_id)
    where i.is_registered and in_scope(i.owner_unit_id, $agency, $unit, $units)
    group by i.indicator_id
)
select
    (select count(*) from judged) as indicators,
    (select count(*) from judged where must = 0) as sound,
    (select count(*) from judged where issues = 0) as clean,
    count(*) filter (severity = 'must') as must,
    count(distinct indicator_id) filter (severity = 'must') as must_indicators,
    count(*) filter (severity = 'should') as should,
    count(distinct indicator_id) filter (severity = 'should') as should_indicators,
    count(distinct indicator_id) filter (code = 'unregistered') as unregistered,
    count(distinct indicator_id) filter (code = 'target_missing') as without_target,
    count(distinct indicator_id) filter (code like 'duplicate%') as doubled,
    count(distinct indicator_id) filter (code like 'wording%') as worded,
    count(distinct indicator_id) filter (code = 'not_reported') as silent,
    any_value(found) filter (code = 'target_missing') as target_year
from issues
