"""What tests do in the browser: open a page at a width and in a theme, wait until it stands, keep its picture, find it sound."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests import effort

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
LOOKS = (("desktop", "light"), ("phone", "dark"))  # in which every page is looked at


def looks(addresses: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return (address, size, theme): each page in both looks at night, on a push in one of them, by turns."""
    return [
        (address, *look) for n, address in enumerate(addresses) for look in effort.of((LOOKS[n % len(LOOKS)],), LOOKS)
    ]


# What Streamlit would show by itself, in English, and what must not be needed.
UNWANTED = (
    "Made with Streamlit",
    "Deploy",
    "Rerun",
    "Settings",
    "Print",
    "Record a screencast",
    "Choose an option",
    "Choose options",
    "Press Enter",
    "Select all",
    "No results",
    "RUNNING",
    "Running...",
    "Connecting",
    "View fullscreen",
    "Fullscreen",
    "Download as CSV",
    "Page not found",
    "Traceback",
    "Halaman ini belum dapat ditampilkan",  # what the app itself says where a page failed
    "This page cannot be shown",
)
# Opened at a page of its own, Streamlit first asks whether it is served below that path; 404 is the right answer.
BASE_PROBE = re.compile(r"/[a-z-]+/_stcore/(health|host-config)$")
SETTLED = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app && app.dataset.testScriptState === 'notRunning'
        && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
        && document.querySelector('[data-testid="stMarkdown"], [data-testid="stHtml"]') !== null;
}"""

_tabs: dict[tuple[Browser, str, str], tuple[Page, "Watch"]] = {}


@dataclass
class Watch:
    """What went wrong behind a page: console errors, exceptions, requests that would leave the machine."""

    host: str
    troubles: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        context.on("request", lambda request: self._look(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._look(socket.url)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not BASE_PROBE.search(message.location["url"]):
            self.troubles.append(f"{message.text} {message.location['url']}")

    def _look(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != self.host:
            self.troubles.append(f"a request to another host: {url}")


def open_page(browser: Browser, dashboard: str, size: str, theme: str, address: str = "") -> tuple[Page, Watch]:
    """Return a page that stands, and what goes wrong behind it from now on.

    Pages of one size and theme share one tab, as those of one reader do: what it has read and compiled is there already.
    """
    width, height = SIZES[size]
    tab = _tabs.get((browser, size, theme))
    if tab is None:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            is_mobile=size == "phone",
            has_touch=size == "phone",
            locale="id-ID",
            reduced_motion="reduce",
        )
        watch = Watch(urlsplit(dashboard).netloc)
        watch.follow(context)
        tab = _tabs[browser, size, theme] = (context.new_page(), watch)
    page, watch = tab
    page.goto("about:blank")  # what the test before left behind ends here
    page.mouse.move(0, 0)
    page.set_viewport_size({"width": width, "height": height})
    watch.troubles.clear()
    page.goto(f"{dashboard}/{address}")
    settle(page)
    return page, watch


def settle(page: Page) -> None:
    page.wait_for_function(SETTLED, timeout=60_000, polling=50)
    page.wait_for_timeout(400)  # charts draw after the script has ended
    page.wait_for_function(SETTLED, timeout=60_000, polling=50)


def shoot(page: Page, name: str) -> None:
    """Save what the screen shows; with `--nightly` the whole page too: Streamlit scrolls inside, so the window grows to hold it."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
    if not effort.is_nightly():
        return
    size = page.viewport_size
    assert size
    height = page.evaluate("document.querySelector('[data-testid=\"stMain\"]')?.scrollHeight ?? 0")
    page.set_viewport_size({"width": size["width"], "height": min(max(height, size["height"]), 9000)})
    page.wait_for_timeout(300)
    page.screenshot(path=ARTIFACTS / f"{name}-whole.png")
    page.set_viewport_size(size)


def assert_sound(page: Page, watch: Watch) -> None:
    assert not watch.troubles
    assert page.locator('[data-testid="stException"], [data-testid="stAlertContentError"]').count() == 0
    text = page.locator("body").inner_text()
    shown = [word for word in UNWANTED if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)]
    assert not shown
    for box in ("document.documentElement", "document.querySelector('[data-testid=\"stMain\"]')"):
        wide, room = page.evaluate(f"[{box}.scrollWidth, {box}.clientWidth]")
        assert wide <= room + 1, f"{box} scrolls sideways: {wide} px in {room} px"
