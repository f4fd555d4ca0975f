-- title: Jabatan yang dipegang sedikit orang
-- meaning: People whose position, or whose job group, fewer hold in their unit than `position_min_people` says: beside a pseudonym these would tell who it is
-- grain: one row an employee
with least as ( -- an older build has none
    select coalesce(max(value) filter (key = 'position_min_people'), 3) as people from reference.thresholds
),
held as (
    select
        employee_id,
        count(*) over (partition by unit_id, lower(position)) < least.people as is_position_rare,
        count(*) over (partition by unit_id, job_group) < least.people as is_group_rare
    from employee
    cross join least
)
select employee_id, is_position_rare, is_group_rare
from held
where is_position_rare or is_group_rare
order by employee_id
