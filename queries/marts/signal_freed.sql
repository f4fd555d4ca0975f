-- title: Watched values, freed of what all share
-- meaning: Each value of a watched series divided by the movement that all units share in that period (season, holidays), with what is declared of its measure, its known season and the rebase that it stands under
-- grain: one row a measure, unit, item and period
with rebases as ( -- those that are declared, and the changes across which a unit's figures are not comparable
    select
        measure, unit_id, item_id, cast(from_period as date) as from_period, reason, reason_en
    from reference.signal_rebases
    union all
    select
        null, unit_id, null, since, 'Unit ini berubah: digabung, dipecah, atau berganti nama.',
        'This unit changed: it was merged, split or renamed.'
    from mart.unit_line
    where part_id = unit_id and since is not null
),
series as (
    select
        s.*, m.polarity, m.weight, m.headline_change_pct, m.is_peer_adjusted and not s.is_sum as is_adjusted,
        if(s.is_sum, season.name, null) as season, if(s.is_sum, season.name_en, null) as season_en,
        count(rebase.from_period) as segment, max_by(rebase.reason, rebase.from_period) as rebase_reason,
        max_by(rebase.reason_en, rebase.from_period) as rebase_reason_en
    from mart.signal_series s
    join reference.signal_measures m on m.measure = s.measure and m.item_kind = if(s.item_id = 'all', 'all', 'item')
    left join reference.known_seasons season on season.measure = s.measure and cast(season.period as date) = s.period
    left join rebases rebase
        on coalesce(rebase.measure = s.measure, true) and rebase.from_period <= s.period
            and coalesce(rebase.unit_id = s.unit_id, true) and coalesce(rebase.item_id = s.item_id, true)
    group by all
),
-- What all units do in the same month (season, holidays) is no news about one of them: the median of their levels.
shared as (
    select measure, item_id, period, median(value / level) as factor
    from (
        select *, median(value) over (partition by measure, unit_id, item_id) as level from series where is_adjusted
    )
    where level > 0
    group by measure, item_id, period
    having count(value) >= threshold('signal_season_units')
)
select
    s.*, coalesce(own.factor, everything.factor, 1) as factor,
    s.value / coalesce(own.factor, everything.factor, 1) as freed_value
from series s
left join shared own
    on s.is_adjusted and own.measure = s.measure and own.item_id = s.item_id and own.period = s.period and own.factor > 0
left join shared everything
    on s.is_adjusted and everything.measure = s.measure and everything.item_id = 'all'
        and everything.period = s.period and everything.factor > 0
