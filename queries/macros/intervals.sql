-- Wilson score interval of a proportion (Wilson 1927): x of n, z = 1.96 for 95 %, 3.09 for 99.8 %. Both within 0..1; null where n is 0.
create or replace macro wilson_lower(x, n, z) as (
    case when n > 0 then greatest(0, (x + z * z / 2 - z * sqrt(greatest(x * (n - x)::double / n, 0) + z * z / 4)) / (n + z * z)) end
);

create or replace macro wilson_upper(x, n, z) as (
    case when n > 0 then least(1, (x + z * z / 2 + z * sqrt(greatest(x * (n - x)::double / n, 0) + z * z / 4)) / (n + z * z)) end
);
