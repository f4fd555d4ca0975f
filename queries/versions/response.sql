-- title: What each file says of satisfaction
-- meaning: How many respondents each file has of a unit, period and service, and a print of their answers
-- grain: one row a file, unit, period and service (null: that the file speaks of the period)
with stated as (
    select
        report.file_id, unit_name.unit_id, report.period, report.period_months,
        case when report.service is null then 'total' else coalesce(service_name.service_id, 'total') end as part,
        cast(sum(report.respondents) as double) as figure,
        cast(bit_xor(hash(report.respondents, u1, u2, u3, u4, u5, u6, u7, u8, u9, reported_index)) as varchar) as word
    from lake.response as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    left join lake.service_name on service_name.raw = report.service
    group by all
)
select * from stated
union all
select distinct file_id, unit_id, period, period_months, null, null, null from stated
