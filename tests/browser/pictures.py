"""The pictures of the page Bantuan, taken from the sample district: `uv run python -m tests.browser.pictures` takes them anew."""

import base64
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import openpyxl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard import registry
from dashboard.guide import tasks
from dashboard.signin import accounts, guard
from etl import load
from rapor import sample
from tests.browser import chromium
from tests.browser.conftest import served
from tests.browser.looking import settle

MOST_BYTES = 60_000
WORKBOOK = "PKM Teluk Lancang 2026.xlsx"
UNKNOWN = "Puskesmas;Bulan;Layanan;Baru;Lama\nPKM Mengupeh Hulu;Oktober 2026;Umum;31;42\nPKM Mengupeh;Oktober 2026;Poli Lansia Sehat;12;9\n"
CLERK, LEADER, ADMINISTRATOR, AUDITOR = "operator:pkm-teluk-lancang", "bupati", "pengelola", "auditor"
EMPLOYEE = "pegawai"  # the first of a health centre
SIGNED_IN, FIRST, PASSWORD = "", "sepatu langit kertas", "kuda baterai staples"  # no place of somebody: one signs in
Step = Callable[[Page, Path], None]


def _up_to(selector: str, above_px: int = 16) -> Step:
    """Return what brings the first of something to the top of the window."""

    def scrolled(page: Page, _data: Path) -> None:
        page.locator(selector).first.wait_for()
        page.evaluate(
            """([selector, above]) => {
                const box = document.querySelector('[data-testid="stMain"]') ?? document.scrollingElement;
                box.scrollBy(0, document.querySelector(selector).getBoundingClientRect().top - above);
            }""",
            [selector, above_px],
        )
        page.wait_for_timeout(300)

    return scrolled


def _sent(page: Page, data: Path) -> None:
    """Send a report with a wrong cell, and show where that is mended."""
    book = openpyxl.load_workbook(next(data.rglob(WORKBOOK)))
    book.worksheets[-1].cell(6, 7).value = "dua ratus"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Laporan Oktober.xlsx"
        book.save(file)
        page.set_input_files("#berkas", str(file))
        page.get_by_role("button", name="Batalkan").wait_for(timeout=60_000)
    page.get_by_text("Betulkan di sini").first.click()
    _up_to("details[open] input[maxlength]", 330)(page, data)


def _named(page: Page, _data: Path) -> None:
    """Send a report that names a unit and a service that nobody knows, and show where their meaning is said."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kunjungan 2026-10.csv"
        file.write_text(UNKNOWN, encoding="utf-8")
        page.set_input_files("#berkas", str(file))
        page.get_by_role("link", name="Sebutkan artinya").click(timeout=60_000)
    page.wait_for_url("**/nama*")


def _opened(page: Page, _data: Path) -> None:
    page.locator("main summary").first.click()


def _signed_in(page: Page, _data: Path) -> None:
    page.get_by_label("Nama akun").fill(ADMINISTRATOR)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Semua akun").wait_for()


# Of each picture: who looks, at which address (that of its task, unless another shows more), what he does there.
SHOTS: dict[str, tuple[str, str, Step | None]] = {
    "ringkasan": (LEADER, "ringkasan", None),
    "keputusan": (LEADER, "ringkasan", _up_to("#perhatian", 110)),
    "rapat": (LEADER, "rapat?bekukan=kunjungan", None),
    "kartu-skor": (LEADER, "kartu-skor", None),
    "pegawai": (LEADER, "pegawai", None),
    "jelajah": (LEADER, "jelajah?kolom=month", None),
    "register": (LEADER, "register-indikator", None),
    "beban": (LEADER, "beban", None),
    "mutu-data": (LEADER, "mutu-data", None),
    "asal": (LEADER, "asal?angka=visits&unit=pkm-mengupeh&dari=2026-05&sampai=2026-05&kembali=kunjungan", None),
    "kirim": (CLERK, "kirim", None),
    "betulkan": (CLERK, "kirim", _sent),
    "formulir": (CLERK, "formulir", None),
    "pesan": (CLERK, "pesan", _opened),
    "kalender": (CLERK, "kalender", None),
    "penyiapan": (ADMINISTRATOR, "penyiapan", None),
    "daftar": (ADMINISTRATOR, "daftar/units", None),
    "nama": (ADMINISTRATOR, "kirim", _named),
    "akun": (SIGNED_IN, guard.MANAGE, _signed_in),
    "akses": (AUDITOR, "catatan-akses", None),
    "data-saya": (EMPLOYEE, "saya", None),
    "tanggapan": (EMPLOYEE, "saya?tanggapan=baru", _up_to("form, [data-testid='stForm']", 120)),
}


def take(browser: Browser, sample: Path, folder: Path, names: set[str]) -> None:
    """Take pictures of the sample district as those of each task see it, and keep them in a folder."""
    for viewer in dict.fromkeys(SHOTS[name][0] for name in SHOTS if name in names):
        with tempfile.TemporaryDirectory() as place:
            data = Path(place) / "data"
            shutil.copytree(sample, data)
            with _served(Path(place), data, viewer) as address:
                for name in (name for name in SHOTS if name in names and SHOTS[name][0] == viewer):
                    _take(browser, address, data, folder / f"{name}.webp", name)


@contextmanager
def _served(folder: Path, data: Path, viewer: str) -> Generator[str]:
    """Yield the address of the dashboard as somebody sees it at his own machine, or as people with accounts do."""
    if viewer == EMPLOYEE:
        build = data / "warehouse" / (data / "warehouse" / "current").read_text(encoding="utf-8").strip()
        with duckdb.connect(str(build), read_only=True) as connection:
            sql = "select min(employee_id) from employee where unit_id = 'pkm-mengupeh'"
            viewer += f":{connection.execute(sql).fetchall()[0][0]}"
    if viewer:
        with served(folder, "serve", "--data-dir", str(data), RAPOR_VIEWER=viewer) as address:
            yield address
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(data))
        for name, role, of in (
            ("pengelola", ADMINISTRATOR, ""),
            ("siti.aminah", LEADER, ""),
            ("rini", "operator", "pkm-mengupeh"),
        ):
            account, _first = accounts.add(name, role, of, password=FIRST)
            accounts.change_password(account, PASSWORD, "")
    with served(folder, "serve", "--data-dir", str(data), "--sign-in", "local") as address:
        yield address


def _take(browser: Browser, address: str, data: Path, target: Path, name: str) -> None:
    _viewer, path, step = SHOTS[name]
    wide, high = tasks.size(name)
    is_phone = name in tasks.ON_A_PHONE
    page = browser.new_page(
        viewport={"width": wide, "height": high}, is_mobile=is_phone, has_touch=is_phone, color_scheme="light",
        locale="id-ID", reduced_motion="reduce",
    )  # fmt: skip
    page.goto(f"{address}/{path}")
    if registry.find(path.partition("?")[0]):  # else it is a small page, which stands when it has come
        settle(page)
    if step:
        step(page, data)
    devtools = page.context.new_cdp_session(page)
    for quality in (80, 65, 50, 35):
        shot = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        target.write_bytes(base64.b64decode(shot["data"]))
        if target.stat().st_size <= MOST_BYTES:
            break
    page.context.close()


def main(names: set[str]) -> None:
    """Take these pictures of the sample district, all where none is named, into the tree."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "sample"
        data.mkdir()
        load.load(data, sample.prepare(data))
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
        take(browser, data, tasks.PICTURES, names or set(SHOTS))
        browser.close()


if __name__ == "__main__":
    main(set(sys.argv[1:]))
