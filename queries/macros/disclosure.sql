-- Which counts of patients may be shown (UU 27/2022): none from 1 up to the threshold. Zero names nobody.
create or replace macro is_small_count(n) as
    coalesce(n > 0 and n < threshold('suppression_min_patients'), false);
