-- title: Yang membuat indikator belum jelas atau belum terukur
-- meaning: What each entry of the indicator register lacks or leaves unclear, what was found, why it matters and what to write instead; and indicators that reports name without an entry. Words and weight of each problem are reference.indicator_checks and reference.vague_words.
-- grain: one row an indicator and problem, for wording one row a matching pattern
with today as (
    select
        coalesce(
            (select max(year(b.as_of)) from load.build b), (select max(year(t.period)) from target t), year(current_date)
        ) as year,
        (select max(b.as_of) from load.build b) as as_of
),
aimed as ( -- the targets of this year, those of all units together
    select
        t.indicator_id, count(*) as targets,
        min(coalesce(t.value_text, '–')) filter (t.value is null and t.value_max is null) as words,
        min(coalesce(t.value_text, '–')) filter (
            t.value is null and t.value_max is null and predicate_rank(i.scale, t.value_text) is null
        ) as unknown_words,
        min(coalesce(t.value_text, printf('%g', coalesce(t.value, t.value_max)))) filter (
            (t.value is null or t.value_max is null)
            and not is_lower_bound(t.value_text) and not is_upper_bound(t.value_text) or t.value > t.value_max
        ) as one_bound,
        max(t.value) as highest, min(t.value) as lowest, max(t.value_max) as upper,
        max_by(t.value, t.period) filter (t.period_months = 12) as whole_year,
        case when sum(t.period_months) filter (t.period_months < 12) = 12 * count(distinct t.unit_id)
                then sum(t.value) filter (t.period_months < 12)
        end as summed
    from target t
    join indicator i using (indicator_id)
    cross join today
    where year(t.period) = today.year
    group by t.indicator_id
),
told as (
    select
        indicator_id, cast(max(period + to_months(period_months)) as date) as until_day, count(denominator) as with_parts,
        min(period_months) as shortest, max_by(period_months, period) as newest_months,
        case when count(distinct unit_id) = 1 then min(unit_id) end as only_unit
    from realisation
    group by indicator_id
),
weighted as (select count(*) > 0 as is_used from indicator where weight > 0),
entry as (
    select
        i.*, n.plain, n.has_measure, n.has_definition, today.year, today.as_of, t.until_day, t.with_parts, t.newest_months, t.only_unit,
        a.* exclude (indicator_id), weighted.is_used as weights_are_used,
        attainment_rule_of(i.attainment_rule, i.polarity) as rule, is_percentage(i.unit_of_measure) as is_share,
        case i.frequency when 'monthly' then 1 when 'quarterly' then 3 when 'half_yearly' then 6 when 'yearly' then 12 end as due_months
    from indicator i
    join mart.indicator_name n using (indicator_id)
    cross join today
    cross join weighted
    left join aimed a using (indicator_id)
    left join told t using (indicator_id)
),
registered as (
    select
        e.*, polarity.name as polarity_name, frequency.name as frequency_name,
        if(e.rule = 'scale', e.unknown_words, e.words) as target_words,
        case
            when e.aggregation = 'sum' then coalesce(e.whole_year, e.summed) when e.polarity = 'lower' then e.lowest else e.highest
        end as goal
    from entry e
    left join reference.indicator_terms polarity on polarity.attribute = 'polarity' and polarity.value = e.polarity
    left join reference.indicator_terms frequency on frequency.attribute = 'frequency' and frequency.value = e.frequency
    where e.is_registered
),
twin as (
    select indicator_id, other_id, kind, code from mart.indicator_twin
    union all
    select other_id, indicator_id, kind, code from mart.indicator_twin
),
doubled as (
    select
        indicator_id,
        arg_min(t.code, c.position) as code,
        array_to_string(list(other_id order by other_id)[:3], ', ') || if(count(*) > 3, ' +' || (count(*) - 3), '') as found,
        min(other_id) as other_id
    from twin t
    join reference.indicator_checks c using (code)
    group by indicator_id, kind
),
worded as (
    select
        r.indicator_id, v.code, trim(regexp_extract(r.plain, v.pattern)) as found, v.why, v.why_en, v.mend, v.mend_en
    from registered r
    join reference.vague_words v on regexp_matches(r.plain, v.pattern)
    where not coalesce(v.clear_with = 'measure' and r.has_measure, false)
        and not coalesce(v.clear_with = 'definition' and r.has_definition, false)
        and not coalesce(regexp_matches(r.plain, v.clear_pattern), false)
),
meant as ( -- the registered indicator whose name is nearest to one that only reports know
    select e.indicator_id, arg_max(r.indicator_id, (jaro_winkler_similarity(e.plain, r.plain), r.indicator_id)) as other_id
    from entry e
    join registered r on jaro_winkler_similarity(e.plain, r.plain) >= threshold('register_name_similarity')
    where not e.is_registered
    group by e.indicator_id
),
checked as (
    select
        indicator_id,
        unnest([
            fault_where(definition is null, 'definition_missing', null),
            fault_where(definition is not null and not has_definition, 'definition_repeats', definition),
            fault_where(unit_of_measure is null, 'unit_missing', null),
            fault_where(
                unit_of_measure is not null and (
                    (plain like 'persentase %' and not is_share)
                    or (regexp_matches(plain, '^(jumlah|banyaknya|luas|panjang)\b') and is_share)
                ),
                'unit_contradicts', unit_of_measure
            ),
            fault_where(formula is null, 'formula_missing', null),
            fault_where((aggregation = 'ratio' or is_share) and not names_a_division(formula), 'formula_not_ratio', formula),
            fault_where(aggregation = 'ratio' and until_day is not null and with_parts = 0, 'parts_missing', null),
            fault_where(polarity is null and rule is distinct from 'scale', 'polarity_missing', null),
            fault_where(polarity is not null and rule is null, 'rule_missing', polarity_name),
            fault_where(rule = 'scale' and scale is null, 'scale_missing', null),
            fault_where(frequency is null, 'frequency_missing', null),
            fault_where(newest_months > due_months, 'frequency_slower', frequency_name),
            fault_where(baseline is null and rule is distinct from 'scale', 'baseline_missing', null),
            fault_where(
                (polarity = 'higher' and baseline >= goal and not (is_share and goal >= 100))
                or (polarity = 'lower' and baseline <= goal and goal > 0),
                'baseline_reached', year
            ),
            fault_where(targets is null, 'target_missing', year),
            fault_where(target_words is not null, 'target_not_numeric', target_words),
            fault_where(polarity = 'range' and target_words is null and one_bound is not null, 'target_bounds', one_bound),
            fault_where(data_source is null, 'source_missing', null),
            fault_where(owner_unit_id is null, 'owner_missing', null),
            fault_where(coalesce(weight, 0) = 0 and weights_are_used, 'weight_missing', null),
            fault_where(
                until_day is null or until_day <= register_silent_before(as_of),
                'not_reported', coalesce(strftime(until_day - 1, '%m/%Y'), '–')
            )
        ]) as fault
    from registered
),
spotted as (
    select e.indicator_id, 'unregistered' as code, coalesce(e.name, e.indicator_id) as found, m.other_id
    from entry e left join meant m using (indicator_id)
    where not e.is_registered
    union all select indicator_id, code, found, other_id from doubled
    union all select indicator_id, fault.code, fault.found, null from checked where fault is not null
),
said as (
    select indicator_id, code, found, other_id, null as why, null as why_en, null as mend, null as mend_en from spotted
    union all
    select indicator_id, code, found, null, why, why_en, mend, mend_en from worded
)
select
    s.indicator_id,
    coalesce(e.name, s.indicator_id) as indicator_name,
    coalesce(e.owner_unit_id, e.only_unit) as owner_unit_id,
    c.position,
    s.code,
    c.name as code_name,
    c.name_en as code_name_en,
    c.field,
    c.state,
    c.severity,
    s.found,
    replace(c.problem, '{found}', coalesce(s.found, '–')) as problem,
    replace(c.problem_en, '{found}', coalesce(term.name_en, s.found, '–')) as problem_en,
    coalesce(s.why, c.why) as why,
    coalesce(s.why_en, c.why_en) as why_en,
    coalesce(s.mend, c.mend) as mend,
    coalesce(s.mend_en, c.mend_en) as mend_en,
    s.other_id,
    o.name as other_name,
    e.file_id,
    f.name as file,
    e.sheet,
    e.row
from said s
join entry e using (indicator_id)
join reference.indicator_checks c using (code)
left join reference.indicator_terms term
    on term.attribute = case s.code when 'rule_missing' then 'polarity' when 'frequency_slower' then 'frequency' end and term.name = s.found
left join indicator o on o.indicator_id = s.other_id
left join load.file f on f.file_id = e.file_id
