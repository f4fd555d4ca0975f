-- title: Yang ditolak dan yang ditemukan
-- meaning: Rejected rows and findings in one list with the step that mends them; numbers and names of people in a value are not repeated
-- grain: one row a reject or finding
select
    'reject' as issue,
    reject.code,
    'attention' as severity,
    2 as harm,
    cast(null as varchar) as unit_id,
    cast(null as date) as period,
    reject.file_id,
    reject.file,
    reject.sheet,
    reject.row,
    reject.col,
    case
        when regexp_matches(lower(reject.col), 'nama (pegawai|pasien|lengkap|atasan|penilai)|^nama$|nik|alamat') then null
        else without_numbers_of_people(reject.value)
    end as value,
    without_numbers_of_people(reject.reason) as message,
    without_numbers_of_people(reject.reason_en) as message_en,
    reject.mend,
    reject.mend_en
from load.reject as reject
union all
select
    'finding' as issue,
    finding.code,
    finding.severity,
    coalesce(harm.harm, 2) as harm, -- 0 waits for a person, 1 may make a published figure wrong, 2 leaves one out, 3 neither
    finding.unit_id,
    finding.period,
    finding.file_id,
    finding.file,
    finding.sheet,
    finding.row,
    null as col,
    null as value,
    without_numbers_of_people(finding.message) as message,
    without_numbers_of_people(finding.message_en) as message_en,
    finding.mend,
    finding.mend_en
from load.finding as finding
left join load.harm as harm using (code)
