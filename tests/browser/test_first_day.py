"""The first day of a district, from an empty folder to a useful page, in the browser alone: what a chat's zip needs is asked and given."""

import zipfile
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import served

pytestmark = pytest.mark.browser
SENT = (
    "Daftar Indikator Kinerja 2024-2026.xlsx",
    "Data Pegawai Dinas Kesehatan dan Puskesmas 2026.xlsx",
    "Rekap Kunjungan Puskesmas Tahun 2025.xlsx",
    "kunjungan_puskesmas_2026-09.csv",
    "kunjungan_puskesmas_2026-10.csv",
    "Rekap IKM TW III 2026.xlsx",
)


class Hand:
    """One person at a browser, whose presses are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, role: Literal["button", "link"], name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.presses += 1

    def waited_for(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible(timeout=120_000)


@pytest.fixture(scope="module")
def begun(browser: Browser, sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Return the data folder of a district after its first day, and how many presses that took."""
    tmp_path = tmp_path_factory.mktemp("first")
    chat = tmp_path / "WhatsApp Chat.zip"
    with zipfile.ZipFile(chat, "w") as bundle:
        for name in SENT:
            bundle.write(next(sample_data.rglob(name)), name)
    (tmp_path / "data").mkdir()
    with served(tmp_path, "serve", "--data-dir", str(tmp_path / "data")) as address:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        hand = Hand(page)
        page.goto(address)
        hand.waited_for("Belum ada data yang dapat ditampilkan")
        page.locator(".rp-ways-on").get_by_role("link", name="Penyiapan").click()
        page.get_by_label("Nama kabupaten, kota atau provinsi").fill("tebo")
        hand.press("button", "Cari")
        hand.press("button", "Pakai ini: Kabupaten Tebo")
        hand.waited_for("20 puskesmas, 1 perangkat daerah")
        assert not violations(page)

        page.goto(f"{address}/kirim")
        page.set_input_files("#berkas", str(chat))
        hand.presses += 2  # the menu, and the choice of a file
        page.wait_for_url("**/kirim/*")
        hand.waited_for("belum terdaftar")
        hand.press("link", "Sebutkan artinya")
        hand.press("link", "Daftarkan unit baru")
        hand.waited_for("Nama yang disebut laporan dan belum terdaftar")
        assert not violations(page)
        page.get_by_role("group", name="PKM Lubuk Mandarsah").get_by_label("Apa").select_option(
            label="Sama dengan Puskesmas Lubuk Madrasah"
        )
        hand.presses += 1
        hand.press("button", "Simpan dan periksa lagi")
        page.wait_for_url("**/kirim/*")
        expect(page.get_by_text("belum terdaftar")).to_have_count(0, timeout=60_000)
        hand.press("button", "Muat 1 berkas")
        hand.waited_for("Selesai: data terbitan baru")
        hand.press("link", "Lihat ringkasan")
        hand.waited_for("kunjungan")
        expect(page.get_by_text("belum disiapkan").first).to_be_visible()  # no target is there yet
        page.get_by_role("link", name="Penyiapan").first.click()
        expect(page.locator("tbody tr").filter(has_text="Laporan kunjungan")).to_contain_text("siap")
        page.context.close()
    return tmp_path / "data", hand.presses


def test_a_district_begins_in_the_browser(begun: tuple[Path, int]) -> None:
    folder, presses = begun
    assert presses <= 10
    assert (folder / "warehouse" / "current").is_file()


@pytest.mark.nightly  # on a push tests/dashboard/registers/test_pages.py sends these forms without a browser
def test_a_register_is_changed_pasted_and_taken_back(browser: Browser, begun: tuple[Path, int]) -> None:
    folder = begun[0]
    with served(folder.parent, "serve", "--data-dir", str(folder), RAPOR_VIEWER="pengelola") as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        hand = Hand(page)
        page.goto(f"{address}/daftar/units")
        hand.press("link", "Puskesmas Mengupeh")
        page.get_by_label("Penduduk", exact=True).fill("sebelas ribu")
        hand.press("button", "Simpan")
        hand.waited_for("Penduduk: sebelas ribu bukan angka bulat, misalnya 12500.")
        page.get_by_label("Penduduk", exact=True).fill("21.480")
        hand.press("button", "Simpan")
        hand.waited_for("Tersimpan.")
        hand.waited_for("Ada perubahan yang belum dipakai angka terbit.")
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        hand.press("link", "Tempel dari lembar kerja")
        page.get_by_label("Isi").fill("Kode unit\tPenduduk\npkm-suo-suo\t9.300\n")
        hand.press("button", "Periksa")
        hand.waited_for("0 baris baru, 1 berubah.")
        hand.press("button", "Simpan")
        hand.waited_for("Tersimpan.")
        hand.press("button", "Terbitkan dengan perubahan ini")
        hand.waited_for("Terbit:")
        page.goto(f"{address}/daftar/riwayat")
        page.locator("summary").nth(1).click()  # the newest is what was pasted
        page.locator("details[open]").get_by_role("button", name="Kembalikan").click()
        hand.waited_for("Dikembalikan.")
        page.goto(f"{address}/daftar/units?cari=mengupeh")
        expect(page.locator("tbody tr")).not_to_contain_text("21.480")
        page.context.close()
