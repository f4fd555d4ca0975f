"""How many reruns a second the server gives to readers who turn pages at once, and what memory it holds after many.

    uv run python benchmarks/reruns.py --data-dir DIR [--readers 4] [--reruns 10000] [--page kunjungan]

Starts the dashboard on a loaded folder and speaks with it as browsers do, one socket a reader: each asks for the page with another
unit, waits until it stands, and asks again. Prints a line for each tenth: reruns a second, their median milliseconds, memory in MB.
Memory should be flat from the second line on. Run with nothing else on the machine.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from pathlib import Path

import duckdb
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.asyncio.client import ClientConnection, connect

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks.serving import served  # noqa: E402  the project's folder must be on the path first
from queries.builds import current  # noqa: E402

LINES = 10


def memory_mb(pid: int) -> int:
    """Return the memory that a process holds, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


async def rerun(link: ClientConnection, page: str, unit: str) -> float:
    """Ask for a page of a unit, wait until it stands, and return the milliseconds."""
    message = BackMsg()
    message.rerun_script.query_string = f"unit={unit}"
    message.rerun_script.page_script_hash = calc_hash(page)
    began = time.perf_counter()
    await link.send(message.SerializeToString())
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(bytes(await link.recv(decode=False)))
        if answer.WhichOneof("type") == "script_finished":
            return (time.perf_counter() - began) * 1000


async def measure(place: str, pid: int, page: str, units: list[str], readers: int, reruns: int) -> None:
    """Print a line for each tenth of the reruns."""
    url = f"ws://{place}/_stcore/stream"
    links = [await connect(url, max_size=None, subprotocols=["streamlit"]) for _ in range(readers)]  # ty: ignore[invalid-argument-type]
    print("reruns   a second   median ms   memory MB")
    for line in range(LINES):
        times: list[float] = []

        async def turn(reader: int, link: ClientConnection, kept: list[float] = times, line: int = line) -> None:
            for step in range(reruns // LINES // readers):
                kept.append(await rerun(link, page, units[(reader * 7 + line * 3 + step) % len(units)]))

        began = time.perf_counter()
        await asyncio.gather(*(turn(reader, link) for reader, link in enumerate(links)))
        rate = len(times) / (time.perf_counter() - began)
        print(
            f"{(line + 1) * len(times):6}   {rate:8.1f}   {statistics.median(times):9.0f}   {memory_mb(pid):9}",
            flush=True,
        )
    for link in links:
        await link.close()


def main() -> None:
    """Start the server, measure, end it."""
    parser = argparse.ArgumentParser(description="Reruns a second, and memory.")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--reruns", type=int, default=10_000)
    parser.add_argument("--page", default="kunjungan")
    asked = parser.parse_args()
    build = current(asked.data_dir)
    if build is None:
        raise SystemExit(f"nothing is published in {asked.data_dir}")
    with duckdb.connect(build, read_only=True) as opened:
        units = [
            row[0] for row in opened.sql("select unit_id from unit where kind = 'health_centre' order by 1").fetchall()
        ]
    with served(asked.data_dir) as (place, pid):
        asyncio.run(measure(place, pid, asked.page, units, asked.readers, asked.reruns))


if __name__ == "__main__":
    main()
