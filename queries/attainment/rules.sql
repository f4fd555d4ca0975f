-- title: Cara menghitung capaian
-- meaning: The rules of attainment in force in the year of the end of the range, with formula and cap.
-- grain: one row a rule
select r.attainment_rule, r.name, r.name_en, r.formula, r.cap_pct, r.legal_basis
from reference.attainment_rules r
where year($period_to) between coalesce(try_cast(r.valid_from as integer), 0) and coalesce(try_cast(r.valid_to as integer), 9999)
order by r.rowid
