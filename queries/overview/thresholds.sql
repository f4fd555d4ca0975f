-- title: Ambang
-- meaning: The numbers that the district sets, such as the change that is more than ordinary, with unit, meaning and legal basis.
-- grain: one row a threshold
select key, value, unit, meaning, legal_basis
from reference.thresholds
order by key
