-- Attainment in % of a target. Each rule is named and explained in reference.attainment_rules; nothing is clamped here.

-- The rule of an indicator: the one that it names; without one only a polarity with a single possible rule decides.
-- Lower is better has two rules in use, so it has to be named. A rule that contradicts the polarity is no rule.
create or replace macro attainment_rule_of(rule, polarity) as (
    case
        when rule is null then case polarity when 'higher' then 'ratio' when 'range' then 'range' end
        when polarity = 'lower' and rule = 'ratio' then null
        when polarity = 'higher' and rule in ('distance', 'inverse') then null
        else rule
    end
);

-- Whether the words of a target say that it is the lowest, or the highest, of what is meant: >= 4, minimal 4; <= 28, paling banyak 28.
create or replace macro is_lower_bound(a_text) as (
    coalesce(
        regexp_matches(
            lower(trim(a_text)), '^(>|≥|min(imal|imum)?\b|paling (sedikit|rendah)|sekurang-kurangnya|setidaknya|lebih dari|di ?atas)'
        ),
        false
    )
);
create or replace macro is_upper_bound(a_text) as (
    coalesce(
        regexp_matches(
            lower(trim(a_text)), '^(<|≤|ma(ks|x)(imal|imum)?\b|paling (banyak|tinggi|lambat|lama)|kurang dari|di ?bawah)'
        ),
        false
    )
);

-- r realised, t target (of a range its lower bound), t_max upper bound of a range, open where it is null; a_cap what T / R of 0 counts.
create or replace macro attainment_pct(rule, r, t, t_max, r_rank, t_rank, a_cap := null) as (
    case rule
        when 'ratio' then r / nullif(t, 0) * 100
        when 'distance' then (2 * t - r) / nullif(t, 0) * 100
        when 'inverse' then case
            when r = 0 and t = 0 then 100.0
            when r = 0 and t > 0 then coalesce(a_cap, 100.0)
            else t / nullif(r, 0) * 100
        end
        when 'range' then case
            when r < t then r / nullif(t, 0) * 100
            when r > t_max then t_max / nullif(r, 0) * 100
            when r is not null and coalesce(t, t_max) is not null then 100.0
        end
        when 'scale' then r_rank / nullif(t_rank, 0)::double * 100
    end
);

-- Why there is no attainment, as a code; null where there is one. What is wrong with the indicator comes before what is
-- wrong with a period: the first has to be mended for the second to matter.
create or replace macro attainment_reason(
    is_registered, rule, polarity, has_target, is_reported, r, t, t_max, r_rank, t_rank, is_point := false, is_doubtful := false,
    is_of_nobody := false
) as (
    case
        when not coalesce(is_registered, false) then 'not_registered'
        when rule is null and polarity is null then 'no_polarity'
        when rule is null then 'no_rule'
        when not has_target then 'no_target'
        when not is_reported then 'not_reported'
        when is_doubtful then 'looks_cumulative'
        when rule = 'scale' and (r_rank is null or t_rank is null) then 'unknown_predicate'
        when rule = 'scale' then null
        when coalesce(t, t_max) is null then 'target_not_numeric'
        when r is null and is_of_nobody then 'denominator_zero'
        when r is null then 'not_numeric'
        when rule = 'range' and is_point then 'bound_unsaid'
        when (rule in ('ratio', 'distance') or rule = 'range' and r < t) and t = 0 then 'target_zero'
        when r = 0 and (rule = 'inverse' and t < 0 or rule = 'range' and r > t_max) then 'realisation_zero'
    end
);

-- Whether a report tells a quotient: 0 of 0 was reported and weighs nothing, something of 0 is no figure.
create or replace macro is_quotient(numerator, denominator) as
    numerator is not null and coalesce(denominator > 0 or denominator = 0 and numerator = 0, false);

create or replace macro is_percentage(unit_of_measure) as (
    coalesce(regexp_matches(lower(trim(unit_of_measure)), '^(%|persen|percent)'), false)
);

-- What a quotient is multiplied by, from the unit of measure: % and persen 100, "per 1.000 penduduk" 1000, else 1.
create or replace macro ratio_factor(unit_of_measure) as (
    case
        when is_percentage(unit_of_measure) then 100.0
        else coalesce(
            try_cast(replace(regexp_extract(lower(unit_of_measure), '(?:per|/)\s*(1[0.]+)', 1), '.', '') as double), 1.0
        )
    end
);

-- The rank of a predicate within its scale, higher is better; case and blanks do not matter.
create or replace macro predicate_rank(a_scale, a_value) as (
    (
        select max(p.rank) from reference.predicate_scales p
        where p.scale = a_scale
            and (upper(trim(p.value)) = upper(trim(a_value)) or lower(trim(p.name)) = lower(trim(a_value)))
    )
);

-- The highest attainment that counts in a mean, in %; null where the rules of that year set none.
create or replace macro attainment_cap(rule, a_year) as (
    (
        select max(c.cap_pct) from reference.attainment_rules c
        where c.attainment_rule = rule
            and holds_in(c.valid_from, c.valid_to, a_year)
    )
);

-- Of which months a figure is: those of its period or, where its register says so (amounts), all since January.
create or replace macro told_from(amounts, period) as
    case when amounts = 'to_date' then date_trunc('year', period)::date else period end;
create or replace macro told_months(amounts, period, period_months) as
    case when amounts = 'to_date' then month(period) + period_months - 1 else period_months end::integer;

-- The months of a year that a period covers, as bits: January is 1, February 2, the first quarter 7.
create or replace macro month_bits(period, period_months) as
    cast(((1::bigint << cast(period_months as bigint)) - 1) << (month(period) - 1) as bigint);

-- The months of a year up to the one of a date, as bits.
create or replace macro month_bits_until(a_month) as cast((1::bigint << month(a_month)) - 1 as bigint);

-- Those of the months of a period in which one is there who began on a day within it; all of them where he began before.
create or replace macro months_since(months, began, period, period_months) as
    if(began > period and began < period + to_months(period_months), months & ~(month_bits_until(began) >> 1), months);

-- The first and the last of such months, 1..12.
create or replace macro first_of_bits(bits) as bit_count((bits & -bits) - 1) + 1;
create or replace macro last_of_bits(bits) as length(bin(bits));

-- Whether a report counts for the year to date at the end of a month: it is over by then, and no longer one has taken its place.
create or replace macro counts_by(last_month, displaced_on, as_of) as
    last_month <= as_of and coalesce(as_of < displaced_on, true);

-- What an attainment counts in a mean: between the floor and its cap.
create or replace macro attainment_in_mean(pct, cap) as
    case when pct is not null then greatest(least(pct, coalesce(cap, pct)), threshold('attainment_floor_pct')) end;

-- The same with a cap of 100: nothing makes up for what another lacks.
create or replace macro capped_at_100(pct) as case when pct is not null then least(pct, 100) end;

-- A mean of attainments by weight, over those that there are. Summed in the order of its terms, so that it is the same to the last
-- digit on any number of threads, as is everywhere where decimals are added up.
create or replace macro weighted_mean(pct, weight) as
    sum(pct * weight order by pct, weight) / nullif(sum(weight order by weight) filter (pct is not null), 0);

-- The same if each that was not reported yet were `supposed`: with 0 and 100 the range in which the mean may still be.
create or replace macro weighted_mean_if(pct, weight, reason, supposed) as
    weighted_mean(coalesce(pct, case when reason = 'not_reported' then supposed end), weight);
