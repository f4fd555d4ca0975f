-- title: Cara menghitung capaian
-- meaning: The rules of attainment in force in the year of the end of the range, with formula and cap.
-- grain: one row a rule
select r.attainment_rule, r.name, r.name_en, r.formula, r.cap_pct, r.legal_basis
from reference.attainment_rules r
where holds_in(r.valid_from, r.valid_to, year($period_to))
order by r.rowid
