-- The tables of a build. All periods are month starts; `period_months` says how many months a period covers (1, 3, 6, 12).
-- Every fact row keeps the file, sheet and row (1-based, as a spreadsheet shows it) that it came from.
create schema load;
create schema mart;

create table load.format as select 8 as number; -- the build's format (queries.formats); format 1, of version 0.1, has no such table

create table unit (
    unit_id varchar primary key, name varchar not null, short_name varchar not null, kind varchar not null,
    parent_id varchar, kecamatan_code varchar, population bigint, population_year integer, population_source varchar,
    valid_from date, valid_until date -- its first and its last month; null without end
);

-- What units became, a row a change: a renamed one keeps its id. The month of the change and those after it are of `unit_id`.
create table succession (
    old_unit_id varchar not null, unit_id varchar not null, month date not null, kind varchar not null, -- renamed, merged, split
    is_comparable boolean not null, old_name varchar not null, legal_basis varchar
);

create table indicator (
    indicator_id varchar primary key, name varchar not null, definition varchar, formula varchar, unit_of_measure varchar,
    polarity varchar,        -- higher, lower, range; null where nobody has said
    aggregation varchar,     -- sum, last, ratio
    attainment_rule varchar, -- ratio, distance, inverse, range, scale: see reference.attainment_rule
    scale varchar,           -- the ordered scale of a predicate indicator (reference.predicate_scale)
    weight double, owner_unit_id varchar, data_source varchar, legal_basis varchar, baseline double,
    frequency varchar,       -- monthly, quarterly, half_yearly, yearly: how often it is to be reported
    is_registered boolean not null, file_id varchar, sheet varchar, row integer,
    valid_from date, valid_until date, -- its first and its last month; null without end
    amounts varchar,         -- of a sum: by_period, to_date (each figure is the sum since January); null where nobody has said
    counts_patients boolean -- whether small counts in it are left out; null where the register does not say (counts_patients())
);

create table target (
    indicator_id varchar not null, unit_id varchar not null, period date not null, period_months integer not null,
    value double, value_max double, value_text varchar, file_id varchar not null, sheet varchar, row integer
);

-- The targets before a revision: each held until the day of the next one. Periods that ended by then are judged by it.
create table target_before (
    indicator_id varchar not null, unit_id varchar not null, period date not null, period_months integer not null,
    value double, value_max double, value_text varchar, file_id varchar not null, sheet varchar, row integer,
    valid_from date, valid_until date not null
);

create table realisation (
    indicator_id varchar not null, unit_id varchar not null, period date not null, period_months integer not null,
    value double, numerator double, denominator double, value_text varchar, evidence varchar, submitted_at timestamp,
    obstacle varchar, solution varchar, follow_up varchar, follow_up_due varchar, -- as the report writes them
    follow_up_by varchar, -- may name a person: shown only where people are
    file_id varchar not null, sheet varchar, row integer
);

create table visit (
    unit_id varchar not null, month date not null, service_id varchar not null, payer_id varchar not null,
    new_count bigint, returning_count bigint, patients bigint, file_id varchar not null, sheet varchar, row integer
);

create table contact (
    unit_id varchar not null, month date not null, service_id varchar not null, contacts bigint,
    file_id varchar not null, sheet varchar, row integer
);

create table response (
    unit_id varchar not null, month date not null, period_months integer not null, service_id varchar,
    respondents bigint not null, -- 1 for a respondent's own row, n for a line of a recap form
    u1 double, u2 double, u3 double, u4 double, u5 double, u6 double, u7 double, u8 double, u9 double,
    reported_index double, file_id varchar not null, sheet varchar, row integer,
    is_counted boolean default true -- false where another report of the same months counts in the index
);

create table employee (
    employee_id varchar primary key, nip varchar not null, name varchar not null, position varchar,
    job_group varchar not null, grade varchar, unit_id varchar, superior_id varchar,
    file_id varchar not null, sheet varchar, row integer
);

-- Where each list has an employee: from its day until that of the next one; the first holds from the beginning.
create table posting (
    employee_id varchar not null, position varchar, job_group varchar not null, unit_id varchar not null,
    valid_from date not null, valid_until date not null, file_id varchar not null, sheet varchar, row integer
);

create table evaluation (
    employee_id varchar not null, period date not null, period_months integer not null,
    result_rating varchar, behaviour_rating varchar, -- below, meets, above
    predicate_reported varchar, file_id varchar not null, sheet varchar, row integer
);

create table evaluation_indicator (
    employee_id varchar not null, period date not null, period_months integer not null, indicator varchar not null,
    target double, realisation double, unit_of_measure varchar,
    is_evidence_verified boolean, -- null where the report does not say
    is_on_time boolean,
    has_evidence_column boolean, has_time_column boolean, -- of the form; null where the reading does not know
    file_id varchar not null, sheet varchar, row integer
);

create table submission (
    unit_id varchar not null, report_kind varchar not null, period date not null, period_months integer not null,
    due_on date, received_at timestamp, version integer, is_on_time boolean, is_complete boolean,
    file_id varchar, sheet varchar, row integer
);

create table load.file (
    file_id varchar primary key, sha256 varchar not null, name varchar not null, folder varchar, bytes bigint,
    source varchar, source_title varchar, source_title_en varchar, status varchar not null, -- accepted, partly, refused, held, withdrawn
    reason varchar, reason_en varchar, rows_read bigint, rows_accepted bigint, rows_partly bigint,
    rows_rejected bigint, rows_total bigint, rows_other bigint, -- the five add up to rows_read
    -- Filled cells of those rows: in a record, refused, of a total, in a column or row that the form has no place for.
    cells_read bigint, cells_accepted bigint, cells_rejected bigint, cells_total bigint, cells_other bigint, -- the four add up
    -- Of the rows accepted and partly accepted; the three add up to them. Not published: held, withdrawn, or set aside.
    rows_published bigint, rows_superseded bigint, rows_unpublished bigint,
    as_of timestamp, as_of_from varchar -- content, name, modified
);

create table load.reject (
    file_id varchar not null, file varchar not null, sheet varchar, row integer, col varchar, value varchar,
    code varchar not null, reason varchar not null, reason_en varchar not null, mend varchar not null, mend_en varchar not null
);

-- Cells that people mended and did not take back: what a cell held, what it is read as, why, and by whose role.
create table load.correction (
    file_id varchar not null, sheet varchar, row integer, col varchar, found varchar, value varchar not null,
    why varchar not null, role varchar not null, corrected_at timestamp not null -- UTC
);

create table load.finding (
    code varchar not null, severity varchar not null, -- attention, information
    unit_id varchar, period date, file_id varchar, file varchar, sheet varchar, row integer,
    message varchar not null, message_en varchar not null, mend varchar not null, mend_en varchar not null
);

-- What a finding or reject of each code does to the published figures: 0 waits for a person, 1 may make one wrong,
-- 2 leaves one out, 3 neither.
create table load.harm (code varchar primary key, harm integer not null);

-- Who ought to have reported what, and what became of it: one row a unit, report kind and period due so far.
-- status: on_time, late, missing, not_due; is_corrected where a newer version replaced an older one.
create table load.expected_report (
    unit_id varchar not null, report_kind varchar not null, period date not null, period_months integer not null,
    due_on date, received_at timestamp, status varchar not null, is_corrected boolean not null, versions integer not null
);

-- One row: what this build is. `first_month` and `last_month` span the visits.
create table load.build (
    build_id varchar not null, built_at timestamp not null, as_of timestamp, district varchar not null,
    is_sample boolean not null, first_month date, last_month date, fingerprint varchar not null
);

-- One row: which build this one was held against, and with which reference tables and software each was made.
-- state: compared, none (no build came before), damaged or other_schema (it could not be read: nothing was compared).
create table load.comparison (
    state varchar not null, previous_build_id varchar, previous_built_at timestamp,
    reference_version varchar not null, software_version varchar not null
);

-- What differs from that build: one row a figure that is revised or gone, one row a file and cause for figures that are new
-- (`figures` says how many). kind: visit, realisation, target, index, signal; `item_id` is the service, indicator or employee,
-- `part_id` the payer; text_* what a number does not say: new + returning, numerator / denominator, a predicate, respondents.
-- cause: file (one that is new in this build), reference (a reference table changed), software.
create table load.change (
    kind varchar not null, state varchar not null, cause varchar not null, unit_id varchar, item_id varchar, part_id varchar,
    period date not null, last_period date not null, period_months integer not null, figures bigint not null,
    value_before double, value_after double, text_before varchar, text_after varchar,
    file_id varchar, file varchar, sheet varchar, row integer
);
