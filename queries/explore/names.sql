-- title: Names in English
-- meaning: What the categories of the tables for analysis are called in English, where the reference tables say so
-- grain: one row a name
with said as (
    select name, name_en from reference.services
    union all select cluster_name, cluster_name_en from reference.services
    union all select name, name_en from reference.payers
    union all select name, name_en from reference.job_groups
    union all select name, name_en from reference.ratings
    union all select name, name_en from reference.report_kinds
    union all select name, name_en from reference.attainment_bands
    union all select predicate, predicate_en from reference.predicate_matrix
    union all
    select * from (
        values
        ('Digabung (jumlah kecil)', 'Merged (small counts)'), ('Jabatan dengan sedikit orang', 'Posts held by few'),
        ('Tanpa capaian', 'No attainment'), ('Tanpa predikat', 'No predicate'),
        ('Makin tinggi makin baik', 'Higher is better'), ('Makin rendah makin baik', 'Lower is better'),
        ('Dalam rentang', 'Within a range'), ('Dijumlahkan', 'Added up'), ('Periode terakhir', 'Last period'), ('Rasio', 'Ratio'),
        ('Tepat waktu', 'On time'), ('Terlambat', 'Late'), ('Belum melapor', 'Missing'), ('Dikoreksi', 'Corrected'),
        ('Diterima, tanggal tidak tercatat', 'Received, date not recorded')
    ) as words (name, name_en)
)
select name, min(name_en) as name_en
from said
where name is not null and name_en is not null
group by name
order by name
