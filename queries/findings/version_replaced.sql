-- title: Replaced versions
-- meaning: What a newer report, or another form, replaced of an older one, how many figures changed, and their sums before and after; where both have one date, a tie
-- grain: one row an older and a newer file and a unit
with changed as (
    select
        kind, unit_id, file_id, newer_file_id, bool_or(is_other_form) as is_other_form, cast(sum(changed) as bigint) as changed,
        sum(before) filter (where changed > 0) as before, sum(after) filter (where changed > 0) as after,
        list_sort(list(distinct period) filter (where changed > 0 and kind <> 'employee')) as periods
    from lake.replaced
    group by kind, unit_id, file_id, newer_file_id
    having sum(changed) > 0
),
summed as (
    -- Sums are said of what can be summed up: patients and respondents.
    select
        *,
        -- one small count of patients alone is only said to be one
        case when kind = 'visit' and before > 0 and before < least_shown then '1–' || (least_shown - 1)
            else replace(coalesce(cast(cast(before as bigint) as varchar), '–'), '-', '−')
        end
        || ' → ' || case when kind = 'visit' and after > 0 and after < least_shown then '1–' || (least_shown - 1)
            else replace(coalesce(cast(cast(after as bigint) as varchar), '–'), '-', '−')
        end as sums
    from changed
    cross join (select max(cast(value as bigint)) as least_shown from reference.thresholds where key = 'suppression_min_patients') as limits
)
select
    case
        when is_other_form then 'form_replaced'
        when old_file.as_of = new_file.as_of then 'version_tie'
        when kind in ('visit', 'response') then 'version_replaced'
        else 'figures_replaced'
    end as code,
    unit_id, case when len(periods) = 1 then periods[1] end as period, summed.file_id, cast(null as varchar) as sheet,
    cast(null as integer) as row,
    coalesce(array_to_string(list_transform(periods[:6], lambda month: strftime(month, '%Y-%m')), ', '), '')
    || case when len(periods) > 6 then ', …' else '' end as month,
    new_file.name as file_new, cast(changed as varchar) as changed, sums
from summed
join load.file as old_file on old_file.file_id = summed.file_id
join load.file as new_file on new_file.file_id = summed.newer_file_id
