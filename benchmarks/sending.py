"""Sending beside viewers: how long a file waits for its preview, and what others' pages feel of a large workbook that is sent.

    uv run python benchmarks/sending.py --data-dir DIR [--megabytes 50] [--viewers 4]

The folder has a published build; all is done on a copy. Prints the seconds from a press to the preview of a file of about 1 MB (the first
after a start, and the next) and of a workbook of so many megabytes; milliseconds of the first answers of pages that viewers ask for
meanwhile, beside those without it (median, 95th percentile); and what is left of an upload that was cut off half-way.
"""

import argparse
import csv
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from itertools import islice, product
from pathlib import Path

import httpx2
import xlsxwriter

from queries.language import MONTHS

PROJECT = Path(__file__).resolve().parents[1]
PAGES = ("ringkasan", "capaian", "kunjungan", "kepuasan", "mutu-data")
SAME = {"sec-fetch-site": "same-origin"}
BYTES_A_ROW = 38  # of a row of the workbook, packed


def main() -> None:
    """Print what sending costs its sender and others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--viewers", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data, port = Path(scratch) / "data", _free_port()
        shutil.copytree(given.data_dir, data, ignore=shutil.ignore_patterns("snapshots"))
        environment = {**os.environ, "RAPOR_VIEWER": "bappeda"}
        command = ("serve", "--port", str(port), "--no-browser", "--data-dir", str(data))
        server = subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "-m", "rapor", *command], cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(base)
            _tell(base, data, Path(scratch), given.megabytes, given.viewers)
        finally:
            server.terminate()
            server.wait(30)


def _tell(base: str, data: Path, scratch: Path, megabytes: int, viewers: int) -> None:
    small = _workbook(scratch / "satu.xlsx", 1)
    for name in ("the first after a start", "the next"):
        sent, read = _send(base, small)
        print(f"{small.stat().st_size / 1e6:.1f} MB, {name}: preview {sent + read:.1f} s after the press")
    _ask(base, viewers, 5)  # warm
    print("pages of others, without a sending:", _said(_ask(base, viewers, 20)))
    large = _workbook(scratch / "besar.xlsx", megabytes)
    found: list[float] = []
    stop = threading.Event()
    others = threading.Thread(target=lambda: found.extend(_ask(base, viewers, 3600, stop)))
    others.start()
    sent, read = _send(base, large)
    stop.set()
    others.join()
    print(f"{large.stat().st_size / 1e6:.1f} MB: kept after {sent:.1f} s, preview {read:.1f} s later")
    print("pages of others, meanwhile:", _said(found))
    before = {path for path in (data / "sending").rglob("*") if path.is_file()}
    _cut_off(base, large)
    time.sleep(2)
    left = {path for path in (data / "sending").rglob("*") if path.is_file()} - before
    print(
        f"an upload that was cut off half-way leaves {len(left)} files; the page answers {httpx2.get(f'{base}/kirim').status_code}"
    )


def _workbook(path: Path, megabytes: int) -> Path:
    """Write a workbook of about so many megabytes: the district's visits by month, health centre, service and payer, each row once."""
    reference = PROJECT / "data" / "reference"
    units, services, payers = (_names(reference / f"{table}.csv") for table in ("units", "services", "payers"))
    centres = [name for name in units if name.startswith("Puskesmas")]
    cells = product(range(2026, 1999, -1), MONTHS["id"], centres, services, payers)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Kunjungan")
        sheet.write_row(
            0, 0, ["Tahun", "Bulan", "Nama Puskesmas", "Poli", "Cara Bayar", "Baru", "Lama", "Total Kunjungan"]
        )
        for row, place in enumerate(islice(cells, megabytes * 1_000_000 // BYTES_A_ROW), 1):
            new, old = row * 7919 % 997, row * 104_729 % 1999
            sheet.write_row(row, 0, [*place, new, old, new + old])
    return path


def _names(table: Path) -> list[str]:
    with table.open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


def _send(base: str, file: Path) -> tuple[float, float]:
    """Return the seconds until a file is kept, and from then until it was looked at; it is taken back then."""
    with httpx2.Client(timeout=900, headers={**SAME, "origin": base}) as client, file.open("rb") as content:
        start = time.monotonic()
        answer = client.post(f"{base}/kirim", files={"berkas": (file.name, content)}, follow_redirects=False)
        kept = time.monotonic()
        at = f"{base}/{answer.headers['location'].removeprefix('./')}"
        while "read " not in client.get(f"{at}/keadaan").json()["state"]:
            time.sleep(0.05)
        done = time.monotonic()
        client.post(f"{at}/batal")
    return kept - start, done - kept


def _ask(base: str, viewers: int, seconds: float, stop: threading.Event | None = None) -> list[float]:
    """Return the milliseconds of first answers, asked for by so many viewers, each a page every half second."""
    found: list[float] = []
    end = time.monotonic() + seconds

    def look(n: int) -> None:
        with httpx2.Client(timeout=60) as client:
            while time.monotonic() < end and not (stop and stop.is_set()):
                start = time.monotonic()
                client.get(f"{base}/{PAGES[n % len(PAGES)]}")
                found.append(1000 * (time.monotonic() - start))
                n += 1
                time.sleep(0.5)

    hands = [threading.Thread(target=look, args=(n,)) for n in range(viewers)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return found


def _cut_off(base: str, file: Path) -> None:
    """Send the head and half of a file, and go."""
    host, port = base.removeprefix("http://").split(":")
    body = (
        b'--x\r\ncontent-disposition: form-data; name="berkas"; filename="besar.xlsx"\r\n\r\n'
        + file.read_bytes()[: file.stat().st_size // 2]
    )
    head = f"POST /kirim HTTP/1.1\r\nhost: {host}:{port}\r\norigin: {base}\r\nsec-fetch-site: same-origin\r\n"
    head += f"content-type: multipart/form-data; boundary=x\r\ncontent-length: {2 * len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + body)


def _said(found: list[float]) -> str:
    if not found:
        return "none"
    ranks = statistics.quantiles(found, n=20) if len(found) > 1 else found * 19
    return f"{statistics.median(found):.0f} ms, p95 {ranks[18]:.0f} ms ({len(found)} answers)"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(base: str) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            if httpx2.get(f"{base}/_stcore/health").status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.2)
    raise SystemExit("the dashboard did not start")


if __name__ == "__main__":
    main()
