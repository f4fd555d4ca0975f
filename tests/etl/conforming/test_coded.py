"""A long text keeps columns of few words as codes of these words: every report gives the same as where they are texts."""

from dataclasses import asdict
from pathlib import Path

import pytest

from etl import reference
from etl.conforming.report import read_report
from etl.folder import PRODUCT_REFERENCE
from etl.lake import Sighting
from etl.reading import delimited
from etl.reading.texts import written_out
from etl.recognising.source import load_all
from tests import effort

CASES = Path(__file__).parents[1] / "cases"


def test_every_csv_of_the_cases_gives_the_same_as_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = load_all(), reference.registers(PRODUCT_REFERENCE)

    def given(path: Path, careful: int, tall: int, few: float) -> dict[str, object]:
        for name, value in (("_CAREFUL", careful), ("_TALL", tall), ("_FEW_WORDS", few)):
            monkeypatch.setattr(delimited, name, value)
        named = Sighting(path.parent.name, path.name, 1_700_000_000.0)
        outcome = read_report("key", "0" * 64, path.read_bytes(), named, *rules)
        tables = {**outcome.records, "rejects": outcome.rejects, "seen": outcome.observations, "kept": outcome.kept}
        rows = {name: sorted(map(repr, written_out(frame).rows())) for name, frame in tables.items()}
        return {"reading": asdict(outcome.reading), **rows}

    paths = sorted(CASES.rglob("*.csv"))[:: effort.of(12, 1)]
    assert len(paths) > 12
    for path in paths:
        assert given(path, 1, 0, 1e9) == given(path, 1 << 30, 1 << 30, 0), path.name
