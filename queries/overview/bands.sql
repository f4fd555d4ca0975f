-- title: Pita capaian
-- meaning: The bands of attainment in force in the year of the end of the range.
-- grain: one row a band
select band, lower_pct, name, name_en, letter, legal_basis
from reference.attainment_bands
where scheme = 'permendagri_86_2017'
    and (valid_from is null or valid_from <= year($period_to))
    and (valid_to is null or valid_to >= year($period_to))
order by band
