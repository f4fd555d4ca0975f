-- title: Pilihan dalam formulir
-- meaning: The closed lists that cells of a form are chosen from, in the words that a reading knows, in the order of their tables
-- grain: one row a list and value
select list, value
from (
    select 'rating' as list, name as value, rowid as place from reference.ratings
    union all
    select 'predicate', predicate, min(rowid) from reference.predicate_matrix group by predicate
    union all
    select 'job_group', name, rowid from reference.job_groups
    union all
    select 'service', name, rowid from reference.services
    union all
    select 'payer', name, rowid from reference.payers
    union all
    select attribute, name, rowid from reference.indicator_terms
    union all
    select scale, value, rowid from reference.predicate_scales
) as choice
order by list, place, value
