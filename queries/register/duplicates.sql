-- title: Indikator yang tampak ganda
-- meaning: Two registered indicators with the same or nearly the same name, side by side
-- grain: one row a pair of indicators
select
    t.code, c.name as code_name, c.name_en as code_name_en, c.severity,
    a.indicator_id, a.name as indicator_name, a.unit_of_measure, pa.name as polarity_name, pa.name_en as polarity_name_en,
    ua.short_name as owner_short_name, fa.name as file, a.sheet, a.row,
    b.indicator_id as other_id, b.name as other_name, b.unit_of_measure as other_unit_of_measure, pb.name as other_polarity_name,
    pb.name_en as other_polarity_name_en, ub.short_name as other_owner_short_name, fb.name as other_file, b.sheet as other_sheet,
    b.row as other_row
from mart.indicator_twin t
join reference.indicator_checks c using (code)
join indicator a on a.indicator_id = t.indicator_id
join indicator b on b.indicator_id = t.other_id
left join unit ua on ua.unit_id = a.owner_unit_id
left join unit ub on ub.unit_id = b.owner_unit_id
left join load.file fa on fa.file_id = a.file_id
left join load.file fb on fb.file_id = b.file_id
left join reference.indicator_terms pa on pa.attribute = 'polarity' and pa.value = a.polarity
left join reference.indicator_terms pb on pb.attribute = 'polarity' and pb.value = b.polarity
where (in_scope(a.owner_unit_id, $agency, $unit, $units) or in_scope(b.owner_unit_id, $agency, $unit, $units))
    and ($units is null or (list_contains($units, a.owner_unit_id) and list_contains($units, b.owner_unit_id)))
order by c.position, t.indicator_id, t.other_id
