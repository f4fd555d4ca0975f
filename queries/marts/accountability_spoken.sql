-- title: Yang dibandingkan antarorang
-- meaning: Each evaluation that ranks rest on, and each that was due and skipped: the signal as reported, the part of it that the group has in common, and what that could be at least and at most
-- grain: one row an employee and period
select * from accountability_spoken('mart.accountability_signal')
