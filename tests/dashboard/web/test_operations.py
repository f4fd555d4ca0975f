"""What a monitor is told, what nobody else is told, and that the log has no person, figure or question in it."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from dashboard import db
from dashboard.signin import accounts
from dashboard.web import health, measured
from queries import builds
from tests import disks
from tests.dashboard.signin.place import PAGE, PASSWORD, sign_in, token_of

pytestmark = pytest.mark.slow
PROJECT = Path(__file__).resolve().parents[3]
TOKEN = "sandi-pemantau-yang-panjang"


class Server:
    """`rapor serve` with accounts, a monitor's token and a log of JSON lines."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder, self.log, self.temporary = folder, log, folder.with_name("temporary")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def client(self, **headers: str) -> httpx2.Client:
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=60)

    def scratch(self) -> set[str]:
        """Return what stands for a while in the folder of this server."""
        found = (path for path in self.temporary.rglob("*") if path.suffix != ".db")
        return {path.relative_to(self.temporary).as_posix() for path in found}

    def lines(self) -> list[str]:
        return [line for line in self.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def server(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("operations")
    here = Server(folder / "data", folder / "log")
    shutil.copytree(sample_data, here.folder, copy_function=os.link)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(here.folder))
        patch.setenv("RAPOR_SIGN_IN", "local")
        patch.setenv("RAPOR_MONITOR_TOKEN", TOKEN)
        patch.setenv("RAPOR_LOG", "json")
        patch.delenv("RAPOR_NOTES_URL", raising=False)
        for name, role in (("siti.aminah", "bkpsdm"), ("admin", "pengelola")):
            account, _first = accounts.add(name, role)
            accounts.change_password(account, PASSWORD, "")
        command = [sys.executable, "-m", "rapor", "serve", "--port", str(here.port), "--no-browser"]
        here.temporary.mkdir()
        patch.setenv("TMPDIR", str(here.temporary))
        with here.log.open("w") as log:
            process = subprocess.Popen(command, cwd=PROJECT, stderr=log, stdout=subprocess.DEVNULL)
        patch.delenv("TMPDIR")
        try:
            deadline = time.monotonic() + 90
            while time.monotonic() < deadline and process.poll() is None:
                with suppress(httpx2.TransportError):
                    here.client().get("/healthz")
                    break
                time.sleep(0.2)
            yield here
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_anybody_is_told_a_verdict_and_a_monitor_why(server: Server) -> None:
    answer = server.client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert server.client(authorization="Bearer salah").get("/healthz").json() == {"status": "ok"}
    known = server.client(authorization=f"Bearer {TOKEN}").get("/healthz").json()
    assert set(known["checks"]) >= {"build", "notes", "disk_data"}


def test_figures_are_for_a_monitor_and_who_manages_accounts(server: Server) -> None:
    def asked(**headers: str) -> httpx2.Response:
        return server.client(**headers).get("/metrics")

    refused = [asked(), asked(authorization="Bearer x"), asked(cookie=f"rapor={token_of('siti.aminah')}")]
    assert [each.status_code for each in refused] == [404, 404, 404]
    assert asked(cookie=f"rapor={token_of('admin')}").status_code == 200
    server.client(cookie=f"rapor={token_of('siti.aminah')}", **PAGE).get("/kunjungan", params={"opd": "rahasia"})
    told = asked(authorization=f"Bearer {TOKEN}").text
    figures = dict(re.findall(r"^(\w+(?:\{[^}]*\})?) (\S+)$", told, re.M))
    assert float(figures['rapor_http_seconds_count{code="200",what="kunjungan"}']) >= 1
    assert float(figures["rapor_sessions"]) >= 2
    assert float(figures["rapor_build_bytes"]) > 1e6
    assert float(figures['rapor_health{check="notes"}']) == 0
    assert "rahasia" not in told
    assert "siti" not in told


def test_the_log_of_a_session_is_lines_of_json_without_person_figure_or_question(server: Server) -> None:
    with server.client(**PAGE) as client:
        sign_in(client, "siti.aminah", "salah.sandinya.panjang")
        assert sign_in(client, "siti.aminah", PASSWORD).status_code == 303
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("RAPOR_DATA", str(server.folder))
            cursor = db._connection(str(db.current_path())).cursor()
            people = cursor.execute("select name, nip, employee_id from employee where nip is not null").fetchall()
        _name, nip, employee = people[0]
        for page in ("pegawai", "capaian", "asal", "mutu-data", "saya", "tidak-ada"):
            client.get(f"/{page}", params={"pegawai": employee, "cari": nip, "opd": "tanya-rahasia", "dari": "2026-02"})
        client.get(f"/bagian/pegawai/{nip}.csv", params={"unit": "tanya-rahasia"})
        client.post("/akun", data={"sandi": "salah.sandinya.panjang"}, headers={"sec-fetch-site": "same-origin"})
        client.get("/langganan/" + "a" * 43 + ".ics")
    time.sleep(0.5)
    lines = [json.loads(line) for line in server.lines()]
    requests = {(line["what"], line["code"]) for line in lines if line["message"] == "request"}
    assert {("pegawai", 200), ("masuk", 303), ("langganan", 404)} <= requests
    told = "\n".join(server.lines())
    secret = {
        "siti",
        "aminah",
        "tanya-rahasia",
        "salah.sandinya",
        "2026-02",
        "a" * 43,
        *(str(each) for row in people for each in row),
    }
    assert not {word for word in secret if word in told}


def test_viewers_who_leave_in_the_middle_of_a_file_leave_nothing_behind(server: Server) -> None:
    token = token_of("siti.aminah")
    unit = "bagian/kunjungan/bulanan"
    head = f"GET /{unit}.xlsx HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: rapor={token}\r\n\r\n"
    server.client(cookie=f"rapor={token}").get(f"/{unit}.xlsx")
    before = server.scratch()
    for _each in range(8):
        with socket.create_connection(("127.0.0.1", server.port), 10) as gone:
            gone.sendall(head.encode())
            time.sleep(0.02)
    time.sleep(1)
    assert server.client(cookie=f"rapor={token}").get(f"/{unit}.xlsx").status_code == 200
    assert server.scratch() == before
    assert server.client().get("/healthz").json() == {"status": "ok"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    for name in ("RAPOR_NOTES_URL", "RAPOR_SIGN_IN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def _found() -> dict[str, tuple[str, str]]:
    health._kept.clear()
    return {each.name: (each.verdict, each.why) for each in health.found()}


def test_health_means_it(folder: Path, sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _found()["build"] == ("fail", "none")
    (folder / "warehouse").mkdir()
    current = builds.current(sample_data)
    assert current
    for path in (current, builds.seal_of(current), current.with_name("current")):
        shutil.copy2(path, folder / "warehouse")
    assert _found()["build"] == ("ok", "sample")
    real = db.Build("x", None, "Tebo", False, *[db.build().first_month] * 2)
    with monkeypatch.context() as patch:
        patch.setattr(db, "build", lambda: real)  # the sample is never too old
        long_ago = time.time() - 46 * 86_400
        os.utime(folder / "warehouse" / current.name, (long_ago, long_ago))
        assert _found()["build"] == ("warn", "old")
        patch.setenv(health.FRESH, "60")
        assert _found()["build"] == ("ok", "")
    db.let_go()
    with (folder / "warehouse" / current.name).open("r+b") as file:
        file.truncate(1000)
    assert _found()["build"] == ("fail", "unreadable")
    (folder / "notes.sqlite").write_bytes(b"x" * 8192)
    assert _found()["notes"] == ("warn", "unreadable")
    monkeypatch.setenv("RAPOR_SIGN_IN", "local")  # without sessions nobody is served
    assert _found()["notes"] == ("fail", "unreadable")
    assert health.verdict(health.found()) == "fail"


def test_a_full_disk_asks_for_attention_and_takes_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with disks.small(tmp_path / "disk", 4) as disk:
        monkeypatch.setenv("RAPOR_DATA", str(disk))
        disks.fill(disk)
        assert _found()["disk_data"] == ("warn", "full")
        disks.make_read_only(disk)
        assert _found()["disk_data"] == ("warn", "read-only")


@pytest.mark.parametrize(
    ("path", "what"),
    [("/", "awal"), ("/kunjungan", "kunjungan"), ("/kirim/abc/muat", "kirim"), ("/bagian/pegawai/x.csv", "bagian"),
     ("/Siti-Aminah", "other"), ("/pengelola/akun", "pengelola"), ("/_stcore/stream", "streamlit")],
)  # fmt: skip
def test_an_address_is_called_by_its_page_alone(path: str, what: str) -> None:
    assert measured.what_of(path) == what
