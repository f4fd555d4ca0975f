-- title: Watched values with what is declared of them
-- meaning: Each value of a watched series with what is declared of its measure, its known season and the rebase that it stands under; and beside its own median, of the parts that were reported alone (ratio)
-- grain: one row a measure, unit, item and period
with series as (
    select
        s.*, m.polarity, m.weight, m.headline_change_pct, m.is_peer_adjusted as is_seasonal,
        m.is_peer_adjusted and not s.is_sum as is_adjusted,
        season.name as season, season.name_en as season_en,
        count(rebase.from_period) as segment, max_by(rebase.reason, cast(rebase.from_period as date)) as rebase_reason,
        max_by(rebase.reason_en, cast(rebase.from_period as date)) as rebase_reason_en
    from mart.signal_series s
    join reference.signal_measures m on m.measure = s.measure and m.item_kind = if(s.item_id = 'all', 'all', 'item')
    left join reference.known_seasons season on season.measure = s.measure and cast(season.period as date) = s.period
    left join reference.signal_rebases rebase
        on rebase.measure = s.measure and cast(rebase.from_period as date) <= s.period
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
