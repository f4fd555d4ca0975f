"""What is kept is made once, and no more than was agreed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from dashboard.kept import Kept


def test_the_longest_unused_is_let_go_first() -> None:
    kept: Kept[bytes] = Kept(10)
    for key in "ab":
        kept.of(key, lambda: b"1234")  # 8 bytes
    assert kept.get("a") == b"1234"
    kept.of("c", lambda: b"1234")  # 12: b has to go, a was used since
    assert [kept.get(key) is not None for key in "abc"] == [True, False, True]
    assert kept.held == 8
    kept.of("d", lambda: b"x" * 11)  # larger than all: nothing is left
    assert kept.held == 0
    assert kept.of("d", lambda: b"new") == b"new"


def test_a_text_with_other_letters_counts_two_bytes_each() -> None:
    kept: Kept[str] = Kept(100)
    kept.of("a", lambda: "abc")
    kept.of("b", lambda: "a–c")
    assert kept.held == 3 + 6


def test_who_asks_for_the_same_at_once_waits_for_the_one_that_makes_it() -> None:
    kept: Kept[str] = Kept(100)
    made, together = [], Barrier(4)

    def ask(_n: int) -> str:
        together.wait()
        return kept.of("a", lambda: made.append(1) or "x")

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(4))) == ["x"] * 4
    assert made == [1]


def test_what_fails_is_tried_again() -> None:
    kept: Kept[str] = Kept(100)
    with pytest.raises(ZeroDivisionError):
        kept.of("a", lambda: str(1 // 0))
    assert kept.of("a", lambda: "x") == "x"
