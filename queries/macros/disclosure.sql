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

-- A quotient of patients tells three counts: who is counted, out of whom, and who of these is not. So that no small one can be worked out
-- of its percentage, of sums or of a correction, the counts up to this many from either end are taken together by threes.
create or replace macro quotient_reach() as 3 * ceil((threshold('suppression_min_patients') - 1) / 3);

-- Whether a quotient tells a small count, or one that is taken together with small ones.
create or replace macro tells_small_count(said, name, unit_kind, numerator, denominator) as
    indicator_counts_patients(said, name, unit_kind) and (
        is_small_count(numerator) or is_small_count(denominator)
        or coalesce(
            numerator > 0 and numerator < denominator
            and least(numerator, denominator - numerator, (denominator - 1) / 2) <= quotient_reach(), false
        )
    );

-- The middle of the group of at least three in which x of 1 .. n - 1 lies: threes from both ends and nothing between, or
-- where these would meet as many even groups as there are.
create or replace macro middle_of_group(x, n, reach, groups) as
    case
        when n - 1 >= 2 * reach and x <= reach then 3 * floor((greatest(x, 1) - 1) / 3) + 2
        when n - 1 >= 2 * reach and n - x <= reach then n - 3 * floor((greatest(n - x, 1) - 1) / 3) - 2
        when n - 1 >= 2 * reach then x
        else (
            ceil(floor((x - 1) * groups / (n - 1)) * (n - 1) / groups)
            + ceil((floor((x - 1) * groups / (n - 1)) + 1) * (n - 1) / groups) + 1
        ) / 2
    end;

-- What stands for numerator and denominator of a quotient that tells a small count: nobody and all stay what they are; of a small
-- denominator no more is said than that some of it are counted, half.
create or replace macro open_denominator(denominator) as
    if(is_small_count(denominator), threshold('suppression_min_patients') / 2, denominator);
create or replace macro open_numerator(numerator, denominator) as
    case
        when numerator = denominator then open_denominator(denominator)
        when is_small_count(denominator) and numerator > 0 and numerator < denominator then open_denominator(denominator) / 2
        when is_small_count(denominator) and is_small_count(numerator) then 2 * open_denominator(denominator)
        when numerator > 0 and numerator < denominator
            then middle_of_group(numerator, denominator, quotient_reach(), greatest(floor((denominator - 1) / 3), 1))
        else numerator
    end;
