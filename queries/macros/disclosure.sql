-- Which counts of patients may be shown (UU 27/2022): none from 1 up to the threshold. Zero names nobody.
create or replace macro is_small_count(n) as
    coalesce(n > 0 and n < threshold('suppression_min_patients'), false);

-- What stands for the sum of `cells` small counts wherever they are added up: the middle of what one can be, or the sum rounded to
-- the threshold, never to where few values are left for each of them. It follows from how many they are and their rounded sum
-- alone, so that neither the rule run backwards nor a later correction of one tells another.
create or replace macro small_counts_sum(cells, total) as
    case when cells = 1 then cast(ceil(threshold('suppression_min_patients') / 2) as bigint) else cast(
            threshold('suppression_min_patients') * greatest(
                1, ceil(cells / threshold('suppression_min_patients')), least(
                    floor(total / threshold('suppression_min_patients') + 0.5),
                    floor(cells * (threshold('suppression_min_patients') - 1) / threshold('suppression_min_patients'))
                )
            ) as bigint
        )
    end;

-- Whether an indicator counts patients, as its register says; where it does not, that of a health centre does, but for deaths,
-- which are events that the law wants public.
create or replace macro indicator_counts_patients(said, name, unit_kind) as
    coalesce(
        said,
        unit_kind = 'health_centre'
            and not regexp_matches(lower(coalesce(name, '')), '\b(kematian|meninggal|mati|mortalitas|deaths?|mortality)\b'), false
    );

-- Whether one of the three that such a quotient tells is small: who is counted, out of whom, and who of these is not.
create or replace macro tells_small_count(said, name, unit_kind, numerator, denominator) as
    indicator_counts_patients(said, name, unit_kind)
        and (is_small_count(numerator) or is_small_count(denominator) or is_small_count(denominator - numerator));
