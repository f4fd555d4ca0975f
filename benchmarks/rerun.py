"""How long a rerun of each page takes from warm caches: milliseconds of Python, the median of 20.

    uv run python benchmarks/rerun.py [--data-dir DIR] [--runs 20]

Without a folder, the sample district is made in a temporary one. Each run is a whole script run by Streamlit's own
runner, in this process, without a browser: filters, fetches from warm caches, charts, and the page as messages.
"""

import argparse
import logging
import os
import statistics
import tempfile
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from etl import load
from rapor import sample

PROJECT = Path(__file__).resolve().parents[1]
PAGES = PROJECT / "pages"
AIM_MS = 50


class Faults(logging.Handler):
    """Keeps what the app wrote to its log where a page failed: the app shows the reader a calm notice instead."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.said.append(record.getMessage())


def measure(page: Path, runs: int, faults: Faults) -> tuple[float, float, float]:
    """Return the first run, the median and the slowest of the warm ones, in ms; ends the program where a run failed."""
    test = AppTest.from_file(str(PROJECT / "dashboard" / "app.py"), default_timeout=120).run()
    test.switch_page(f"../pages/{page.name}")
    times = []
    for _ in range(runs + 2):  # the first fills the caches, the second what AppTest itself keeps
        began = time.perf_counter()
        test.run()
        times.append((time.perf_counter() - began) * 1000)
        if test.exception or faults.said:
            raise SystemExit(f"{page.name} failed: {[e.message for e in test.exception] + faults.said}")
    return times[0], statistics.median(times[2:]), max(times[2:])


def main() -> None:
    """Print one line a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    given = parser.parse_args()
    faults = Faults()
    logging.getLogger("rapor").addHandler(faults)
    logging.disable(logging.WARNING)  # Streamlit warns at every run outside its server
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.data_dir or Path(temporary)
        if not given.data_dir:
            load.load(folder, sample.prepare(folder))
        os.environ["RAPOR_DATA"] = str(folder)
        print(f"{'page':<20}{'first ms':>10}{'median ms':>11}{'slowest ms':>12}  aim < {AIM_MS} ms")
        for page in sorted(PAGES.glob("*.py")):
            first, median, slowest = measure(page, given.runs, faults)
            print(
                f"{page.stem:<20}{first:>10.0f}{median:>11.1f}{slowest:>12.1f}  {'ok' if median < AIM_MS else 'over'}"
            )


if __name__ == "__main__":
    main()
