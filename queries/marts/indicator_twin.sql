-- title: Indikator yang tampak ganda
-- meaning: Two registered indicators with the same name, or names whose words differ only in order, filler or spelling; each group's further members stand against its first
-- grain: one row a pair of indicators
with named as (
    select n.indicator_id, n.plain, n.content, len(n.content) as words, i.unit_of_measure, i.polarity, i.owner_unit_id
    from mart.indicator_name n
    join indicator i using (indicator_id)
    where i.is_registered and len(n.content) > 0
),
same as (
    select min(indicator_id) over (partition by plain) as indicator_id, indicator_id as other_id
    from named
),
leaders as (select distinct on (plain) * from named order by plain, indicator_id),
near as ( -- only the first of those with one name is held against others; names of unlike length are left out for speed alone
    select a.indicator_id, b.indicator_id as other_id
    from leaders a
    join leaders b on a.indicator_id < b.indicator_id and a.words = b.words and abs(length(a.plain) - length(b.plain)) <= 40
    where len(list_intersect(a.content, b.content)) >= greatest(a.words - 2, 1)
        and list_reduce(
            list_transform(
                words_beyond(a.content, b.content),
                lambda w: len(list_filter(words_beyond(b.content, a.content), lambda v: spelt_alike(w, v))) > 0
            ),
            lambda x, y: x and y,
            true
        )
),
pairs as (
    select indicator_id, other_id, 'same' as kind from same where indicator_id <> other_id
    union all
    select indicator_id, other_id, 'near' as kind from near
)
select
    p.indicator_id,
    p.other_id,
    p.kind,
    case
        when p.kind = 'near' then 'duplicate_near'
        when a.polarity <> b.polarity then 'duplicate_contradicts'
        when lower(trim(a.unit_of_measure)) <> lower(trim(b.unit_of_measure))
            and not (is_percentage(a.unit_of_measure) and is_percentage(b.unit_of_measure)) then 'duplicate_contradicts'
        when a.owner_unit_id <> b.owner_unit_id then 'duplicate_shared'
        else 'duplicate_name'
    end as code
from pairs p
join indicator a on a.indicator_id = p.indicator_id
join indicator b on b.indicator_id = p.other_id
