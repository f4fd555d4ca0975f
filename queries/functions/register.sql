-- The problems of the register as a viewer of `units` (null = all) is told them: of an indicator outside them no more than that
-- there is one. An indicator beside which one stands that is not of those units (unseen) names none.
create or replace macro register_issues(the_units) as table
    with unseen as (
        select pair.indicator_id
        from (
            select indicator_id, other_id from mart.indicator_issue where other_id is not null
            union all
            select indicator_id, other_id from mart.indicator_twin
            union all
            select other_id, indicator_id from mart.indicator_twin
        ) as pair
        join indicator other on other.indicator_id = pair.other_id
        where the_units is not null and not coalesce(list_contains(the_units, other.owner_unit_id), false)
    )

    select
        issue.* replace (
            if(u.indicator_id is null, issue.other_id, null) as other_id, if(u.indicator_id is null, issue.other_name, null) as other_name,
            if(
                u.indicator_id is null or issue.code = 'unregistered',
                issue.problem,
                replace(c.problem, '{found}', 'indikator di luar unit Anda')
            ) as problem,
            if(
                u.indicator_id is null or issue.code = 'unregistered',
                issue.problem_en,
                replace(c.problem_en, '{found}', 'an indicator outside your units')
            ) as problem_en
        )
    from mart.indicator_issue issue
    join reference.indicator_checks c using (code)
    left join (select distinct indicator_id from unseen) u
        on u.indicator_id = issue.indicator_id and issue.other_id is not null;
