-- title: Watched values with what is declared of them
-- meaning: Each value of a watched series with what is declared of its measure, its known season and the rebase that it stands under; and beside its own median, of the parts that were reported alone (ratio)
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
        s.*, m.polarity, m.weight, m.headline_change_pct, m.is_peer_adjusted as is_seasonal,
        m.is_peer_adjusted and not s.is_sum as is_adjusted,
        season.name as season, season.name_en as season_en,
        count(rebase.from_period) as segment, max_by(rebase.reason, rebase.from_period) as rebase_reason,
        max_by(rebase.reason_en, rebase.from_period) as rebase_reason_en
    from mart.signal_series s
    join reference.signal_measures m on m.measure = s.measure and m.item_kind = if(s.item_id = 'all', 'all', 'item')
    left join reference.known_seasons season on season.measure = s.measure and cast(season.period as date) = s.period
    left join rebases rebase
        on coalesce(rebase.measure = s.measure, true) and rebase.from_period <= s.period
            and coalesce(rebase.unit_id = s.unit_id, true) and coalesce(rebase.item_id = s.item_id, true)
    group by all
)
select
    *,
    case when is_seasonal then
            value / coverage
            / nullif(median(value / coverage) over (partition by measure, unit_id, item_id), 0)
    end as ratio
from series
