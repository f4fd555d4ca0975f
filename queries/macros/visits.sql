-- Visits: what a month of a unit means. A missing month stays null through every one of these.

-- Patients of one reported cell; where a form gives only new and returning, patients are their sum.
create or replace macro visit_patients(patients, new_count, returning_count) as
    coalesce(patients, new_count + returning_count);

-- Change in percent of what was before; null where either is missing or nothing was before.
create or replace macro visit_change_pct(now, before) as (now - before) * 100.0 / nullif(before, 0);

-- Patients per 1,000 inhabitants and month.
create or replace macro visit_per_1000(patients, population, months) as
    patients * 1000.0 / nullif(population * months, 0);

-- A month is provisional until the month after it has ended: corrections are still expected while that month is reported.
create or replace macro visit_is_provisional(month, as_of) as coalesce(as_of < month + interval 2 month, false);

-- A month that differs by fewer percent than this from the same month of last year is not called out (key visit_change_pct of reference.thresholds).
create or replace macro visit_threshold_pct() as threshold('visit_change_pct');

-- Whether the newest three months stand out against the same months of last year, over the months reported in both years:
-- all of them on the same side, and at least two by the threshold or more, so that one odd figure in either year is not enough.
create or replace macro visit_signal(like_months, months_below, months_above, months_far_below, months_far_above) as case
    when like_months < 2 then 'none'
    when months_below = like_months and months_far_below >= 2 then 'bad'
    when months_above = like_months and months_far_above >= 2 then 'good'
    else 'ordinary'
end;
