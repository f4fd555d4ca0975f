"""Signing in as a reader does it: on the machine itself, and behind nginx as the guide sets it up, with TLS, below a path of its own."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dashboard.signin import accounts
from tests import nginx
from tests.browser.axe import violations
from tests.browser.looking import SIZES, UNWANTED, settle, shoot

PASSWORD = "kuda baterai staples"
FIRST = "sepatu langit kertas"
pytestmark = pytest.mark.browser


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def port(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Yield the port of `rapor serve` with accounts, behind a proxy on this machine or without it."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(sample_data, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(folder))
        for name, role in (("siti.aminah", "bupati"), ("dewi", "bupati"), ("pengelola", "pengelola")):
            account, _first = accounts.add(name, role, password=FIRST)
            if name != "dewi":
                accounts.change_password(account, PASSWORD, "")
        free = _free_port()
        command = [sys.executable, "-m", "rapor", "serve", "--port", str(free), "--no-browser", "--proxy", "127.0.0.1"]
        process = subprocess.Popen(command, cwd=folder, env=dict(os.environ), stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert process.poll() is None, "rapor serve ended"
            with suppress(httpx2.TransportError):
                if httpx2.get(f"http://127.0.0.1:{free}/masuk").status_code == 200:
                    break
            time.sleep(0.2)
        yield free
    finally:
        process.send_signal(2)
        process.wait(timeout=20)


def _open(browser: Browser, size: str = "desktop", theme: str = "light") -> Page:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light",
        locale="id-ID", reduced_motion="reduce", ignore_https_errors=True,
    )  # fmt: skip
    return context.new_page()


def _sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Nama akun").fill(name)
    page.get_by_label("Kata sandi").fill(password)
    page.keyboard.press("Enter")


def test_one_signs_in_reads_and_is_out_in_every_tab(port: int, browser: Browser) -> None:
    page = _open(browser)
    page.goto(f"http://127.0.0.1:{port}/kunjungan?unit=pkm-mengupeh")
    expect(page).to_have_url(re.compile(r"/masuk\?next=kunjungan"))
    _sign_in(page, "siti.aminah", "salah sekali")
    expect(page.get_by_role("alert")).to_have_text("Nama akun atau kata sandi keliru.")
    _sign_in(page, "siti.aminah", PASSWORD)
    expect(page).to_have_url(re.compile(r"/kunjungan\?unit=pkm-mengupeh"))
    settle(page)
    expect(page.locator(".stHtml .rp-who")).to_contain_text("siti.aminah")
    shoot(page, "signed-in")
    other = page.context.new_page()
    other.goto(f"http://127.0.0.1:{port}/akun")
    other.get_by_role("link", name="Keluar").click()
    expect(other).to_have_url(re.compile(r"/masuk$"))
    expect(page).to_have_url(re.compile(r"/masuk\?next=kunjungan%3Funit%3Dpkm-mengupeh"))  # by itself, within seconds
    page.goto(f"http://127.0.0.1:{port}/pegawai")
    expect(page).to_have_url(re.compile(r"/masuk\?next=pegawai"))
    page.context.close()


@pytest.mark.by_turns(2)
@pytest.mark.parametrize(("size", "theme"), [("phone", "dark"), ("desktop", "light")])
def test_the_pages_of_accounts_stand(port: int, browser: Browser, size: str, theme: str) -> None:
    page = _open(browser, size, theme)
    page.goto(f"http://127.0.0.1:{port}/pengelola/akun")
    shoot(page, f"masuk-{size}-{theme}")
    _sign_in(page, "pengelola", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Semua akun")
    for address in ("pengelola/akun", "akun", "akun?bahasa=en"):
        page.goto(f"http://127.0.0.1:{port}/{address}")
        expect(page.get_by_role("link", name=re.compile("Keluar|Sign out"))).to_be_visible()
        for fold in page.locator("details").all():
            fold.evaluate("each => each.open = true")
        shoot(page, f"{re.sub('[^a-z]', '-', address)}-{size}-{theme}")
        wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= room
        shown = page.locator("body").inner_text()
        assert not [word for word in UNWANTED if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", shown)]
        unnamed = page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), select')].filter(each => !each.labels.length).length"
        )
        assert unnamed == 0
    page.context.close()


def test_behind_nginx_with_tls_below_a_path(port: int, browser: Browser, tmp_path: Path) -> None:
    program = nginx.find_or_install()
    if program is None:
        pytest.skip("no nginx here, and none could be installed")
    whole, below = _free_port(), _free_port()
    servers = nginx.written(whole, port, tmp_path), nginx.written(below, port, tmp_path, "/rapor/")
    with nginx.serving(program, tmp_path, *servers):
        _cookies_are_bound_to_tls(whole)
        page = _open(browser)
        page.goto(f"https://localhost:{below}/rapor/capaian?bahasa=en")
        expect(page).to_have_url(re.compile(rf"^https://localhost:{below}/rapor/masuk\?"))
        page.get_by_label("Account name").fill("dewi")
        page.get_by_label("Password").fill(FIRST)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/rapor/akun\?bahasa=en"))
        page.get_by_label("Present password").fill(FIRST)
        page.get_by_label("New password", exact=True).fill(PASSWORD)
        page.get_by_label("New password, once more").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/rapor/(\?bahasa=en)?$"))
        page.goto(f"https://localhost:{below}/rapor/kunjungan")
        settle(page)  # the socket stands, through TLS and below the path
        page.locator(".rp-behind summary").first.click()  # and a piece is fetched
        expect(page.locator(".rp-behind table").first).to_be_visible()
        page.locator(".stHtml .rp-header nav a", has_text="Kepuasan").first.click()
        expect(page).to_have_url(re.compile(r"/rapor/kepuasan"))
        settle(page)
        shoot(page, "behind-nginx")
        cookies = {each["name"]: each for each in page.context.cookies()}
        assert cookies["__Host-rapor"]["secure"]
        assert cookies["__Host-rapor"]["httpOnly"]
        page.goto(f"https://localhost:{below}/rapor/zzz")
        expect(page).to_have_url(re.compile(rf"^https://localhost:{below}/rapor/[a-z-]+"))
        page.context.close()


def _cookies_are_bound_to_tls(port: int) -> None:
    with httpx2.Client(base_url=f"https://localhost:{port}", verify=False) as client:
        form = {"nama": "siti.aminah", "sandi": PASSWORD}
        lied = {"origin": f"https://localhost:{port}", "x-forwarded-proto": "http", "x-forwarded-for": "10.9.9.9"}
        answer = client.post("/masuk", data=form, headers=lied)
        assert answer.status_code == 303
        assert all(each.startswith("__Host-") and "Secure" in each for each in answer.headers.get_list("set-cookie"))
        assert client.get("/_stcore/health").status_code == 200
        token = answer.cookies["__Host-rapor"]
    context = _context()
    for cookie, is_let_in in ((f"__Host-rapor={token}", True), (f"rapor={token}", False)):
        try:
            with connect(
                f"wss://localhost:{port}/_stcore/stream",
                ssl=context,
                additional_headers={"cookie": cookie},
                legacy=True,
            ):
                assert is_let_in
        except InvalidStatus:
            assert not is_let_in


def _context() -> ssl.SSLContext:
    """Return what takes a certificate that nobody has signed."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


ROW = "daftar/units/baris?kunci=%5B%22pkm-mengupeh%22%5D"
DRAFTS = "Object.keys(sessionStorage).filter(each => each.startsWith('rapor-draft:')).length"


def test_what_was_typed_outlives_the_session_for_its_writer_alone(port: int, browser: Browser) -> None:
    page, at = _open(browser, "phone"), f"http://127.0.0.1:{port}"
    page.goto(f"{at}/{ROW}")
    _sign_in(page, "pengelola", PASSWORD)
    page.get_by_label("Penduduk", exact=True).fill("21480")
    page.context.clear_cookies()  # the session is over
    page.get_by_role("button", name="Simpan").click()
    expect(page).to_have_url(re.compile(r"/masuk\?next=daftar"))
    _sign_in(page, "pengelola", PASSWORD)
    expect(page.get_by_text("Yang Anda tulis belum tersimpan.")).to_be_visible()
    assert not violations(page)
    shoot(page, "draft")
    expect(page.get_by_label("Penduduk", exact=True)).not_to_have_value("21480")
    page.get_by_role("button", name="Pakai").click()
    expect(page.get_by_label("Penduduk", exact=True)).to_have_value("21480")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Tersimpan.")).to_be_visible()
    assert page.evaluate(DRAFTS) == 0  # it is saved
    page.goto(f"{at}/daftar/units/tempel")
    page.get_by_label("Isi").fill("rahasia")
    page.wait_for_timeout(500)  # it is kept when one pauses
    assert page.evaluate(DRAFTS) == 1
    page.context.clear_cookies()
    page.reload()
    _sign_in(page, "siti.aminah", PASSWORD)  # somebody else at the same machine
    expect(page.get_by_role("heading", level=1)).to_have_text("Unit kerja")
    expect(page.get_by_text("Yang Anda tulis belum tersimpan.")).to_have_count(0)
    assert page.evaluate(DRAFTS) == 0
    page.get_by_label("Isi").fill("rahasia")
    page.wait_for_timeout(500)  # it is kept when one pauses
    assert page.evaluate(DRAFTS) == 1
    other = page.context.new_page()
    other.goto(f"{at}/akun")
    other.get_by_role("link", name="Keluar").click()
    expect(other).to_have_url(re.compile(r"/masuk$"))
    page.goto(f"{at}/masuk")
    assert page.evaluate(DRAFTS) == 0  # who signs out leaves nothing in any tab
    page.context.close()
