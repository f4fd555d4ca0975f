-- title: Matriks predikat resmi
-- meaning: People by result and behaviour in their latest evaluation of the chosen period; every cell of the official matrix is there, also the empty ones
-- grain: one row a cell of the matrix, and one for people without a predicate
with latest as (
    select employee_id, max(period) as period
    from mart.accountability_predicate
    where ($job_group is null or job_group = $job_group)
        and period >= coalesce($period_from, period) and period <= coalesce($period_to, period)
        and in_scope(unit_id, $agency, $unit, $units)
    group by employee_id
),
-- Where two lengths of period begin together the longer one has the last word.
judged as (
    select fact.*
    from mart.accountability_predicate as fact
    join latest using (employee_id, period)
    qualify row_number() over (partition by fact.employee_id order by fact.period_months desc) = 1
),
cell as (
    select distinct matrix.result, matrix.behaviour, matrix.predicate, matrix.predicate_en, matrix.rank, matrix.legal_basis
    from reference.predicate_matrix as matrix
    cross join (select coalesce(max(period), coalesce($period_to, current_date)) as period from judged) as newest
    where rule_holds(matrix.valid_from, matrix.valid_to, newest.period)
)
select
    cell.result,
    cell.behaviour,
    cell.predicate,
    coalesce(cell.predicate_en, cell.predicate) as predicate_en,
    cell.rank as predicate_rank,
    cell.legal_basis,
    count(judged.employee_id) as people
from cell
left join judged on judged.result_rating = cell.result and judged.behaviour_rating = cell.behaviour and judged.predicate is not null
group by all
union all
select null, null, null, null, null, null, count(*) from judged where predicate is null
order by predicate_rank desc nulls last, result, behaviour
