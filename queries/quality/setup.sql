-- title: Apa yang sudah ada untuk memulai
-- meaning: How much of what pages need is published: indicators and targets of the units in view, their employees, months and quarters of reports
-- grain: one row
select
    (select count(*) from indicator where is_registered and in_scope(owner_unit_id, null, null, $units)) as indicators,
    (select count(distinct indicator_id) from target where in_scope(unit_id, null, null, $units)) as targets,
    (select count(*) from employee where in_scope(unit_id, null, null, $units)) as employees,
    (
        select count(distinct month)
        from mart.visit_month
        where is_reported and in_scope(unit_id, null, null, $units)
    ) as visit_months,
    (select count(distinct period) from realisation where in_scope(unit_id, null, null, $units)) as realisation_periods,
    (select count(distinct month) from response where in_scope(unit_id, null, null, $units)) as survey_periods
