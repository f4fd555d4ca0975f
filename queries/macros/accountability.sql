-- Attainment of an individual indicator in %: realisation against target; null where the target is missing or zero.
create or replace macro individual_attainment_pct(target, realisation) as
    realisation / nullif(target, 0) * 100;

-- Within the 0..100 of the signal; null stays null, which greatest() and least() would not see to.
create or replace macro within_signal(score) as
    case when score is not null then least(greatest(score, 0), 100) end;

-- The same within the 0..100 of the signal, so that one easy target can't hide the others.
create or replace macro individual_score(target, realisation) as
    within_signal(individual_attainment_pct(target, realisation));

-- A rating (below, meets, above) on the 0..100 of the signal.
create or replace macro rating_score(rating) as
    case rating
        when 'below' then threshold('rating_score_below')
        when 'meets' then threshold('rating_score_meets')
        when 'above' then threshold('rating_score_above')
    end;

-- The older word of PP 30/2019 means the same step of the ladder as the one of PermenPANRB 6/2022.
create or replace macro plain_predicate(predicate) as
    case lower(trim(predicate)) when 'cukup' then 'butuh perbaikan' else lower(trim(predicate)) end;

-- Where an interval stands to the mean of its group: above, below, or not to be told apart. Rounded, so that the last
-- digits of a sum don't set apart people who all have the same signal.
create or replace macro tier_of(evaluations, minimum, lower, upper, group_mean) as
    case
        when evaluations is null or evaluations < minimum or lower is null then 'unranked'
        when round(lower, 6) > round(group_mean, 6) then 'above'
        when round(upper, 6) < round(group_mean, 6) then 'below'
        else 'comparable'
    end;
