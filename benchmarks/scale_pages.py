"""What each page costs a server of a large district: made anew, and from warm caches.

    [RAPOR_VIEWER=bappeda] uv run python benchmarks/scale_pages.py [--units 1000] [--data-dir DIR] [--of SAMPLE] [--runs 20]
        [--months 6] [--without-people] [--pages pesan kunjungan]

Without a folder, the sample district's health centres are copied to so many (benchmarks/large.py) and loaded. Then the dashboard is
started and each page of dashboard/registry.py is asked for over HTTP: the first answer after the start (seconds; a page that is not
made yet is answered with words to wait by), then until it comes whole, then again and again. Prints for each page the seconds of the
first answer, the CPU seconds of making it (of compose and drawing together, alone in this process), and from warm caches the median and
the 95th percentile of milliseconds of server CPU, and kB as they are unpacked. Aims: under 0.6 s, and at most 50 ms of CPU.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks import large  # noqa: E402  the project's folder must be on the path first
from benchmarks.serving import served  # noqa: E402
from etl.kinds import KINDS  # noqa: E402
from queries.builds import current  # noqa: E402

PEOPLE = ("employee", "evaluation", "performance")
AIM_MS, AIM_SECONDS, PATIENCE_SECONDS = 50, 0.6, 240
TICKS = os.sysconf("SC_CLK_TCK")


def used(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def asked(url: str) -> tuple[float, bytes | None]:
    """Return the seconds until a page has come, and the page; None of one that the viewer may not open."""
    began = time.perf_counter()
    try:
        found = urllib.request.urlopen(url, timeout=PATIENCE_SECONDS).read()  # noqa: S310  an address on this machine
    except urllib.error.HTTPError:
        found = None
    return time.perf_counter() - began, found


def quiet(pid: int) -> None:
    """Wait until the server rests: what it makes ahead is no part of what a page costs."""
    before = used(pid)
    for _ in range(PATIENCE_SECONDS):
        time.sleep(1)
        now = used(pid)
        if now - before < 0.05:
            return
        before = now


def measure(place: str, pid: int, addresses: list[str], runs: int) -> None:
    """Print a line a page."""
    first: dict[str, float] = {}
    for address in addresses:
        first[address] = asked(f"http://{place}/{address}")[0]
        quiet(pid)  # the next is not to wait for what this one goes on making
    print(
        f"{'page':<22}{'first s':>9}{'made CPU s':>12}{'warm ms':>9}{'p95 ms':>8}{'kB':>9}  aim < {AIM_SECONDS} s, {AIM_MS} ms"
    )
    for address in addresses:
        if asked(f"http://{place}/{address}")[1] is None:
            print(f"{address:<22}closed to this viewer")
            continue
        quiet(pid)
        began = used(pid)
        asked(f"http://{place}/{address}?bahasa=en")  # made for nobody yet
        quiet(pid)
        making = used(pid) - began
        spent, page = [], b""
        for _ in range(runs):
            before = used(pid)
            page = asked(f"http://{place}/{address}")[1] or b""
            spent.append((used(pid) - before) * 1000)
        middle, high = statistics.median(spent), statistics.quantiles(spent, n=20)[-1]
        word = "ok" if high <= AIM_MS and first[address] < AIM_SECONDS else "over"
        print(
            f"{address:<22}{first[address]:>9.2f}{making:>12.2f}{middle:>9.0f}{high:>8.0f}{len(page) / 1000:>9.0f}  {word}",
            flush=True,
        )


def main() -> None:
    """Make the district, start the server, measure, end it."""
    parser = argparse.ArgumentParser(description="What each page costs at scale.")
    parser.add_argument("--units", type=int, default=1000)
    parser.add_argument("--months", type=int, default=0, help="of the sample's last months (0: all)")
    parser.add_argument("--without-people", action="store_true", help="no employees, whose ranks take the longest")
    parser.add_argument("--pages", nargs="+", help="these alone, by their addresses")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--of", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    given = parser.parse_args()
    os.environ.setdefault("RAPOR_VIEWER", "bappeda")
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.data_dir or Path(temporary)
        if current(folder) is None:
            kinds = [kind for kind in KINDS if not (given.without_people and kind.startswith(PEOPLE))]
            large.publish(large.district(folder, given.units, of=given.of, kinds=kinds, months=given.months))
        build = current(folder)
        if build is None:
            raise SystemExit(f"nothing is published in {folder}")
        with duckdb.connect(build, read_only=True) as opened:
            units, visits, facts = opened.sql(
                "select count(distinct unit_id), sum(patients)::bigint, count(*) from mart.visit_open"
            ).fetchall()[0]
        print(
            f"{units:,} units with visits, {visits:,} patients' visits in {facts:,} facts, build of {build.stat().st_size / 1e6:,.0f} MB"
        )
        from dashboard import registry  # noqa: PLC0415  reads the folder that is served

        addresses = [page.address for page in registry.PAGES] + [page.address for page in registry.SMALL]
        addresses = given.pages or addresses
        with served(folder) as (place, pid):
            measure(place, pid, addresses, given.runs)


if __name__ == "__main__":
    main()
