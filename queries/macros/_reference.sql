-- What every other definition stands on; the name of this file puts it before them.

-- A row of a reference table holds for the years valid_from..valid_to (inclusive; empty is open).
create or replace macro holds_in(valid_from, valid_to, a_year) as
    a_year between coalesce(try_cast(valid_from as integer), 0) and coalesce(try_cast(valid_to as integer), 9999);

create or replace macro rule_holds(valid_from, valid_to, period) as holds_in(valid_from, valid_to, year(period));

-- A number that the district sets. A row that is missing is an error and never a number out of this code.
create or replace macro threshold(a_key) as
    coalesce(
        (select max(cast(t.value as double)) from reference.thresholds as t where t.key = a_key),
        error('reference/thresholds.csv: baris "' || a_key || '" tidak ada (the row is missing)')
    );
