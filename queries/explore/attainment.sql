-- title: Attainment for analysis
-- meaning: Figure, target and attainment of each indicator and unit to date, those that tell a small count of patients rounded, with numerator and denominator; figures that an agency has only from its units are left out, and reports whose place a longer one took, so nothing stands beside its parts
-- grain: one row an indicator, unit and period that was due or reported
with band as (
    select band, min(name) as name from reference.attainment_bands group by band
),
origin as (
    select
        indicator_id, unit_id, told_from(amounts, period) as period, told_months(amounts, period, period_months) as period_months,
        min({'file_id': file_id, 'sheet': sheet, 'row': row}).file_id as file_id,
        min({'file_id': file_id, 'sheet': sheet, 'row': row}).sheet as sheet, case when count(*) = 1 then min(row) end as row
    from (
        select r.indicator_id, r.unit_id, r.period, r.period_months, r.file_id, r.sheet, r.row, i.amounts
        from realisation r
        left join indicator i on i.indicator_id = r.indicator_id
    )
    group by all
)
select
    figure.period, figure.period_months, figure.year, figure.unit_id,
    coalesce(place.unit_short_name, figure.unit_id) as unit, place.agency_id,
    coalesce(place.agency_name, figure.unit_id) as agency, kecamatan.name as kecamatan, unit.kecamatan_code,
    figure.indicator_id, coalesce(figure.indicator_name, figure.indicator_id) as indicator, figure.unit_of_measure,
    case figure.polarity when 'higher' then 'Makin tinggi makin baik' when 'lower' then 'Makin rendah makin baik'
        when 'range' then 'Dalam rentang' else figure.polarity
    end as polarity,
    case figure.aggregation when 'sum' then 'Dijumlahkan' when 'last' then 'Periode terakhir' when 'ratio' then 'Rasio'
        else figure.aggregation
    end as aggregation,
    figure.weight, figure.is_reported, figure.is_provisional, figure.is_rounded,
    figure.value,
    figure.numerator, figure.denominator,
    ratio_factor(figure.unit_of_measure) as ratio_factor,
    figure.value_ytd,
    figure.target_ytd,
    figure.target_year,
    figure.attainment_pct, figure.attainment_capped_pct, coalesce(band.name, 'Tanpa capaian') as band, figure.reason,
    file.name as file, origin.sheet, origin.row
from mart.attainment_period as figure
left join mart.reporting_unit as place using (unit_id)
left join unit using (unit_id)
left join reference.kecamatan on kecamatan.kecamatan_code = unit.kecamatan_code
left join band on band.band = figure.band
left join origin using (indicator_id, unit_id, period, period_months)
left join load.file as file using (file_id)
left join mart.attainment_figure as report using (indicator_id, unit_id, period, period_months)
where figure.source <> 'units' and report.displaced_on is null and in_scope(figure.unit_id, null, null, $units)
order by figure.indicator_id, figure.unit_id, figure.period, figure.period_months
