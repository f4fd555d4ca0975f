-- Whether two people can be told apart at 95 %. Rounded, so that equal signals stay equal.
create or replace macro are_told_apart(one, one_error, other, other_error) as
    round(abs(one - other) - 1.959964 * sqrt(one_error * one_error + other_error * other_error), 6) > 0;
