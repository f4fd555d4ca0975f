"""The files of the sample district, ugly as those of real offices, go back with marks and nothing else of them changes."""

import random
from pathlib import Path

import pytest

from etl.reading.files import read
from etl.reading.words import plain
from tests import effort
from tests.etl.returning.test_returned import back, described, fault

LARGEST = 120_000  # bytes of a workbook that openpyxl reads in a moment


@pytest.mark.slow
def test_a_file_of_each_office_goes_back_as_it_came(sample_data: Path) -> None:
    paths = sorted(p for p in (sample_data / "inbox").rglob("*.*") if p.is_file() and p.stat().st_size < LARGEST)
    kinds = {(path.parent, path.suffix): path for path in paths}
    chosen, chance = [*kinds.values()][:: effort.of(3, 1)], random.Random(17)
    edited = 0
    for path in chosen:
        content = path.read_bytes()
        before = read(content)
        rows = [(sheet, row) for sheet in before.sheets for row in sheet.cells.rows() if any(row[1:])]
        wrong = [
            fault(sheet.name, row[0], "", plain(chance.choice([cell for cell in row[1:] if cell])))
            for sheet, row in chance.sample(rows, min(5, len(rows)))
        ]
        given, is_own = back(content, *wrong, name=path.name)
        after = read(given)
        assert [s.cells.rows() for s in after.sheets] == [s.cells.rows() for s in before.sheets], path.name
        assert [s.hidden_rows for s in after.sheets] == [s.hidden_rows for s in before.sheets], path.name
        assert is_own == (path.suffix == ".xlsx"), path.name
        if is_own:
            assert described(given) == described(content), path.name
            edited += 1
    assert 0 < edited < len(chosen)
