"""Whether a data folder is the copy of another that is loaded elsewhere: it is shown, and nothing is loaded or frozen in it."""

import os
from pathlib import Path

MARK = "replica.json"  # in a data folder that `rapor replica pull` keeps


def is_one(data_dir: Path) -> bool:
    """Whether a data folder is kept by pulling."""
    return os.path.exists(f"{data_dir}/{MARK}")  # asked some fifty times a page
