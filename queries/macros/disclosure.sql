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
