-- The indicator register: how names and definitions are compared. The words themselves are reference.register_words.

-- The words of a text: lower case, without accents and marks, in their order.
create or replace macro plain_words(a_text) as
    string_split(trim(regexp_replace(strip_accents(lower(a_text)), '[^a-z0-9]+', ' ', 'g')), ' ');

create or replace macro register_words(a_role) as
    (select coalesce(list(w.word order by w.word), []) from reference.register_words w where w.role = a_role);

-- Another spelling of the same word becomes the usual one ("prosentase" is "persentase").
create or replace macro usual_words(words, spellings) as
    list_transform(words, lambda w: coalesce(spellings[w], w));

-- What a text says beyond some words: an empty list where it only repeats them.
create or replace macro words_beyond(words, known) as
    list_filter(words, lambda w: w <> '' and not list_contains(known, w));

-- Whether two words may be one word spelt in two ways: no figures in them and at most two slips apart (a letter
-- more, less, other or exchanged: Damerau 1964), of seven letters or more: two slips in a shorter word make another word of it.
create or replace macro spelt_alike(a, b) as
    length(a) >= 7 and length(b) >= 7 and not regexp_matches(a || b, '[0-9]') and damerau_levenshtein(a, b) <= 2;

-- The last day that a realisation is about, before which an indicator counts as silent (key register_silent_months).
create or replace macro register_silent_before(as_of) as
    cast(as_of as date) - to_months(cast(threshold('register_silent_months') as integer));

-- Whether a formula tells what is divided by what; null where there is none.
create or replace macro names_a_division(formula) as
    regexp_matches(lower(formula), '[/:÷∑Σ]|\b(dibagi|dibanding\w*|per|pembilang|penyebut|terhadap|rasio|selisih)\b');

-- A problem of the register where there is one: its code in reference.indicator_checks, and what was found there.
create or replace macro fault_where(is_wrong, a_code, what_was_found) as
    case when is_wrong then {'code': a_code, 'found': cast(what_was_found as varchar)} end;
