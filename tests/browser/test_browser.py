"""The dashboard in a real browser: `rapor demo` started as a process, every page of the header wide and light, narrow and dark.

On a push every third page is looked at, in one of both looks, and a figure followed wide; at night all pages in both, and on a phone.
Screenshots go to artifacts/. Never skipped: a machine without a browser fails them, with the word what to install.
"""

import http.client
import re
import urllib.request

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard import registry
from dashboard.words import text
from tests import effort
from tests.browser.axe import violations
from tests.browser.looking import SIZES, assert_sound, looks, open_page, settle, shoot
from tests.dashboard.builds import left_in_indonesian

pytestmark = pytest.mark.browser

LISTED = [page for page in registry.PAGES if page.is_listed]  # those beside them are looked at in test_axe.py
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.by_turns(3)
@pytest.mark.parametrize(
    ("address", "size", "theme"),
    looks(("", *(page.address for page in LISTED))),
    ids=lambda part: part or "awal",
)
def test_every_page_is_whole_wide_and_light_and_narrow_and_dark(
    browser: Browser, dashboard: str, address: str, size: str, theme: str
) -> None:
    page, watch = open_page(browser, dashboard, size, theme, address)
    shoot(page, f"{address or 'awal'}-{size}-{theme}")
    assert page.title() == f"{registry.page(address or 'ringkasan').title()} · Rapor"
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_text("Data contoh").first).to_be_visible()
    assert_sound(page, watch)
    ground = page.evaluate("getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor")
    brightness = sum(map(float, re.findall(r"[\d.]+", ground)[:3]))
    assert brightness > 600 if theme == "light" else brightness < 200
    assert violations(page) == []


@pytest.mark.parametrize(
    ("typed", "served"),
    [
        ("mutu", "mutu-data"), ("Kunjungan?unit=pkm-mengupeh", "kunjungan?unit=pkm-mengupeh"), ("kepuassan", "kepuasan"),
        ("accountability", "pegawai"), ("zzz", "ringkasan"), ("kunjungan", "kunjungan"), ("awal", "awal"),
    ],
)  # fmt: skip
def test_an_address_that_is_no_page_leads_to_the_nearest(dashboard: str, typed: str, served: str) -> None:
    with urllib.request.urlopen(f"{dashboard}/{typed}") as answer:
        assert answer.url == f"{dashboard}/{served}"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 200), ("/", {"Host": "evil.example"}, 421), ("/_stcore/metrics", {}, 404),
        ("/_stcore/stream", {"Origin": "http://evil.example", **UPGRADE}, 403), ("/_stcore/stream", UPGRADE, 101),
    ],
)  # fmt: skip
def test_the_server_answers_nobody_else_s_page(dashboard: str, path: str, headers: dict[str, str], status: int) -> None:
    link = http.client.HTTPConnection(dashboard.removeprefix("http://"), timeout=20)
    link.request("GET", path, headers=headers)
    answer = link.getresponse()
    assert answer.status == status
    if status not in (101, 403):  # of a socket
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    link.close()


def _number(text: str) -> int:
    """Return the figure of a cell such as `1.071*` or `12.500`."""
    return int(re.sub(r"[^0-9]", "", text))


def test_what_stands_out_leads_to_its_unit_and_to_the_rows_behind_a_figure(browser: Browser, dashboard: str) -> None:
    page, watch = open_page(browser, dashboard, "desktop", "light")
    row = page.locator(".st-key-block_perhatian tr", has_text="Sungai Bengkal").first
    row.get_by_role("link", name=re.compile("kunjungan", re.I)).click()

    page.wait_for_url(re.compile(r"/kunjungan\?.*unit=pkm-sungai-bengkal"))
    settle(page)
    expect(page.get_by_role("heading", name="Kunjungan pasien")).to_be_visible()
    expect(page.locator(".rp-title")).to_contain_text("Sungai Bengkal")
    shoot(page, "drill-1-unit")

    cells = page.locator('[class*="st-key-block_unit-bulan"] table.rp-cells')
    figure = cells.locator("tbody tr td").nth(7).get_by_role("link")  # January is the first column: this is August
    clicked = _number(figure.inner_text())
    figure.click()
    page.wait_for_url(re.compile(r"dari=2026-08&sampai=2026-08"))
    settle(page)
    rows = page.locator(".st-key-block_baris table.rp-table")
    heads = rows.locator("thead th").all_inner_texts()
    patients, file = heads.index("Jumlah kunjungan"), heads.index("Berkas")
    body = rows.locator("tbody tr")
    assert body.count() > 1
    lines = [body.nth(i).locator("th, td").all_inner_texts() for i in range(body.count())]
    assert sum(_number(line[patients]) for line in lines) == clicked  # the rows of the files add up to the figure
    assert all(re.search(r"\.(csv|xlsx|xls|ods)$", line[file]) for line in lines)
    shoot(page, "drill-2-rows")

    page.go_back()
    page.wait_for_url(re.compile(r"dari=2026-01&sampai=2026-10"))
    settle(page)
    expect(page.locator(".rp-title")).to_contain_text("Jan–Okt 2026")
    assert_sound(page, watch)


def test_a_filter_chosen_on_one_page_goes_along_to_the_next_and_survives_a_reload(
    browser: Browser, dashboard: str
) -> None:
    page, watch = open_page(
        browser, dashboard, "desktop", "light", "kunjungan?unit=pkm-mengupeh&dari=2026-04&sampai=2026-06"
    )
    expect(page.locator(".rp-title")).to_contain_text("Apr–Jun 2026")
    page.locator("a", has_text="Kepuasan").first.click()
    page.wait_for_url(re.compile(r"/kepuasan"))
    settle(page)
    assert "unit=pkm-mengupeh" in page.url
    expect(page.locator(".rp-title")).to_contain_text("Mengupeh")
    page.reload()
    settle(page)
    expect(page.locator(".rp-title")).to_contain_text("Mengupeh")
    assert_sound(page, watch)


def test_the_switch_turns_every_page_to_english_and_back(browser: Browser, dashboard: str) -> None:
    page, watch = open_page(browser, dashboard, "desktop", "light")
    assert page.locator("html").get_attribute("lang") == "id"  # what a screen reader reads it in
    page.get_by_role("link", name="EN", exact=True).click()
    page.wait_for_url(re.compile("bahasa=en"))
    settle(page)
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_text("Sample data").first).to_be_visible()
    with text.speaking("en"):
        names = {entry.address: entry.title() for entry in LISTED[1 :: effort.of(6, 1)]}
    for address, name in names.items():
        page.locator("nav").get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(re.compile(f"/{address}"))
        settle(page)
        assert "bahasa=en" in page.url
        expect(page.get_by_text("Sample data").first).to_be_visible()
        shown = page.locator("body").inner_text()
        assert not left_in_indonesian(shown), name
        assert_sound(page, watch)
    shoot(page, "english")
    page.get_by_role("link", name="ID", exact=True).click()
    page.wait_for_function("!location.search.includes('bahasa=en')")
    settle(page)
    expect(page.get_by_text("Data contoh").first).to_be_visible()


def test_an_address_that_makes_no_sense_is_answered_calmly(browser: Browser, dashboard: str) -> None:
    for address in (
        "kunjungan?unit=tidak-ada&dari=9999-99&sampai=x",
        "capaian?indikator=%27%3Bdrop",
        "pegawai?pegawai=%3Cb%3E",
    ):
        page, watch = open_page(browser, dashboard, "phone", "light", address)
        expect(page.get_by_text("Halaman ini belum dapat ditampilkan")).to_have_count(0)
        assert_sound(page, watch)


@pytest.mark.by_turns(2)
@pytest.mark.parametrize("size", SIZES)
def test_a_figure_is_one_click_from_rows_that_add_up_to_it(browser: Browser, dashboard: str, size: str) -> None:
    month = "dari=2026-05&sampai=2026-05&unit=pkm-mengupeh"
    page, watch = open_page(browser, dashboard, size, "light", f"kunjungan?{month}")
    tile = page.locator(".rp-tile-box").first
    shown = _whole_number(tile.locator(".rp-value").inner_text())
    link = tile.get_by_role("link", name="Asal angka: Kunjungan")
    box = link.bounding_box()
    assert box
    if size == "phone":
        assert min(box["width"], box["height"]) >= 44
    link.click()
    page.wait_for_url("**/asal?**")
    settle(page)
    assert _whole_number(page.locator(".rp-value").first.inner_text()) == shown
    table = page.locator(".st-key-block_baris table")
    heads = table.locator("thead th").all_inner_texts()
    column = heads.index("Jumlah kunjungan")
    rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]
    assert sum(_whole_number(row[column]) for row in rows) == shown
    assert {row[heads.index("Berkas")] for row in rows} == {"perbaikan_kunjungan_PKM_Mengupeh_2026-05_20260714.csv"}
    shoot(page, f"asal-{size}")
    assert_sound(page, watch)
    page.get_by_role("link", name="Kembali ke Kunjungan").click()
    page.wait_for_url(re.compile(r"/kunjungan\?(?=.*dari=2026-05)(?=.*unit=pkm-mengupeh)"))


def _whole_number(shown: str) -> int:
    found = re.match(r"[\d.]+", shown)
    assert found, shown
    return int(found.group().replace(".", ""))


def _mark(page: Page, block: str, place: str) -> Locator:
    """Return the mark of a block's drawing that leads to a place, once it is drawn."""
    figure = page.locator(f".st-key-block_{block} .rp-figure")
    figure.evaluate("node => node.scrollIntoView({block: 'center'})")
    mark = figure.locator(f"svg a[data-kata][href*='{place}']").first
    expect(mark).to_be_attached()
    return mark


def test_a_click_on_a_mark_filters_its_page_and_can_be_undone(browser: Browser, dashboard: str) -> None:
    page, watch = open_page(browser, dashboard, "desktop", "light", "kunjungan?opd=dinkes")
    mark = _mark(page, "bulanan", "dari=2026-08&sampai=2026-08")
    mark.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("Agu 2026")  # its figure, before one goes
    mark.click()
    page.wait_for_url(re.compile(r"dari=(2026-\d\d)&sampai=\1&opd=dinkes$"))
    settle(page)
    month = page.locator(".rp-chips a", has_text="Periode")
    expect(month).to_be_visible()
    top = page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollTop")
    assert top > 200, "the page stays where it was"
    _mark(page, "layanan", "layanan=umum").press("Enter")  # from the keyboard
    page.wait_for_url(re.compile("layanan=umum"))
    settle(page)
    expect(page.get_by_role("link", name="Hapus saringan Layanan: Umum (BP umum)")).to_be_visible()
    expect(page.locator(".rp-title")).to_contain_text("Umum (BP umum)")
    shoot(page, "saringan-desktop")

    page.go_back()
    page.wait_for_url(lambda url: "layanan" not in url)
    settle(page)
    expect(page.get_by_role("link", name="Hapus saringan Layanan")).to_have_count(0)
    month.press("Enter")
    page.wait_for_url(lambda url: "dari" not in url)
    settle(page)
    assert page.url.endswith("/kunjungan?opd=dinkes")
    expect(page.locator(".rp-title")).to_contain_text("Jan–Okt 2026")
    assert_sound(page, watch)


def test_on_a_phone_the_first_tap_tells_and_the_second_filters(browser: Browser, dashboard: str) -> None:
    page, watch = open_page(browser, dashboard, "phone", "light")
    page.locator(".st-key-block_peringkat .rp-unfold summary").tap()  # a phone shows the findings of later blocks first
    mark = _mark(page, "peringkat", "unit=pkm-")
    words = mark.get_attribute("data-kata")
    assert words
    mark.tap()
    expect(page.get_by_role("tooltip")).to_have_text(words)
    assert "unit=" not in page.url
    mark.tap()
    page.wait_for_url(re.compile("unit=pkm-"))
    settle(page)
    chips = page.locator(".rp-chips a")
    assert all(box and box["height"] >= 44 for box in (chip.bounding_box() for chip in chips.all()))
    shoot(page, "saringan-phone")
    page.get_by_role("link", name="Hapus saringan Unit").tap()
    page.wait_for_url(lambda url: "unit=" not in url)
    settle(page)
    expect(chips).to_have_count(0)

    page.goto(f"{dashboard}/capaian?opd=dinkes")
    settle(page)
    low = page.locator(".rp-legend").get_by_role("link", name="R · Rendah").first
    low.tap()
    page.wait_for_url(re.compile("kategori=R$"))
    settle(page)
    cells = page.locator(".st-key-block_matrix table.rp-cells td:not(.rp-fill-empty)[class*='rp-fill']")
    assert cells.count() > 0
    expect(page.locator(".st-key-block_matrix table.rp-cells td.rp-fill-4")).to_have_count(cells.count())
    assert_sound(page, watch)
