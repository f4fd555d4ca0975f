-- title: Kategori capaian
-- meaning: The bands of attainment in force in the year of the end of the range, best first; each reaches up to the one before it.
-- grain: one row a band
select b.band, b.letter, b.name, b.name_en, b.lower_pct, b.legal_basis
from reference.attainment_bands b
where b.scheme = attainment_scheme(year($period_to))
    and holds_in(b.valid_from, b.valid_to, year($period_to))
order by b.band
