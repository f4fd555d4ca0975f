-- A row of a reference table holds for the years valid_from..valid_to (inclusive; empty is open).
create or replace macro rule_holds(valid_from, valid_to, period) as
    coalesce(try_cast(valid_from as integer), 0) <= year(period)
    and coalesce(try_cast(valid_to as integer), 9999) >= year(period);

-- Attainment of an individual indicator in %: realisation against target; null where the target is missing or zero.
create or replace macro individual_attainment_pct(target, realisation) as
    realisation / nullif(target, 0) * 100;

-- Within the 0..100 of the signal; null stays null, which greatest() and least() would not see to.
create or replace macro within_signal(score) as
    case when score is not null then least(greatest(score, 0), 100) end;

-- The same within the 0..100 of the signal, so that one easy target can't hide the others.
create or replace macro individual_score(target, realisation) as
    within_signal(individual_attainment_pct(target, realisation));

-- A rating on the 0..100 of the signal: the district's own figure (thresholds rating_score_<rating>), else its place on
-- the scale: below 0, meets 50, above 100.
create or replace macro rating_score(rating) as
    coalesce(
        (select max(try_cast(t.value as double)) from reference.thresholds as t where t.key = 'rating_score_' || rating),
        50.0 * (list_position(['below', 'meets', 'above'], rating) - 1)
    );

-- The older word of PP 30/2019 means the same step of the ladder as the one of PermenPANRB 6/2022.
create or replace macro plain_predicate(predicate) as
    case lower(trim(predicate)) when 'cukup' then 'butuh perbaikan' else lower(trim(predicate)) end;

-- The 97.5 % point of Student's t: the usual table up to 30 degrees of freedom, its expansion about the normal above.
create or replace macro t_975_exact(degrees) as
    case
        when degrees between 1 and 30 then [
            12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
            2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
            2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423
        ][cast(degrees as integer)]
        when degrees > 30 then 1.95996 + 2.37227 / degrees + 2.82250 / (degrees * degrees)
    end;

-- Where an interval stands to the mean of its group: above, below, or not to be told apart.
create or replace macro tier_of(evaluations, minimum, lower, upper, group_mean) as
    case
        when evaluations is null or evaluations < minimum or lower is null then 'unranked'
        when lower > group_mean then 'above'
        when upper < group_mean then 'below'
        else 'comparable'
    end;
