-- Completeness and timeliness of reports in %: received, or received by the due date, of those expected.
create or replace macro reported_pct(reports, expected) as 100 * cast(reports as double) / nullif(expected, 0);

-- What a cell of the unit x month matrix shows: a correction is worth a sign of its own where the report is in.
create or replace macro report_state(status, is_corrected) as
    case when is_corrected and status in ('on_time', 'late', 'received') then 'corrected' else status end;

-- Whether a viewer of `units` (null = all) may see a reject or finding: one of his units, one in a file that speaks of no
-- other units, or one that belongs to no unit and no file and so to everybody.
create or replace macro issue_in_sight(unit_id, file_id, unit_ids_of_file, units) as (
    units is null
    or coalesce(list_contains(units, unit_id), false)
    or (unit_id is null and file_id is null)
    or (len(unit_ids_of_file) > 0 and list_has_all(units, unit_ids_of_file))
);

-- A value out of a file as it may be shown: long runs of digits (NIP, NIK, card numbers) keep their last three; a plain decimal stays.
create or replace macro without_numbers_of_people(value) as
    case
        when regexp_full_match(value, '\s*-?[0-9]{1,9}[.,][0-9]+\s*') then value
        else regexp_replace(value, '[0-9][0-9 ]{8,}([0-9]{3})', '…\1', 'g')
    end;
