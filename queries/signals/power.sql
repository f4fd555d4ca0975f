-- title: Yang dapat dilihat sinyal
-- meaning: In how many simulated districts the page of visits names a fall of one unit within so many months, or anything although nothing happened (fallen 0), with the 95 % interval; benchmarks/signal_power.py writes reference.signal_power
-- grain: one row a number of units, number of fallen ones, size of the fall and months after it
select units, fallen, fall_pct, months, shown, shown_lower, shown_upper, districts
from reference.signal_power
order by fallen desc, fall_pct, months, units desc
