"""How many files, sockets and threads the server holds open after many sessions have come and gone, and what memory.

    uv run python benchmarks/handles.py --data-dir DIR [--sessions 1000]

Starts the dashboard on a loaded folder. Each session opens a socket, looks at a page, fetches a file, and leaves; pages take turns.
Prints a line for each tenth: open handles, those that are sockets, threads, memory in MB. All should be flat from the second line on.
"""

import argparse
import asyncio
import os
import sys
import urllib.request
from pathlib import Path

from websockets.asyncio.client import connect

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks.reruns import memory_mb, rerun  # noqa: E402  the project's folder must be on the path first
from benchmarks.serving import served  # noqa: E402

LINES = 10
PAGES = ("ringkasan", "kunjungan", "capaian", "pegawai", "jelajah", "sql", "rapat", "keputusan")
FILE = "bagian/kunjungan/bulanan.csv"


def held(pid: int) -> tuple[int, int, int]:
    """Return how many handles a process holds, how many of them are sockets, and its threads."""
    open_now = []
    for each in os.listdir(f"/proc/{pid}/fd"):
        try:
            open_now.append(os.readlink(f"/proc/{pid}/fd/{each}"))
        except FileNotFoundError:
            continue
    return len(open_now), sum(name.startswith("socket:") for name in open_now), len(os.listdir(f"/proc/{pid}/task"))


async def session(place: str, page: str) -> None:
    """Come, look at a page, take a file along, go."""
    url = f"ws://{place}/_stcore/stream"
    async with connect(url, max_size=None, subprotocols=["streamlit"]) as link:  # ty: ignore[invalid-argument-type]
        await rerun(link, page, "")
    await asyncio.to_thread(lambda: urllib.request.urlopen(f"http://{place}/{FILE}", timeout=60).read())


async def measure(place: str, pid: int, sessions: int) -> None:
    """Print a line for each tenth of the sessions."""
    print("sessions   handles   sockets   threads   memory MB")
    for line in range(LINES):
        for step in range(sessions // LINES):
            await session(place, PAGES[step % len(PAGES)])
        handles, sockets, threads = held(pid)
        done = (line + 1) * (sessions // LINES)
        print(f"{done:8}   {handles:7}   {sockets:7}   {threads:7}   {memory_mb(pid):9}", flush=True)


def main() -> None:
    """Start the server, measure, end it."""
    parser = argparse.ArgumentParser(description="Open handles after many sessions.")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--sessions", type=int, default=1000)
    asked = parser.parse_args()
    with served(asked.data_dir) as (place, pid):
        asyncio.run(measure(place, pid, asked.sessions))


if __name__ == "__main__":
    main()
