"""What the tests of the command line share."""

import tarfile
from pathlib import Path

import pytest

from tests.rapor.keeping import OLD


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a data folder as version 0.1 left it."""
    folder = tmp_path / "lama"
    with tarfile.open(OLD) as tar:
        tar.extractall(folder, filter="data")
    return folder
