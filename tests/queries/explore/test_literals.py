"""Values stand in the SQL of a slice as literals, which say what they were whatever stands in them."""

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from queries.explore.slices import literal


@given(words=st.text(max_size=60))
def test_a_literal_says_what_it_was_whatever_stands_in_it(words: str) -> None:
    words = words.encode("utf-8", "ignore").decode()
    (found,) = duckdb.execute(f"select {literal(words)}").fetchall()
    assert found[0] == words.replace("\0", "")


@given(figure=st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_through_its_literal(figure: float) -> None:
    (found,) = duckdb.execute(f"select cast({literal(figure)} as double)").fetchall()
    assert found[0] == figure
