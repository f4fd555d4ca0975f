-- Intervals of a proportion, a mean and a count; the name of this file puts it before what stands on them.
-- Wilson score interval of a proportion (Wilson 1927): x of n, z = 1.96 for 95 %, 3.09 for 99.8 %. Both within 0..1; null where n is 0.
create or replace macro wilson_lower(x, n, z) as (
    case
        when
            n > 0 and x is not null
            then greatest(0, (x + z * z / 2 - z * sqrt(greatest(x * (n - x)::double / n, 0) + z * z / 4)) / (n + z * z))
    end
);

create or replace macro wilson_upper(x, n, z) as (
    case
        when
            n > 0 and x is not null
            then least(1, (x + z * z / 2 + z * sqrt(greatest(x * (n - x)::double / n, 0) + z * z / 4)) / (n + z * z))
    end
);

-- The 97.5 % point of Student's t: the usual table up to 30 degrees of freedom, its expansion about the normal above.
create or replace macro t_975(degrees) as
    case
        when degrees between 1 and 30 then [
            12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
            2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
            2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423
        ][cast(degrees as integer)]
        when degrees > 30 then 1.95996 + 2.37227 / degrees + 2.82250 / (degrees * degrees)
    end;

-- Byar's approximate limits of a count x (Rothman & Boice 1979; Breslow & Day 1987, vol. II, p. 69), z as above; never below 0.
create or replace macro byar_lower(x, z) as
    case when x = 0 then 0.0 else x * greatest(1 - 1 / (9.0 * x) - z / (3 * sqrt(x)), 0) ** 3 end;

create or replace macro byar_upper(x, z) as (x + 1) * (1 - 1 / (9.0 * (x + 1)) + z / (3 * sqrt(x + 1))) ** 3;

-- The 95 % interval of a count: exact (Garwood 1936, the usual table) for whole counts below 10, Byar's above.
create or replace macro count_lower_95(x) as
    case
        when x >= 0 and x < 10 and x = floor(x) then [
            0, 0.0253, 0.2422, 0.6187, 1.0899, 1.6235, 2.2019, 2.8144, 3.4538, 4.1154
        ][cast(x as integer) + 1]
        when x >= 0 then byar_lower(x, 1.96)
    end;

create or replace macro count_upper_95(x) as
    case
        when x >= 0 and x < 10 and x = floor(x) then [
            3.6889, 5.5716, 7.2247, 8.7673, 10.2416, 11.6683, 13.0595, 14.4227, 15.7632, 17.0848
        ][cast(x as integer) + 1]
        when x >= 0 then byar_upper(x, 1.96)
    end;
