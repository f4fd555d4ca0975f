"""An analyst's path in a real browser: any slice, down to its rows, saved, shared, taken along, asked anew in SQL."""

import csv
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looking import assert_sound, open_page, settle, shoot

pytestmark = pytest.mark.browser

ENDLESS = "select count(*) from range(3000000) a, range(3000000) b where a.range * b.range % 7 = 3"


class Hand:
    """A reader's hand: what it presses is counted, a list being opened and one of its lines chosen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, target: Locator) -> None:
        """Press what is there once."""
        self.presses += 1
        target.click()

    def choose(self, label: str, option: str) -> None:
        """Choose a word of the sentence; the address tells when the page has heard of it."""
        before = self.page.url
        self.presses += 2
        self.page.get_by_role("combobox", name=label, exact=True).select_option(label=option)
        self.page.wait_for_url(lambda url: url != before)
        settle(self.page)

    def tick(self, label: str, option: str) -> None:
        """Open a list of values and tick one of them."""
        before = self.page.url
        self.press(self.page.locator(".rp-ask summary", has_text=re.compile(f"^{label}: ")))
        self.press(
            self.page.get_by_role("group", name=label, exact=True).get_by_role(
                "checkbox", name=re.compile(f"^{option}")
            )
        )
        self.page.wait_for_url(lambda url: url != before)
        settle(self.page)

    def download(self, kind: str, folder: Path) -> Path:
        """Take the table along in one press, and return the file."""
        with self.page.expect_download() as waited:
            self.press(self.page.locator(".rp-files").get_by_role("link", name=f"Unduh {kind}"))
        path = folder / waited.value.suggested_filename
        waited.value.save_as(path)
        return path


def _table(page: Page, block: str = "tabel") -> list[dict[str, str]]:
    """Return the rows of a block's table, by the words of its head."""
    table = page.locator(f".st-key-block_{block} table.rp-table").first
    heads = table.locator("thead th").all_inner_texts()
    rows = table.evaluate("t => [...t.tBodies[0].rows].map(r => [...r.cells].map(c => c.innerText))")
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _count(shown: str) -> int:
    return int(re.sub(r"\D", "", shown))


def test_from_a_question_to_a_workbook_in_eight_presses(browser: Browser, dashboard: str, tmp_path: Path) -> None:
    """Visits to the dentist by health centre and quarter, with last year beside, as XLSX."""
    page, watch = open_page(browser, dashboard, "desktop", "light")
    hand = Hand(page)
    hand.press(page.get_by_role("link", name="Jelajah", exact=True))
    page.wait_for_url(re.compile("/jelajah"))
    settle(page)
    hand.choose("Kolom", "per triwulan")
    hand.tick("Layanan", "Gigi dan mulut")
    assert page.locator(".rp-pick[open]").get_attribute("data-kolom") == "service"  # it stays open for the next value
    assert (
        page.evaluate("document.activeElement.dataset.kunci") == "service:Gigi%20dan%20mulut"
    )  # and the keyboard there
    page.keyboard.press("Escape")
    hand.choose("Pembanding", "dibanding tahun lalu")
    shown = _table(page)
    path = hand.download("XLSX", tmp_path)
    assert hand.presses == 8
    assert path.name.startswith("rapor-kunjungan-per-unit-per-triwulan-dibanding-tahun-lalu-")
    sheet = openpyxl.load_workbook(path)["Tabel"]
    head, *rows = sheet.iter_rows(min_row=5, max_row=5 + len(shown) + 1, values_only=True)
    assert list(head) == [*shown[0]]
    assert head[1:4] == ("TW I 2026", "TW I 2025", "Perubahan TW I 2026")
    assert [row[1] for row in rows[:-1]] == [_count(line["TW I 2026"]) for line in shown]
    assert rows[-1][0] == "Jumlah"
    assert "Layanan adalah Gigi dan mulut" in str(sheet["A2"].value)
    # The answer stands above the fold: the sentence, the figure, and the table down to its total.
    total = page.locator(".st-key-block_tabel tfoot th").bounding_box()
    assert total
    assert total["y"] + total["height"] <= 768
    assert_sound(page, watch)
    shoot(page, "jelajah-triwulan")


def test_the_path_of_an_analyst(browser: Browser, dashboard: str, tmp_path: Path) -> None:
    page, watch = open_page(browser, dashboard, "desktop", "light")
    page.get_by_role("link", name="Jelajah", exact=True).click()
    page.wait_for_url(re.compile("/jelajah"))
    settle(page)

    # Choose: satisfaction, which is by quarter, and back; then visits by service, sorted by a press on a head.
    hand = Hand(page)
    hand.choose("Ukuran", "Indeks kepuasan")
    expect(page.locator(".rp-title")).to_contain_text("Kepuasan masyarakat")
    hand.choose("Ukuran", "Kunjungan")
    hand.choose("Baris", "per layanan")
    hand.tick("Unit", "Mengupeh")
    page.keyboard.press("Escape")
    expect(page.locator(".rp-chips").get_by_text("Unit: adalah Mengupeh")).to_be_visible()
    page.get_by_role("link", name="TW III 2026").click()
    page.wait_for_url(re.compile("urut="))
    settle(page)
    third = [_count(row["TW III 2026▼"]) for row in _table(page)]
    assert third == sorted(third, reverse=True)
    page.go_back()
    settle(page)
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
    with hand.download("CSV", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        heads, *lines = list(csv.reader(file))
    assert heads == [*view[0], "Data contoh"]
    assert [[line[0], *map(int, line[1:6])] for line in lines[: len(view)]] == [
        [row["Layanan"], *(_count(row[name]) for name in heads[1:-1])] for row in view
    ]
    assert "Unit adalah Mengupeh" in dict(line[:2] for line in lines[len(view) + 2 :])["Yang dipilih"]

    # The same in SQL, in one press.
    page.get_by_role("link", name="Buka di SQL").first.click()
    page.wait_for_url(re.compile("/sql"))
    settle(page)
    page.get_by_role("button", name="Jalankan").click()
    result = page.locator(".st-key-block_hasil table.rp-table")
    expect(result).to_be_visible(timeout=30_000)
    settle(page)
    answer = _table(page, "hasil")
    cells = [_count(row[name]) for row in view for name in heads[1:-2] if row[name].strip("–*")]
    assert sorted(_count(row["Kunjungan"]) for row in answer) == sorted(cells)
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


@pytest.mark.by_turns(2)
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
