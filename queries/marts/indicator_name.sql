-- title: Nama indikator sebagai kata
-- meaning: The words of each indicator's name as they are compared: in order, without filler, and whether a measure is among them; whether its definition says more than its name
-- grain: one row an indicator
with known as (
    select
        register_words('filler') as fillers,
        register_words('measure') as measures,
        coalesce(
            (select map_from_entries(list((w.word, w.stands_for) order by w.word)) from reference.register_words w where w.role = 'spelling'
            ),
            map()
        ) as spellings
),
worded as (
    select
        i.indicator_id, i.definition, usual_words(plain_words(i.name), k.spellings) as words,
        usual_words(plain_words(i.definition), k.spellings) as definition_words, k.fillers, k.measures
    from indicator i
    cross join known k
)
select
    indicator_id,
    array_to_string(words, ' ') as plain,
    list_sort(list_distinct(words_beyond(words, fillers))) as content,
    len(list_intersect(words, measures)) > 0 as has_measure,
    definition is not null and len(words_beyond(words_beyond(definition_words, fillers), words)) > 0 as has_definition
from worded
