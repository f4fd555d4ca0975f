"""A clerk's path on a phone: a report with a wrong cell is sent, looked at, mended, sent again, and loaded."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import served

pytestmark = pytest.mark.browser
WORKBOOK = "PKM Teluk Lancang 2026.xlsx"
ROW, RETURNING = 6, 7  # of the sheet of a month: JKN PBI of Poli Umum


@pytest.fixture(scope="module")
def data(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder of the sample district of its own."""
    folder = tmp_path_factory.mktemp("clerk") / "data"
    shutil.copytree(sample_data, folder)
    return folder


@pytest.fixture(scope="module")
def clerks(data: Path) -> Iterator[str]:
    """Yield the address of the dashboard as the clerk of a health centre sees it."""
    with served(data.parent, "serve", "--data-dir", str(data), RAPOR_VIEWER="operator:pkm-teluk-lancang") as address:
        yield address


def _report(data: Path, target: Path, count: int | str) -> Path:
    """Return the workbook of the health centre with another count in one cell of its last month, the total of its row with it."""
    book = openpyxl.load_workbook(next(data.rglob(WORKBOOK)))
    sheet = book.worksheets[-1]
    sheet.cell(ROW, RETURNING).value = count
    if isinstance(count, int):
        sheet.cell(ROW, RETURNING + 1).value = sheet.cell(ROW, RETURNING - 1).value + count
    book.save(target)
    return target


def _sent(page: Page, address: str, *files: Path) -> None:
    """Send files from the page that the menu leads to, and wait until they were looked at."""
    page.goto(f"{address}/kirim")
    page.set_input_files("#berkas", [str(file) for file in files])
    page.wait_for_url("**/kirim/*")
    expect(page.get_by_role("button", name="Batalkan")).to_be_visible(timeout=60_000)


def test_a_clerk_sends_mends_and_sends_again(browser: Browser, clerks: str, data: Path, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    wrong = _report(data, tmp_path / "Laporan Oktober.xlsx", "dua ratus")
    other = next(data.rglob("Laporan Kunjungan PKM Muara Tebo 2026.xlsx"))
    _sent(page, clerks, wrong, other)
    row = page.locator("tbody tr").filter(has_text="dua ratus")
    for words in ("Okt 2026", str(ROW), "Lama", "Bukan angka."):  # which cell is wrong, and why
        expect(row).to_contain_text(words)
    expect(page.get_by_text("menyangkut unit atau pegawai lain")).to_be_visible()
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_download() as coming:  # his own file, what is wrong in it marked
        page.get_by_role("link", name="Unduh berkas Anda dengan tandanya: Laporan Oktober.xlsx").click()
    book = openpyxl.load_workbook(io.BytesIO(coming.value.path().read_bytes()))
    assert book.sheetnames[0] == "Yang perlu diperbaiki"
    assert "dua ratus" in book.worksheets[-1].cell(ROW, RETURNING).comment.text
    row.get_by_text("Betulkan di sini").click()
    row.get_by_label("Yang benar").fill("190")
    row.get_by_label("Mengapa").fill("menurut buku register")
    row.get_by_role("button", name="Betulkan dan periksa lagi").click()
    mended = page.locator("tbody tr").filter(has_text="menurut buku register")
    expect(mended).to_contain_text("190", timeout=60_000)
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Batalkan").click()
    page.get_by_role("row").filter(has_text="dibatalkan").get_by_role("link").click()
    page.get_by_role("button", name="Buka lagi").click()  # a wrong press costs nothing
    expect(mended).to_contain_text("190", timeout=60_000)
    page.get_by_role("button", name="Batalkan").click()
    expect(page.get_by_text("dibatalkan").first).to_be_visible()

    _sent(page, clerks, _report(data, tmp_path / "Laporan Oktober betul.xlsx", 190))
    changed = page.locator("tbody tr").filter(has_text="Okt 2026")
    expect(changed).to_have_count(1)  # one month of ten has changed: 187 returning patients were published
    page.get_by_role("button", name="Muat 1 berkas").click()
    expect(page.get_by_text("Selesai: data terbitan baru")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("heading", name="Angka terbit yang berubah")).to_be_visible()
    assert not violations(page)
    page.get_by_role("link", name="Semua kiriman").click()
    expect(page.locator("tbody tr").filter(has_text="sudah dimuat")).to_contain_text("Laporan Oktober betul.xlsx")
    assert not errors
    page.context.close()
