-- The newest judged point of each series up to a month, not older than the district's patience, each with what all of them
-- together make of it: the share of a headline's false alarms that a series may have is that of its weight.
create or replace macro latest_signals(period_to, an_agency, a_unit, the_units, a_measure, a_service, an_indicator) as table
    with chosen as (
        select p.*, p.period + to_months(p.period_months) as ends_on
        from mart.signal_point p
        where p.value is not null and p.period + to_months(p.period_months - 1) <= period_to
            and (a_measure is null or p.measure = a_measure)
            and (a_service is null or p.measure <> 'visits' or p.item_id = a_service)
            and (an_indicator is null or p.measure <> 'attainment' or p.item_id = an_indicator)
            and in_scope(p.unit_id, an_agency, a_unit, the_units)
            and not exists (
                from unit u where u.unit_id = p.unit_id and not is_there(u.valid_from, u.valid_until, period_to, 1)
            )
            -- of sums the district's, or that of what was chosen: the same units are not watched twice
            and (not p.is_sum or p.unit_id = coalesce(a_unit, an_agency, (select unit_id from unit where kind = 'district' limit 1)))
    ),
    newest as (
        select * exclude (ends_on)
        from chosen
        qualify ends_on = max(ends_on) over (partition by measure, unit_id, item_id)
            and ends_on + to_months(period_months * threshold('signal_patience_periods')::integer)
                >= max(ends_on) over (partition by measure)
    ),
    judged as (
        select
            *,
            coalesce(leaning is not null or rule is not null, false)
            and is_headline_signal(
                change_pct, headline_change_pct, p_value, weight, sum(weight order by measure, unit_id, item_id) over ()
            ) as is_headline,
            -ln(p_value) * weight as strength,
            count(*) over () as charts, sum(alarm_rate order by measure, unit_id, item_id) over () as expected_alarms
        from newest
        where signal <> 'none'
    )
    -- The designed chance decides, not whether a rule holds too: a headline without one says how long the value stands on its side.
    select * replace (
        if(is_headline and rule is null, 'run', rule) as rule,
        if(is_headline and rule is null, leaning, direction) as direction,
        if(is_headline and rule is null, if((leaning = 'up') = (polarity = 'higher'), 'good', 'bad'), signal) as signal
    )
    from judged;
