"""The page that an address answers with stands at once, and the live page takes its place without a jump.

On a push two pages are watched while it does, a wide one and one on a phone; at night four, in both looks.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.looking import SIZES, Watch, settle, shoot

pytestmark = pytest.mark.browser

SHIFTS = """() => { window.shift = 0; new PerformanceObserver(list => {
    for (const e of list.getEntries()) if (!e.hadRecentInput) window.shift += e.value;
}).observe({ type: 'layout-shift', buffered: true }); }"""
UNCOVERED = "() => !document.getElementById('rp-first') && document.querySelector('#root .rp-page')"
# Where each part of the page stands, and its words; the filters are others' once the page is live.
PLACES = """() => [...document.querySelectorAll('.rp-header, .rp-chips, .rp-page, .rp-page .rp-block, .rp-page h2, .rp-page .rp-figure')]
    .map(part => { const r = part.getBoundingClientRect(); return [r.x, r.y, r.width, r.height].map(Math.round); })"""
WORDS = """() => { const page = document.querySelector('.rp-page').cloneNode(true);
    for (const drawing of page.querySelectorAll('.rp-figure')) drawing.remove();  // drawn anew near the window alone
    return page.textContent; }"""
APP = re.compile(r"/static/js/")


@dataclass
class Held:
    """The app's files, which wait until they are let go."""

    waiting: list[Route] | None

    def take(self, route: Route) -> None:
        if self.waiting is None:
            route.continue_()
        else:
            self.waiting.append(route)

    def let_go(self) -> None:
        waiting, self.waiting = self.waiting or [], None
        for route in waiting:
            with suppress(Error):  # of a page that was left
                route.continue_()


@pytest.fixture
def tab(browser: Browser, dashboard: str, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Watch, Held]]:
    """Yield a new tab of a size and look, what goes wrong in it, and the app's files that are held back until they are let go."""
    size, look = getattr(request, "param", ("desktop", "light"))
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=look, is_mobile=size == "phone",
        has_touch=size == "phone",
    )  # fmt: skip
    watch = Watch(dashboard.removeprefix("http://"))
    watch.follow(context)
    page, held = context.new_page(), Held([])
    page.add_init_script(f"({SHIFTS})()")
    page.route(APP, lambda route: held.take(route))  # noqa: PLW0108  a method can't be marked
    yield page, watch, held
    held.let_go()
    page.unroute_all(behavior="ignoreErrors")  # or a request still on its way outlives the page, as a task of nobody
    context.close()


def _open(page: Page, url: str) -> None:
    """Open a page whose address answers with itself: it does from the second time on, if it takes long to make."""
    for _attempt in range(20):
        page.goto(url, wait_until="commit")
        page.wait_for_selector("h1")
        if page.locator("#rp-first").count():
            return
        page.wait_for_timeout(1000)
    pytest.fail("the address answers without its page")


def _let_go(page: Page, held: Held) -> None:
    """Let the app load: what was held back and what it asks for then."""
    held.let_go()
    page.wait_for_function(UNCOVERED, timeout=60_000)
    settle(page)


@pytest.mark.by_turns(3)
@pytest.mark.parametrize(
    ("tab", "address"),
    [
        (("desktop", "light"), "kunjungan?unit=pkm-mengupeh"), (("phone", "dark"), "ringkasan"),
        (("desktop", "dark"), "pegawai?bahasa=en"), (("phone", "light"), "capaian?opd=dinkes"),
    ],
    indirect=["tab"],
)  # fmt: skip
def test_the_live_page_takes_the_place_of_the_first_without_a_jump(
    dashboard: str, tab: tuple[Page, Watch, Held], address: str
) -> None:
    """The phone does not say that it is one: its drawings come for a wide window, and are made anew in their place."""
    page, watch, held = tab
    _open(page, f"{dashboard}/{address}")
    expect(page.locator("#rp-first h1")).to_be_visible()
    assert page.locator("#rp-first .rp-figure svg").count() == page.locator("#rp-first .rp-figure").count()
    assert page.locator("html").get_attribute("lang") == ("en" if "bahasa=en" in address else "id")
    page.wait_for_timeout(300)
    before, said = page.evaluate(PLACES), page.evaluate(WORDS)
    assert violations(page) == []
    shoot(page, f"first-{re.sub(r'[^a-z]+', '-', address)}")
    _let_go(page, held)
    after = page.evaluate(PLACES)
    assert len(after) == len(before) > 5
    assert max(abs(a - b) for old, new in zip(before, after, strict=True) for a, b in zip(old, new, strict=True)) <= 1
    assert page.evaluate(WORDS) == said
    assert page.evaluate("window.shift") < 0.1
    assert not watch.troubles  # no word of the policy either: no script of the page is inline
    shoot(page, f"live-{re.sub(r'[^a-z]+', '-', address)}")


def test_scroll_keyboard_and_what_was_opened_are_kept(dashboard: str, tab: tuple[Page, Watch, Held]) -> None:
    page, watch, held = tab
    _open(page, f"{dashboard}/kunjungan")
    fold = page.locator("#rp-first .st-key-block_layanan .rp-behind")
    fold.locator("summary").press("Enter")
    expect(fold.locator("table")).to_be_visible()  # the table is fetched before the app is there
    page.locator("#rp-first").evaluate("node => { node.scrollTop = 700; }")
    link = page.locator("#rp-first .st-key-block_layanan .rp-origin").first
    link.focus()
    page.locator("#rp-first").evaluate("node => { node.scrollTop = 700; }")
    name = link.get_attribute("aria-label")
    _let_go(page, held)
    assert page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollTop") == 700
    expect(page.locator(".st-key-block_layanan .rp-behind table")).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name
    assert not page.evaluate("document.getElementById('root').inert")
    assert not watch.troubles


def test_what_is_pressed_before_the_app_stands_is_not_lost(dashboard: str, tab: tuple[Page, Watch, Held]) -> None:
    page, watch, held = tab
    _open(page, f"{dashboard}/kunjungan")
    page.locator("#rp-first").get_by_role("button", name="Periode").click()
    _let_go(page, held)
    expect(page.get_by_role("button", name="12 bulan terakhir")).to_be_visible()  # the filter that was pressed is open

    held.waiting = []
    _open(page, f"{dashboard}/kunjungan")
    page.locator("#rp-first nav").get_by_role("link", name="Kepuasan", exact=True).click()
    page.wait_for_url(re.compile("/kepuasan"))
    expect(page.get_by_role("heading", name="Kepuasan masyarakat")).to_be_visible()
    assert not watch.troubles


def test_without_a_connection_the_page_stays_to_be_read(dashboard: str, tab: tuple[Page, Watch, Held]) -> None:
    page, _watch, held = tab
    held.let_go()
    page.route_web_socket(re.compile("stream"), lambda _socket: None)  # never answers
    page.clock.install()
    _open(page, f"{dashboard}/kunjungan")
    page.wait_for_function("() => document.querySelector('[data-testid=stApp]')", timeout=60_000)
    page.clock.run_for(15_000)
    expect(page.locator("#rp-first h1")).to_be_visible()


def test_a_drawing_is_one_stop_and_arrows_walk_its_marks(dashboard: str, tab: tuple[Page, Watch, Held]) -> None:
    page, _watch, _held = tab
    _open(page, f"{dashboard}/kunjungan")
    drawing = page.locator("#rp-first .st-key-block_bulanan .rp-figure")
    stop = drawing.locator("svg [tabindex='0']")
    expect(stop).to_have_count(1)
    stop.focus()
    for key, month in (("End", "Okt 2026"), ("ArrowLeft", "Sep 2026")):
        page.keyboard.press(key)
        expect(page.get_by_role("tooltip")).to_contain_text(month)
    expect(stop).to_have_count(1)


def test_without_any_script_the_page_can_be_read(browser: Browser, dashboard: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    _open(page, f"{dashboard}/kunjungan")
    expect(page.get_by_role("heading", name="Kunjungan pasien")).to_be_visible()
    expect(page.locator(".st-key-block_bulanan svg.rp-chart")).to_be_visible()
    page.get_by_role("link", name="Kepuasan", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()


def test_paper_shows_all_drawings_and_a_failed_piece_says_so(dashboard: str, tab: tuple[Page, Watch, Held]) -> None:
    page, watch, held = tab
    held.let_go()
    page.goto(f"{dashboard}/kunjungan?dari=2026-02")
    page.wait_for_function(UNCOVERED, timeout=60_000)
    settle(page)
    page.evaluate("history.pushState({}, '', '?dari=2026-03'); dispatchEvent(new PopStateEvent('popstate'))")
    page.wait_for_url(re.compile("2026-03"))
    settle(page)
    boxes, empty = page.locator(".rp-figure"), page.locator(".rp-figure:not(:has(svg))")
    assert empty.count() > 0, "what is far from the window is not drawn yet"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert empty.count() == 0
    assert boxes.count() > 4

    page.route(re.compile(r"/bagian/.*\.html"), lambda route: route.fulfill(status=500, body="x"))
    fold = page.locator(".st-key-block_layanan .rp-behind")
    fold.locator("summary").click()
    expect(fold.get_by_role("status")).to_contain_text("Tabel belum dapat dimuat")
    page.unroute(re.compile(r"/bagian/.*\.html"))
    fold.locator("summary").click()
    fold.locator("summary").click()
    with page.expect_download() as waited:
        fold.get_by_role("link", name="Unduh CSV").click()
    assert re.fullmatch(r"rapor-kunjungan-layanan-.*-data-contoh\.csv", waited.value.suggested_filename)
    assert [said for said in watch.troubles if "500" not in said] == []
