-- title: Waktu kabupaten
-- meaning: How many hours the district's time is ahead of UTC
-- grain: one row
select threshold('utc_offset_hours') as hours_ahead
