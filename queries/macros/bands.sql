-- The scheme of attainment bands in force in a year: one without an end comes before one made for certain years only.
create or replace macro attainment_scheme(a_year) as (
    (
        select min_by(s.scheme, (coalesce(try_cast(s.valid_to as integer), 9999) < 9999, s.valid_from, s.scheme))
        from reference.attainment_bands s
        where holds_in(s.valid_from, s.valid_to, a_year)
    )
);

-- The band of an attainment, 1 best; compared after rounding to two decimals, so that what is shown as 91,00 is 91.
create or replace macro attainment_band(pct, a_year) as (
    (
        select min(b.band) from reference.attainment_bands b
        where b.scheme = attainment_scheme(a_year)
            and holds_in(b.valid_from, b.valid_to, a_year)
            and (b.lower_pct is null or round(pct, 2) >= b.lower_pct) and pct is not null
    )
);
