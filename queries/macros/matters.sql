-- What a matter weighs: the weight of its kind times how far it is off (the kind's full gap counts once) times how sure it is.
create or replace macro consequence(weight, full_gap, gap, certainty) as weight * least(greatest(gap, 0) / full_gap, 1) * certainty;
