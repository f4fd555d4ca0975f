"""What the tests of the command line share."""

import tarfile
from pathlib import Path

import pytest

from tests.rapor.keeping import OLD


@pytest.fixture
def version() -> str:
    """Return the version that left the folder `old`; a test that holds for more of them is parametrised by it."""
    return "0.1"


@pytest.fixture
def old(tmp_path: Path, version: str) -> Path:
    """Return a data folder as an older version left it."""
    folder = tmp_path / "lama"
    with tarfile.open(OLD[version].archive) as tar:
        tar.extractall(folder, filter="data")
    return folder
