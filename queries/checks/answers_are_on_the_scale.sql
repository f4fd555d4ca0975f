-- title: Answers on the scale
-- meaning: Every answer and element mean lies between 1 and 4
-- grain: one row an answer outside the scale
select unit_id, month, file_id, row from response
where least(u1, u2, u3, u4, u5, u6, u7, u8, u9) < 1 or greatest(u1, u2, u3, u4, u5, u6, u7, u8, u9) > 4
