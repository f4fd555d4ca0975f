-- Wilson score interval of a proportion (Wilson 1927): x of n, z = 1.96 for 95 %, 3.09 for 99.8 %. Both within 0..1; null where n is 0.
create or replace macro wilson_lower(x, n, z) as (
    case when n > 0 then greatest(0, (x + z * z / 2 - z * sqrt(greatest(x * (n - x)::double / n, 0) + z * z / 4)) / (n + z * z)) end
);

create or replace macro wilson_upper(x, n, z) as (
    case when n > 0 then least(1, (x + z * z / 2 + z * sqrt(greatest(x * (n - x)::double / n, 0) + z * z / 4)) / (n + z * z)) end
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
