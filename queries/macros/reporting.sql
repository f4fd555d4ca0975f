-- The agency that a unit answers to stands in mart.reporting_unit; a filter on an agency takes the agency and all below it.
create or replace macro reporting_in_scope(unit_id, agency_id, chosen_agency, chosen_unit, visible_units) as
    (chosen_agency is null or agency_id = chosen_agency)
    and (chosen_unit is null or unit_id = chosen_unit)
    and (visible_units is null or list_contains(visible_units, unit_id));

-- Completeness and timeliness of reports in %: received, or received by the due date, of those expected.
create or replace macro reported_pct(reports, expected) as 100 * cast(reports as double) / nullif(expected, 0);

-- What a cell of the unit x month matrix shows: a correction is worth a sign of its own where the report is in.
create or replace macro report_state(status, is_corrected) as
    case when is_corrected and status in ('on_time', 'late', 'received') then 'corrected' else status end;

-- A value out of a file as it may be shown: long runs of digits (NIP, NIK, card numbers) keep their last three; a plain decimal stays.
create or replace macro without_numbers_of_people(value) as
    case
        when regexp_full_match(value, '\s*-?[0-9]{1,9}[.,][0-9]+\s*') then value
        else regexp_replace(value, '[0-9][0-9 ]{8,}([0-9]{3})', '…\1', 'g')
    end;
