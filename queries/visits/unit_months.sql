-- title: Visits by unit and month
-- meaning: Patients, new and returning, the same month of last year, whether small counts in it are rounded, and how many findings say that the figure looks wrong; a month without a report stays as an empty row
-- grain: one row a unit and month
select
    series.unit_id, coalesce(unit.short_name, series.unit_id) as short_name, coalesce(unit.name, series.unit_id) as name,
    series.month, series.patients, series.new_count, series.returning_count, series.patients_last_year, series.change_pct,
    series.is_reported, series.is_provisional, series.is_rounded, series.missing_cells,
    (
        select count(*) from load.finding
        where finding.severity = 'attention' and finding.code in ('outlier', 'stale_copy', 'parts_differ_from_total')
            and finding.unit_id = series.unit_id and finding.period = series.month
    ) as findings
from mart.visit_series as series
left join unit using (unit_id)
where series.service_id is not distinct from $service and series.payer_id is not distinct from $payer
    and in_scope(series.unit_id, $agency, $unit, $units)
    and ($period_from is null or series.month >= $period_from) and ($period_to is null or series.month <= $period_to)
order by name, series.month
