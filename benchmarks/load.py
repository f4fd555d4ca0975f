"""How long a load takes: the sample district from nothing, and the same files again.

    uv run python benchmarks/load.py

Prints seconds, files and rows a second for each. Run with nothing else on the machine.
"""

import tempfile
import time
from pathlib import Path

from etl import load
from rapor import sample


def _timed(name: str, folder: Path, paths: list[Path]) -> None:
    began = time.perf_counter()
    report = load.load(folder, paths)
    seconds = time.perf_counter() - began
    fresh = [file for file in report.files if file.status != "unchanged"]
    rows = sum(file.rows_accepted or 0 for file in fresh)
    print(f"{name:<22}{seconds:>8.2f} s{len(fresh):>7} files{rows:>10,} rows{rows / seconds:>12,.0f} rows/s")


def main() -> None:
    """Print one line a load."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        began = time.perf_counter()
        paths = sample.prepare(folder)
        print(f"{'writing the exports':<22}{time.perf_counter() - began:>8.2f} s{len(paths):>7} files")
        _timed("from nothing", folder, paths)
        _timed("the same again", folder, paths)


if __name__ == "__main__":
    main()
