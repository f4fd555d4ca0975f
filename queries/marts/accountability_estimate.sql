-- title: Perkiraan sinyal tiap orang
-- meaning: Mean signal up to a period with its standard error, mean and spread of the job group, and the signal shrunken toward it
-- grain: one row an employee with an evaluation in the window, and last period of the window
select * from accountability_estimates('mart.accountability_signal', null)
