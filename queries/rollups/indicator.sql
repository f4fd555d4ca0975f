-- title: Indicators
-- meaning: The newest register entry of each indicator, and those that only targets or realisations name
-- grain: one row an indicator
with registered as (
    select
        indicator_name.indicator_id, report.indicator as name, report.definition, report.formula, report.unit_of_measure,
        polarity.value as polarity,
        case when aggregation.value in ('sum_by_period', 'sum_to_date') then 'sum' else aggregation.value end as aggregation,
        case aggregation.value when 'sum_by_period' then 'by_period' when 'sum_to_date' then 'to_date' end as amounts,
        attainment_rule.value as attainment_rule, scale.value as scale,
        report.weight, unit_name.unit_id as owner_unit_id, report.data_source, report.legal_basis, report.baseline,
        frequency.value as frequency,
        cast(counts_patients.value as boolean) as counts_patients,
        cast(valid_from.value as date) as valid_from,
        cast(valid_until.value as date) as valid_until,
        true as is_registered, report.file_id, report.sheet, report.row,
        -- What stands beside figures says less than a register: it counts where no register has the indicator.
        row_number() over (
            partition by indicator_name.indicator_id
            order by report.is_beside is true, file.as_of desc, file.sha256 desc, report.row
        ) as newest
    from lake.indicator as report
    join load.file as file on file.file_id = report.file_id
    join lake.indicator_name
        on indicator_name.code is not distinct from report.code
            and indicator_name.indicator is not distinct from report.indicator
    left join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = cast(date_trunc('month', file.as_of) as date)
            and unit_name.period_months = 1
    left join lake.term as polarity on polarity.attribute = 'polarity' and polarity.raw = report.polarity
    left join lake.term as aggregation on aggregation.attribute = 'aggregation' and aggregation.raw = report.aggregation
    left join lake.term as attainment_rule
        on attainment_rule.attribute = 'attainment_rule' and attainment_rule.raw = report.attainment_rule
    left join lake.term as frequency on frequency.attribute = 'frequency' and frequency.raw = report.frequency
    left join lake.term as counts_patients
        on counts_patients.attribute = 'counts_patients' and counts_patients.raw = report.counts_patients
    left join lake.term as valid_from on valid_from.attribute = 'valid_from' and valid_from.raw = report.valid_from
    left join lake.term as valid_until on valid_until.attribute = 'valid_until' and valid_until.raw = report.valid_until
    left join lake.term as scale on scale.attribute = 'scale' and scale.raw = report.scale
    where report.unit is null or unit_name.unit_id is not null -- an entry that is refused for its unit is in no account twice
),
mentioned as (
    select
        indicator_name.indicator_id, min(coalesce(report.indicator, report.code)) as name,
        min({'file_id': report.file_id, 'sheet': coalesce(report.sheet, ''), 'row': report.row}) as place,
        max(case when report.denominator is not null then 1 else 0 end) as is_ratio
    from lake.performance as report
    join lake.indicator_name
        on indicator_name.code is not distinct from report.code
            and indicator_name.indicator is not distinct from report.indicator
    left join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    -- A row that is refused for its unit makes no indicator known.
    where unit_name.unit_id is not null or (report.unit is null and report.ownership is distinct from 'missing')
    group by indicator_name.indicator_id
)
select
    indicator_id, name, definition, formula, unit_of_measure, polarity, aggregation, attainment_rule, scale, weight,
    owner_unit_id, data_source, legal_basis, baseline, frequency, is_registered, file_id, sheet, row,
    valid_from, valid_until, amounts, counts_patients
from registered
where newest = 1
union all
select
    mentioned.indicator_id, mentioned.name, null, null, null, null, case when is_ratio = 1 then 'ratio' end, null, null, null,
    null, null, null, null, null, false, mentioned.place.file_id, mentioned.place.sheet, mentioned.place.row, null, null, null, null
from mentioned
left join registered on registered.indicator_id = mentioned.indicator_id
where registered.indicator_id is null
