"""How long a brief with an appendix of nine blocks takes: composing, freezing, and each of its four files.

    uv run python benchmarks/meeting.py [--data-dir DIR]

Without a folder, the sample district is made in a temporary one. Each file is made twice: in a fresh process the first
time includes loading its libraries.
"""

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from streamlit import logger

from etl import load
from rapor import sample

AIM_SECONDS = 3  # of the four files, the second time
PAGES = [
    {"page": "ringkasan"},
    {"page": "capaian"},
    {"page": "kunjungan"},
    {"page": "kepuasan"},
    {"page": "mutu-data"},
]


def main() -> None:
    """Measure, and print one line a step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path)
    given = parser.parse_args().data_dir
    logger.set_log_level("ERROR")
    with tempfile.TemporaryDirectory() as temporary:
        folder = given or Path(temporary)
        if given is None:
            load.load(folder, sample.prepare(folder))
        os.environ["RAPOR_DATA"] = str(folder)
        _measure(Path(temporary) / "snapshots")


def _measure(folder: Path) -> None:
    from dashboard.meetings import agenda, media  # noqa: PLC0415  after the data folder is named
    from dashboard.meetings import store as meeting_store  # noqa: PLC0415

    began = time.perf_counter()
    asked = agenda.of({"title": "Rapat", "page": PAGES})
    made = agenda.compose(asked, datetime.now(UTC).replace(tzinfo=None))
    blocks = len(made.brief.appendix) if made.brief else 0
    print(f"compose {blocks} blocks   {time.perf_counter() - began:6.2f} s")
    began = time.perf_counter()
    meeting_store.write(folder, made)
    print(f"freeze              {time.perf_counter() - began:6.2f} s")
    for turn in ("first", "again"):
        total = 0.0
        for medium in media.MEDIA:
            began = time.perf_counter()
            data = media.export(made, medium)
            taken = time.perf_counter() - began
            total += taken
            print(f"{medium:5} {turn}         {taken:6.2f} s  {len(data) / 1024:7.0f} KB")
        print(f"four files {turn}    {total:6.2f} s  (aim {AIM_SECONDS} s)")


if __name__ == "__main__":
    main()
