-- Visits: what a month of a unit means. A missing month stays null through every one of these.

-- Patients of one reported cell; where a form gives only new and returning, patients are their sum.
create or replace macro visit_patients(patients, new_count, returning_count) as
    coalesce(patients, new_count + returning_count);

-- Change in percent of what was before; null where either is missing or nothing was before.
create or replace macro visit_change_pct(now, before) as (now - before) * 100.0 / nullif(before, 0);

-- Patients per 1,000 inhabitants and month.
create or replace macro visit_per_1000(patients, population, months) as
    patients * 1000.0 / nullif(population * months, 0);

-- A month is provisional until the month after it has ended (key visit_provisional_months): corrections are still expected while
-- that month is reported.
create or replace macro visit_is_provisional(month, as_of) as
    coalesce(as_of < month + to_months(cast(threshold('visit_provisional_months') as integer)), false);
