-- Whose figures of an indicator are shown: the chosen unit's, else the chosen agency's, else its owner's, else those of the
-- first unit in sight that has any.
create or replace macro indicator_subject(an_indicator, a_unit, an_agency, the_units) as table
    select coalesce(
        a_unit,
        an_agency,
        (
            select i.owner_unit_id from indicator i
            where i.indicator_id = an_indicator and (the_units is null or list_contains(the_units, i.owner_unit_id))
                and exists (
                    from mart.attainment_period p where p.indicator_id = an_indicator and p.unit_id = i.owner_unit_id
                )
        ),
        (
            select min(p.unit_id) from mart.attainment_period p
            where p.indicator_id = an_indicator and (the_units is null or list_contains(the_units, p.unit_id))
        )
    ) as unit_id;
