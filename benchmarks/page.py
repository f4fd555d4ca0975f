"""What a reader waits for a page: readable, live, another unit chosen; what it costs his browser and his line.

    uv run python benchmarks/page.py --data-dir DIR [--page kunjungan] [--runs 3] [--slow]

Starts the dashboard on a loaded folder and opens the page in Chromium, wide and on a phone, each time with an empty cache and then
again with what the browser kept. Prints the median of each: seconds until the page is readable (title and first chart stand) and live
(nothing moves for 0.6 s), seconds of work of the browser's main thread, kB over HTTP and over the socket (as they are unpacked), how
far things jump (cumulative layout shift), and seconds until another unit's page stands. `--slow`: a line of 1.6 Mbit/s, 150 ms.
"""

import argparse
import statistics
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks.serving import served  # noqa: E402  the project's folder must be on the path first
from tests.browser import chromium  # noqa: E402
from tests.browser.looking import SIZES  # noqa: E402

SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}  # bytes a second
STILL_MS = 600
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)
# Seconds since the page was asked for at which it could be read, and since which nothing has moved.
WATCH = """() => {
    const seen = window.seen = { readable: null, moved: 0, shift: 0, drawn: -1 };
    new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.shift += e.value; })
        .observe({ type: 'layout-shift', buffered: true });
    const look = () => {
        const charts = document.querySelectorAll('.js-plotly-plot .main-svg, svg.rp-chart').length;
        const title = document.querySelector('h1')?.getBoundingClientRect().height > 0;
        if (seen.readable === null && title && charts) seen.readable = performance.now();
        const app = document.querySelector('[data-testid="stApp"]');
        const runs = app?.dataset.testScriptState !== 'notRunning' || document.querySelector('[data-stale="true"]');
        if (charts !== seen.drawn || runs) { seen.drawn = charts; seen.moved = performance.now(); }
        requestAnimationFrame(look);
    };
    look();
}"""
STANDS = f"() => window.seen?.readable !== null && performance.now() - window.seen.moved > {STILL_MS}"
CHOOSE = """unit => {
    window.seen.moved = performance.now();
    const url = new URL(location.href); url.searchParams.set('unit', unit);
    history.pushState({}, '', url); dispatchEvent(new PopStateEvent('popstate'));
}"""
COLUMNS = ("readable s", "live s", "main thread s", "HTTP kB", "socket kB", "shift", "filter s")


def visit(context: BrowserContext, url: str, unit: str, *, is_slow: bool) -> tuple[float, ...]:
    """Open the page in a new tab, choose a unit, close it; return what COLUMNS say."""
    page: Page = context.new_page()
    wire = context.new_cdp_session(page)
    kept = {"http": 0, "socket": 0}
    wire.on("Network.loadingFinished", lambda e: kept.update(http=kept["http"] + int(e["encodedDataLength"])))
    wire.on(
        "Network.webSocketFrameReceived",
        lambda e: kept.update(socket=kept["socket"] + len(e["response"]["payloadData"]) * 3 // 4),
    )
    for method in ("Network.enable", "Performance.enable"):
        wire.send(method)
    if is_slow:
        wire.send("Network.emulateNetworkConditions", SLOW)
    page.add_init_script(f"({WATCH})()")
    page.goto(url, wait_until="commit")
    page.wait_for_function(STANDS, timeout=180_000)
    seen = page.evaluate("({...window.seen})")
    work = {m["name"]: m["value"] for m in wire.send("Performance.getMetrics")["metrics"]}["TaskDuration"]
    first = dict(kept)
    began = time.perf_counter()
    page.evaluate(CHOOSE, unit)
    page.wait_for_timeout(100)
    page.wait_for_function(STANDS, timeout=180_000)
    filtered = time.perf_counter() - began - STILL_MS / 1000
    page.close()
    return (
        seen["readable"] / 1000, seen["moved"] / 1000, work, first["http"] / 1000, first["socket"] / 1000, seen["shift"], filtered
    )  # fmt: skip


def warm(url: str) -> None:
    """Wait until the page comes whole for both sizes of screen, as it does after a server's first minute."""
    for agent in (None, PHONE):
        for _try in range(20):
            asked = urllib.request.Request(url, headers={"User-Agent": agent or ""})  # noqa: S310  on this machine
            if b"rp-cover" in urllib.request.urlopen(asked).read():  # noqa: S310
                break
            time.sleep(1)


def measure(browser: Browser, url: str, units: list[str], runs: int, *, is_slow: bool) -> None:
    """Print a line a size of screen and a state of the cache."""
    print(f"{'':16}" + "".join(f"{name:>15}" for name in COLUMNS))
    for size, (width, height) in SIZES.items():
        found: dict[str, list[tuple[float, ...]]] = {"first": [], "repeat": []}
        for run in range(runs):
            is_phone = size == "phone"
            context = browser.new_context(
                viewport={"width": width, "height": height}, is_mobile=is_phone, user_agent=PHONE if is_phone else None
            )
            for state, rows in found.items():
                rows.append(visit(context, url, units[(2 * run + (state == "repeat")) % len(units)], is_slow=is_slow))
            context.close()
        for state, rows in found.items():
            middle = (statistics.median(column) for column in zip(*rows, strict=True))
            print(f"{size} {state:8}" + "".join(f"{value:15.2f}" for value in middle), flush=True)


def main() -> None:
    """Start the server, measure, end it."""
    parser = argparse.ArgumentParser(description="What a reader waits for a page.")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--page", default="kunjungan")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slow", action="store_true")
    asked = parser.parse_args()
    units = [
        "pkm-mengupeh",
        "pkm-sungai-bengkal",
        "pkm-alai-ilir",
        "pkm-tegal-arum",
        "pkm-muara-tebo",
        "pkm-pintas-tuo",
    ]
    with served(asked.data_dir) as (place, _pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
        warm(f"http://{place}/{asked.page}")
        measure(browser, f"http://{place}/{asked.page}", units, asked.runs, is_slow=asked.slow)
        browser.close()


if __name__ == "__main__":
    main()
