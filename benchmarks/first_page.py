"""How long it takes from nothing to the first page: `rapor demo` in an empty folder, a browser opening the overview.

    uv run python benchmarks/first_page.py

Prints the seconds to the published build, to the first answer over HTTP and to the drawn page; then the same for a
second start, which finds its data made. The aim: under 30 s from nothing, on 2 cores.
"""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from tests.browser import chromium  # noqa: E402  the project's folder must be on the path first

AIM_SECONDS = 30


def _answers(url: str) -> bool:
    try:
        return urllib.request.urlopen(url, timeout=2).status == 200  # noqa: S310  an address on this machine
    except OSError:
        return False


def start(folder: Path) -> dict[str, float]:
    """Start the demo on that folder, open its first page, end it; return the seconds to each step."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rapor", "demo", "--port", str(port), "--no-browser", "--data-dir", str(folder)]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    seconds: dict[str, float] = {}
    try:
        while "http" not in seconds and time.perf_counter() - began < 300:
            if process.poll() is not None:
                raise SystemExit(f"rapor demo ended with {process.returncode}")
            now = time.perf_counter() - began
            if "published" not in seconds and (folder / "demo" / "warehouse" / "current").is_file():
                seconds["published"] = now
            if _answers(f"http://127.0.0.1:{port}/_stcore/health"):
                seconds["http"] = now
            time.sleep(0.05)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{port}/")
            page.get_by_text("Data contoh").first.wait_for(timeout=120_000)
            page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=120_000)
            seconds["page"] = time.perf_counter() - began
            browser.close()
    finally:
        process.send_signal(2)
        process.wait(timeout=30)
    return seconds


def main() -> None:
    """Print the seconds of a first and of a second start."""
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("from nothing", "again"):
            seconds = start(Path(temporary))
            steps = ", ".join(f"{step} {value:.1f} s" for step, value in seconds.items())
            print(f"{name}: {steps}  (aim: page < {AIM_SECONDS} s)")


if __name__ == "__main__":
    main()
