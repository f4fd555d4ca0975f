"""Lines that are read many at once give what `csv` gives of them row by row: the same cells, numbers of rows and refusals."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.reading import delimited
from etl.reading.files import Unreadable, read
from tests.effort import tries

_LETTERS = st.sampled_from([*"ab1.,; \"\t|'#é\xa0\u200f\x07", "", "  "])
_CELLS = st.lists(_LETTERS, max_size=4).map("".join)
_PLAIN = st.lists(st.sampled_from([*"ab1.- é\xa0"]), max_size=4).map("".join)
_QUOTED = _CELLS.map(lambda text: '"' + text.replace('"', '""') + '"')
_ROWS = st.lists(st.lists(_PLAIN | _QUOTED, max_size=4).map(";".join), min_size=1, max_size=12)
_ODD_ROWS = st.lists(st.lists(_CELLS | _QUOTED, max_size=4).map(";".join), min_size=1, max_size=12)
_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", '"\n'])
_SIZES = {"at once": (1, 1 << 20, 0), "a few at once": (8, 32, 0), "row by row": (1 << 30, 1 << 30, 1 << 30)}


def outcome(content: bytes, size: str, patched: pytest.MonkeyPatch) -> object:
    for name, value in zip(("_CAREFUL", "_QUICK", "_TALL"), _SIZES[size], strict=True):
        patched.setattr(delimited, name, value)
    try:
        cells = read(content).sheets[0].cells
    except Unreadable as refused:
        return refused.code, refused.details
    return cells.columns, cells.rows()


def alike(content: bytes) -> None:
    with pytest.MonkeyPatch.context() as patched:
        expected = outcome(content, "row by row", patched)
        for size in ("at once", "a few at once"):
            assert outcome(content, size, patched) == expected


@tries(60)
@given(st.sampled_from("ab1"), _ROWS, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "cp1252"]))
@example("a", ['x;"y"', ";", "", " ; "], "\r\n", "utf-8")
def test_regular_lines(first: str, rows: list[str], end: str, encoding: str) -> None:
    alike(end.join([f"{first};b;c", *rows, ""]).encode(encoding, errors="replace"))


@tries(60)
@given(st.sampled_from("ab1"), _ODD_ROWS, st.lists(_ENDS, min_size=1, max_size=3))
@example("a", ['1;"2', '3"', "4;5"], ["\n"])
@example("a", ["1;2", "\x00;3", "4"], ["\n"])
def test_odd_lines(first: str, rows: list[str], ends: list[str]) -> None:
    alike("".join(f"{row}{ends[n % len(ends)]}" for n, row in enumerate([f"{first};b;c", *rows])).encode())


def test_columns_of_few_words_are_kept_as_codes_and_others_as_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_TALL", 0)
    lines = [f"Puskesmas Uji;{number};{number % 3}" for number in range(20_000)]  # 3 words in 20,000 rows, and 20,000
    cells = read("\n".join(["unit;nomor;isi", *lines]).encode()).sheets[0].cells
    assert [str(kind) for kind in cells.dtypes] == ["Int32", "Categorical", "String", "Categorical"]
    assert cells.row(-1) == (20_001, "Puskesmas Uji", "19999", "1")  # below the headings
    assert cells.height == 20_001
