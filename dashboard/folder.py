"""Where the data of the district lies."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def data_dir() -> Path:
    """Return the data folder: RAPOR_DATA, else data/ beside the project."""
    return Path(os.environ.get("RAPOR_DATA") or PROJECT / "data")
