-- title: Indikator individu seorang pegawai
-- meaning: Individual indicators up to the chosen period with attainment, state, evidence, whether its target is easy, and the file, sheet and row behind each
-- grain: one row a period and individual indicator
select
    period,
    period_months,
    indicator,
    target,
    realisation,
    unit_of_measure,
    attainment_pct,
    state,
    is_on_time,
    is_evidence_verified,
    has_evidence_column,
    is_easy_target(
        count(*) filter (where attainment_pct > individual_cap_pct()) over named, count(attainment_pct) over named
    ) as is_easy,
    file,
    sheet,
    row
from mart.accountability_indicator
where employee_id = $employee and period <= coalesce($period_to, period)
    and (
        $units is null or exists (
            from mart.accountability_person as whose
            where whose.employee_id = $employee and list_contains($units, whose.unit_id)
        )
    )
window named as (partition by indicator)
order by period desc, period_months, indicator
