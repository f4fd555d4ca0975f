"""What viewers wait who open the dashboard at once: until a page can be read, and until it is live.

    uv run python benchmarks/viewers.py --data-dir DIR [--viewers 20] [--workers 1 2] [--page kunjungan ...] [--changes 0]

Starts the dashboard with so many processes, waits until the pages are made ahead, and has all viewers come in the same second, each as
a browser with cookies of its own: it fetches the page's address (readable: the whole page has come, its drawings inside), opens the
socket, waits until the run has finished, and fetches the drawings of the live page (live). Where more pages are named they take turns.
With --changes each then chooses so many other units one after the other. Prints a line for each number of processes: p50, p95 and most
of each in seconds, errors, memory of all processes before and with the viewers, the seconds of processor that they took and those that
the viewers took here, the load of the machine before.
"""

import argparse
import asyncio
import os
import re
import sys
import time
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import httpx2
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks.serving import memory_of, served, work_of  # noqa: E402  the project's folder must be on the path first

UNITS = ("pkm-mengupeh", "pkm-sungai-bengkal", "pkm-alai-ilir", "pkm-tegal-arum", "pkm-muara-tebo", "pkm-pintas-tuo")
DRAWING = re.compile(
    rb"data-gambar=['\"]([^'\"]+)['\"][^>]*data-ukuran=['\"](\d+)|data-ukuran=['\"](\d+)[^>]*data-gambar=['\"]([^'\"]+)"
)
MOST_SECONDS = 180


@dataclass
class Seen:
    """What the viewers waited, in seconds."""

    readable: list[float] = field(default_factory=list)
    live: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def run(link: ClientConnection, page: str, query: str) -> bytes:
    """Ask for a page and return all that came until it had been drawn."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = page
    await link.send(asked.SerializeToString())
    told = b""
    while True:
        message = ForwardMsg()
        raw = bytes(await link.recv(decode=False))
        message.ParseFromString(raw)
        if message.WhichOneof("type") == "script_finished":
            return told
        told += raw


async def drawings(client: httpx2.AsyncClient, told: bytes) -> None:
    """Fetch the drawings of a page as it stands, the first widths of each."""
    found = dict.fromkeys(
        unescape((a or d).decode()) + f"&lebar={(b or c).decode()}" for a, b, c, d in DRAWING.findall(told)
    )
    for answer in await asyncio.gather(*(client.get(f"/{address}") for address in found)):
        answer.raise_for_status()


async def view(
    place: str, page: str, number: int, changes: int, seen: Seen, come: asyncio.Event, stay: asyncio.Event
) -> None:
    """Be one viewer; stay until all may go."""
    async with httpx2.AsyncClient(base_url=f"http://{place}", timeout=MOST_SECONDS) as client:
        await come.wait()
        began = time.perf_counter()
        try:
            document = await client.get(f"/{page}", headers={"accept-encoding": "gzip"})
            document.raise_for_status()
            is_whole = b"rp-cover" in document.content
            if is_whole:
                seen.readable.append(time.perf_counter() - began)
            cookie = "; ".join(f"{each.name}={each.value}" for each in client.cookies.jar)
            link = await connect(
                f"ws://{place}/_stcore/stream", max_size=None, open_timeout=MOST_SECONDS,
                additional_headers={"cookie": cookie} if cookie else None,
                subprotocols=["streamlit"],  # ty: ignore[invalid-argument-type]
            )  # fmt: skip
            async with asyncio.timeout(MOST_SECONDS), link:
                await drawings(client, await run(link, page, ""))
                seen.live.append(time.perf_counter() - began)
                if not is_whole:
                    seen.readable.append(seen.live[-1])
                for change in range(changes):
                    at = time.perf_counter()
                    await drawings(client, await run(link, page, f"unit={UNITS[(number + change) % len(UNITS)]}"))
                    seen.changed.append(time.perf_counter() - at)
                await stay.wait()
        except Exception as fault:
            seen.errors.append(type(fault).__name__)


def spread(times: list[float]) -> str:
    """Return p50, p95 and the most."""
    ordered = sorted(times) or [float("nan")]
    p50, p95 = (ordered[min(len(ordered) - 1, round(q * (len(ordered) - 1)))] for q in (0.5, 0.95))
    return f"{p50:7.2f} {p95:7.2f} {ordered[-1]:7.2f}"


async def measure(
    place: str, pages: list[str], viewers: int, changes: int, pid: int
) -> tuple[Seen, int, int, float, float]:
    """Have all viewers come at once; return what they waited, the memory before and with them in MB, and the seconds of processor.

    The last are of the dashboard's processes, and of the viewers here.
    """
    seen, come, stay = Seen(), asyncio.Event(), asyncio.Event()
    before, worked, own = memory_of(pid), work_of(pid), time.process_time()
    tasks = [
        asyncio.create_task(view(place, pages[n % len(pages)], n, changes, seen, come, stay)) for n in range(viewers)
    ]
    await asyncio.sleep(0.5)
    come.set()
    while len(seen.live) + len(seen.errors) < viewers or len(seen.changed) < changes * len(seen.live):
        await asyncio.sleep(0.1)
    during, worked, own = memory_of(pid), work_of(pid) - worked, time.process_time() - own
    stay.set()
    await asyncio.gather(*tasks)
    return seen, before, during, worked, own


async def warm(place: str, pages: list[str], tries: int) -> None:
    """Wait until each page comes whole from every process: of so many askers without a cookie in a row."""
    async with httpx2.AsyncClient(base_url=f"http://{place}", timeout=60) as client:
        for page in pages:
            in_row = 0
            while in_row < tries:
                client.cookies.clear()
                in_row = in_row + 1 if b"rp-cover" in (await client.get(f"/{page}")).content else 0
                await asyncio.sleep(0 if in_row else 0.5)


def settle(pid: int, count: int) -> None:
    """Wait until the dashboard has made ahead what it makes, and rests: a process at rest takes a hundredth of a core."""
    before = -1.0
    while work_of(pid) - before > 0.2 * count:
        before = work_of(pid)
        time.sleep(10)


def main() -> None:
    """Start the server for each number of processes, measure, end it."""
    parser = argparse.ArgumentParser(description="What viewers wait who come at once.")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--viewers", type=int, default=20)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--page", nargs="+", default=["kunjungan"])
    parser.add_argument("--changes", type=int, default=0)
    asked = parser.parse_args()
    print(f"{asked.viewers} viewers, seconds: p50, p95, most")
    print(
        "processes   readable                  live                      another unit              errors  MB before / with"
        "  CPU s / here  load"
    )
    for count in asked.workers:
        with served(asked.data_dir, count) as (place, pid):
            asyncio.run(warm(place, asked.page, 8 * count))
            settle(pid, count)
            load = os.getloadavg()[0]
            seen, before, during, worked, own = asyncio.run(
                measure(place, asked.page, asked.viewers, asked.changes, pid)
            )
        print(
            f"{count:9}   {spread(seen.readable)}   {spread(seen.live)}   {spread(seen.changed)}   {len(seen.errors):6}"
            f"  {before:6} / {during:6}  {worked:6.1f} / {own:4.1f}  {load:5.1f}  {' '.join(sorted(set(seen.errors)))}",
            flush=True,
        )


if __name__ == "__main__":
    main()
