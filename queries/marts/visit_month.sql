-- title: Monthly visits of each unit, gaps included
-- meaning: Patients, new and returning, per 1,000 inhabitants, and the same month of last year; a month without a report is null, a reported zero is zero
-- grain: one row a unit and month, for every unit that ever reports visits and every month of the build
select
    series.unit_id, series.agency_id, series.month,
    series.patients, series.new_count, series.returning_count,
    visit_per_1000(series.patients, unit.population, 1) as per_1000,
    unit.population, unit.population_year, unit.population_source,
    series.patients_last_year, series.change_pct, series.is_comparable,
    series.is_reported, series.is_provisional, series.missing_cells
from mart.visit_series as series
left join unit using (unit_id)
where series.service_id is null and series.payer_id is null
