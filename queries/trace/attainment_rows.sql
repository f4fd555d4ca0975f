-- title: Baris di balik capaian
-- meaning: The rows of files that the attainment of an indicator of a unit comes from, or that the mean of all indicators of what was chosen comes from: realisations of the year to date and targets of that year, of the unit's own or of its units, as the figure takes them; numerator and denominator are left out where they tell a small count of patients
-- grain: one row a row of a file
with one as (
    select indicator_id, unit_id, year, period, period_months, target_source
    from mart.attainment_period
    where indicator_id = $indicator and unit_id = $unit and last_month <= $period_to
        and ($units is null or list_contains($units, unit_id))
    qualify row_number() over (order by last_month desc, is_reported desc, period_months desc) = 1
),
seen as (
    select * from mart.attainment_position
    where $indicator is null and as_of = (select max(as_of) from mart.attainment_position where as_of <= $period_to)
        and in_scope(unit_id, $agency, $unit, $units)
),
chosen as (
    select * from one
    union all
    select indicator_id, unit_id, year, period, period_months, target_source
    from seen
    where $unit is not null
        or unit_id = $agency
        or ($agency is null and unit_kind in ('agency', 'district'))
        or not exists (from seen as other where other.unit_id = $agency or ($agency is null and other.unit_kind in ('agency', 'district')))
),
taken as ( -- the reports that the year to date is made of
    select distinct part.indicator_id, part.part_unit_id as unit_id, part.part_period as period, part.part_period_months as period_months
    from chosen
    join mart.attainment_part as part using (indicator_id, unit_id, period, period_months)
),
holder as ( -- the nearest unit above whose target counts
    select chosen.indicator_id, chosen.unit_id, chosen.year, min_by(above.ancestor_id, above.distance) as holder_id
    from chosen
    join unit_ancestors() as above on above.unit_id = chosen.unit_id and above.distance > 0
    join (select distinct indicator_id, unit_id, year(period) as year from target) as held
        on held.indicator_id = chosen.indicator_id and held.year = chosen.year and held.unit_id = above.ancestor_id
    where chosen.target_source = 'above'
    group by all
),
fact as (
    select distinct
        'realisation' as kind, row_of.indicator_id, row_of.unit_id, row_of.period, row_of.period_months, row_of.value,
        null::double as value_max, if(row_of.is_rounded, null, row_of.numerator) as numerator,
        if(row_of.is_rounded, null, row_of.denominator) as denominator, row_of.value_text, row_of.evidence,
        row_of.file_id, row_of.sheet, row_of.row
    from taken
    join mart.realisation_open as row_of on row_of.indicator_id = taken.indicator_id and row_of.unit_id = taken.unit_id
    left join indicator as told on told.indicator_id = row_of.indicator_id
    where told_from(told.amounts, row_of.period) = taken.period
        and told_months(told.amounts, row_of.period, row_of.period_months) = taken.period_months
    union all
    select distinct
        row_of.kind, row_of.indicator_id, row_of.unit_id, row_of.period, row_of.period_months, row_of.value,
        row_of.value_max, null, null, row_of.value_text, null, row_of.file_id, row_of.sheet, row_of.row
    from chosen
    join (
        select *, 'target' as kind from target
        union all by name
        select * exclude (valid_from, valid_until), 'target_before' as kind from target_before
    ) as row_of on row_of.indicator_id = chosen.indicator_id and year(row_of.period) = chosen.year
    left join unit_agencies() as below on below.unit_id = row_of.unit_id
    left join holder
        on holder.indicator_id = chosen.indicator_id and holder.unit_id = chosen.unit_id and holder.year = chosen.year
    where case chosen.target_source
            when 'units' then below.agency_id = chosen.unit_id
            when 'above' then row_of.unit_id = holder.holder_id
            else row_of.unit_id = chosen.unit_id
        end
)
select
    fact.kind, fact.indicator_id, coalesce(indicator.name, fact.indicator_id) as indicator_name, fact.unit_id,
    coalesce(unit.short_name, fact.unit_id) as short_name, fact.period, fact.period_months, fact.value, fact.value_max,
    fact.numerator, fact.denominator,
    fact.value_text, fact.evidence, fact.file_id, coalesce(file.name, fact.file_id) as file,
    fact.sheet, fact.row, file.as_of
from fact
left join indicator on indicator.indicator_id = fact.indicator_id
left join unit on unit.unit_id = fact.unit_id
left join load.file as file on file.file_id = fact.file_id
where $units is null or list_contains($units, fact.unit_id)
order by indicator_name, fact.kind, fact.period desc, short_name, fact.file_id, fact.sheet, fact.row
