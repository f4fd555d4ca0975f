"""An analyst's path in a real browser: any slice, down to its rows, saved, shared, taken along, asked anew in SQL."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from tests.browser.looking import assert_sound, open_page, settle, shoot

pytestmark = pytest.mark.browser

ENDLESS = "select count(*) from range(3000000) a, range(3000000) b where a.range * b.range % 7 = 3"


def _choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a select of the page by its words; the address tells when the page has heard of it."""
    before = page.url
    page.get_by_role("combobox", name=re.compile(rf"\b{re.escape(label)}$")).first.click()
    page.get_by_role("option", name=option, exact=True).click()
    page.wait_for_url(lambda url: url != before)
    settle(page)


def _table(page: Page, block: str = "tabel") -> list[dict[str, str]]:
    """Return the rows of a block's table, by the words of its head."""
    table = page.locator(f".st-key-block_{block} table.rp-table").first
    heads = table.locator("thead th").all_inner_texts()
    rows = table.evaluate("t => [...t.tBodies[0].rows].map(r => [...r.cells].map(c => c.innerText))")
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _count(shown: str) -> int:
    return int(re.sub(r"\D", "", shown))


def _downloaded(page: Page, folder: Path) -> list[list[str]]:
    """Prepare the file, fetch it, and return its rows."""
    page.get_by_role("button", name="Siapkan berkas").click()
    link = page.locator(".rp-download a[download]").last
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download() as waited:
        link.click()
    path = folder / waited.value.suggested_filename
    waited.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def _pick(page: Page, box: Locator, name: str) -> None:
    """Choose an option of many by its first letters: only those in sight are there, and the list is drawn anew as one types."""
    for attempt in range(4):
        try:
            box.click()
            expect(page.get_by_role("option").first).to_be_visible(timeout=8_000)
            box.fill(name)
            page.get_by_role("option", name=re.compile(f"^{name}")).click(timeout=8_000)
        except (AssertionError, TimeoutError):
            if attempt == 3:
                raise
            page.keyboard.press("Escape")
        else:
            return


def test_the_path_of_an_analyst(browser: Browser, dashboard: str, tmp_path: Path) -> None:
    page, watch = open_page(browser, dashboard, "desktop", "light")
    page.get_by_role("link", name="Jelajah", exact=True).click()
    page.wait_for_url(re.compile("/jelajah"))
    settle(page)

    # Choose: satisfaction and back, so that a table begins anew; then visits by service and quarter.
    _choose(page, "Tabel", "Kepuasan masyarakat")
    expect(page.locator(".rp-title")).to_contain_text("Kepuasan masyarakat")
    _choose(page, "Tabel", "Kunjungan pasien")
    _choose(page, "Baris", "Layanan")
    page.get_by_text("Saringan rinci").click()
    _pick(page, page.locator(".st-key-facet-unit input"), "Mengupeh")
    settle(page)
    page.keyboard.press("Escape")
    expect(page.locator(".rp-chips").get_by_text("Unit: adalah Mengupeh")).to_be_visible()
    _choose(page, "Kolom", "Bulan")
    _choose(page, "Butir waktu", "triwulan")
    view, address = _table(page), page.url
    assert [*view[0]] == ["Layanan", "TW I 2026", "TW II 2026", "TW III 2026", "TW IV 2026 (hanya Okt 2026)", "Jumlah"]
    assert_sound(page, watch)
    shoot(page, "jelajah-pivot")

    # Down to the rows of a cell, and back.
    cell = page.locator(".st-key-block_tabel tbody tr").first.locator("td").nth(1).get_by_role("link")
    figure = _count(cell.inner_text())
    cell.click()
    page.wait_for_url(re.compile("lihat=baris"))
    settle(page)
    rows = _table(page, "baris")
    assert sum(_count(row["Kunjungan"]) for row in rows) == figure
    assert {row["Unit"] for row in rows} == {"Mengupeh"}
    assert all(re.search(r"\.(csv|xlsx|xls|ods)$", row["Berkas"]) for row in rows)
    shoot(page, "jelajah-baris")
    page.go_back()
    page.wait_for_url(address)
    settle(page)
    assert _table(page) == view

    # The address in a new tab is the same view.
    tab = page.context.new_page()
    tab.goto(address)
    settle(tab)
    assert _table(tab) == view
    tab.close()

    # Save it, take it along as a file.
    page.get_by_role("button", name="Simpan tampilan").click()
    name = f"Layanan Mengupeh per triwulan ({tmp_path.name})"  # a second try finds that of the first one saved
    page.get_by_role("textbox", name="Nama").fill(name)
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text(f"Tersimpan sebagai “{name}”.")).to_be_visible()
    settle(page)
    page.keyboard.press("Escape")
    heads, *lines = _downloaded(page, tmp_path)
    assert heads[:3] == ["Layanan", "Bulan", "Kunjungan"]
    assert heads[-1] == "Data contoh"
    first = [(line[1], int(line[2])) for line in lines if line[0] == view[0]["Layanan"]]
    quarters = zip(("01", "04", "07", "10"), [*view[0]][1:5], strict=True)
    assert first == [(f"2026-{month}-01", _count(view[0][name])) for month, name in quarters]

    # The same in SQL.
    page.get_by_text("SQL yang membuat hitungan ini").click()
    settle(page)
    page.get_by_role("link", name="Buka di halaman SQL").click()
    page.wait_for_url(re.compile("/sql"))
    settle(page)
    page.get_by_role("button", name="Jalankan").click()
    result = page.locator(".st-key-block_hasil table.rp-table")
    expect(result).to_be_visible(timeout=30_000)
    settle(page)
    answer = _table(page, "hasil")
    assert len(answer) == len(lines)
    assert sorted(_count(row["Kunjungan"]) for row in answer) == sorted(int(line[2]) for line in lines)
    assert_sound(page, watch)
    shoot(page, "sql-hasil")

    # The saved view opens again from there; its text is no longer in the way.
    page.get_by_role("button", name=re.compile("Tampilan tersimpan")).click()
    page.get_by_role("link", name=name).click()
    page.wait_for_url(re.compile("/jelajah"))
    settle(page)
    assert _table(page) == view
    assert_sound(page, watch)


def test_a_query_without_end_is_stopped_while_pages_are_served(browser: Browser, dashboard: str) -> None:
    page, watch = open_page(browser, dashboard, "desktop", "light", "sql")
    page.get_by_role("textbox", name=re.compile("Perintah SQL")).fill(ENDLESS)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(re.compile("Berjalan: "))).to_be_visible(timeout=20_000)
    tab = page.context.new_page()
    tab.goto(f"{dashboard}/kunjungan")
    settle(tab)
    expect(tab.get_by_role("heading", name="Kunjungan pasien")).to_be_visible()
    tab.close()
    page.get_by_role("button", name="Hentikan").click()
    expect(page.locator(".rp-message")).to_contain_text("Dihentikan.", timeout=20_000)
    settle(page)
    assert_sound(page, watch)


def test_a_link_to_another_text_takes_the_place_of_the_one_before(browser: Browser, dashboard: str) -> None:
    page, watch = open_page(browser, dashboard, "desktop", "light", "sql?sql=select%201%20as%20satu&bahasa=en")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".st-key-block_hasil")).to_contain_text("satu", timeout=30_000)
    expect(page.get_by_text(re.compile("1 row in"))).to_be_visible()  # also where a piece of the page ran by itself
    page.evaluate("history.pushState({}, '', '?sql=select+2+as+dua'); dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.get_by_role("textbox", name=re.compile("SQL"))).to_have_value("select 2 as dua")
    settle(page)
    expect(page.locator(".st-key-block_hasil")).to_have_count(0)
    assert_sound(page, watch)


@pytest.mark.parametrize(
    "address", ["jelajah?kolom=payer&terhadap=tahun-lalu", "jelajah?lihat=baris&saring=unit:masuk:Mengupeh", "sql"]
)
def test_on_a_phone_both_pages_stay_within_the_screen(browser: Browser, dashboard: str, address: str) -> None:
    page, watch = open_page(browser, dashboard, "phone", "light", address)
    if address == "sql":
        page.get_by_role("button", name="Jalankan").tap()
        expect(page.locator(".st-key-block_hasil table")).to_be_visible(timeout=30_000)
        settle(page)
    shoot(page, re.sub(r"\W+", "-", f"{address}-phone"))
    assert_sound(page, watch)
