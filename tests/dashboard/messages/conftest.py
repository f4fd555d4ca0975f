"""The small district of these tests, made once and read only."""

from pathlib import Path

import pytest

from dashboard import record
from tests.dashboard.messages.district import make


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("messages"))


@pytest.fixture(autouse=True)
def _looked_at(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at it as Bappeda, with notes and a record of one's own."""
    monkeypatch.setenv("RAPOR_DATA", str(data))
    monkeypatch.setenv("RAPOR_VIEWER", "bappeda")
    monkeypatch.setenv("RAPOR_NOTES_URL", f"sqlite:///{tmp_path / 'notes.sqlite'}")
    monkeypatch.setattr(record, "place", lambda: tmp_path / "access.jsonl")
