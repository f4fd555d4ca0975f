-- title: Employee accountability for analysis
-- meaning: The official predicate and the district's own accountability signal of each employee and period; names only for those who may see them, a NIP never
-- grain: one row an employee and period
select
    signal.period, signal.period_months, signal.unit_id,
    coalesce(place.unit_short_name, signal.unit_id) as unit, signal.agency_id,
    coalesce(place.agency_name, signal.unit_id) as agency, kecamatan.name as kecamatan, unit.kecamatan_code,
    coalesce(job.name, signal.job_group) as job_group, signal.employee_id, person.employee_name,
    coalesce(result.name, signal.result_rating) as result_rating,
    coalesce(behaviour.name, signal.behaviour_rating) as behaviour_rating,
    coalesce(signal.predicate, 'Tanpa predikat') as predicate, signal.predicate_rank, signal.signal,
    signal.indicators, signal.indicators_reported, signal.indicators_measured, signal.indicators_achieved,
    signal.file, signal.sheet, signal.row
from mart.accountability_signal as signal
left join mart.accountability_person as person using (employee_id)
left join reference.job_groups as job on job.job_group = signal.job_group
left join mart.reporting_unit as place on place.unit_id = signal.unit_id
left join unit on unit.unit_id = signal.unit_id
left join reference.kecamatan on kecamatan.kecamatan_code = unit.kecamatan_code
left join reference.ratings as result on result.rating = signal.result_rating
left join reference.ratings as behaviour on behaviour.rating = signal.behaviour_rating
where in_scope(signal.unit_id, null, null, $units)
order by signal.employee_id, signal.period, signal.period_months
