"""Several processes behind one address: who answers whom, what a process may take, and what becomes of one that dies."""

import json
import os
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx2
import pytest

from queries import workers as share
from rapor import workers

PROJECT = Path(__file__).resolve().parents[2]


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """A process as the front sees it: it answers who it is and what it was told of the sender."""

    daemon_threads, request_queue_size = True, 50

    def __init__(self, place: Path, name: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                said = json.dumps(
                    {"name": name, **{key.lower(): value for key, value in self.headers.items()}}
                ).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None: ...

        super().__init__(str(place), Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def end(self, place: Path) -> None:
        self.shutdown()
        self.server_close()
        place.unlink()


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url).status_code < 500
    except httpx2.TransportError:
        return False


@pytest.fixture
def front(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, list[_Server]]]:
    """Yield Caddy's address and the two that stand behind it."""
    port, proxies = _port(), getattr(request, "param", [])
    servers = [_Server(tmp_path / f"{n}.sock", str(n)) for n in (1, 2)]
    told = workers.settings(tmp_path, 2, f"127.0.0.1:{port}", proxies, ["kirim"], "rahasia")
    (tmp_path / "caddy.json").write_text(json.dumps(told), encoding="utf-8")
    process = subprocess.Popen(
        [str(workers.caddy()), "run", "--config", str(tmp_path / "caddy.json")],
        env={**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
    )
    try:
        _until(lambda: _answers(f"http://127.0.0.1:{port}/"))
        yield f"http://127.0.0.1:{port}", servers
    finally:
        process.terminate()
        process.wait(timeout=10)


def _who(client: httpx2.Client, path: str = "/", **headers: str) -> str:
    return client.get(path, headers=headers).json()["name"]


def test_a_browser_stays_with_its_process_and_what_is_one_process_s_goes_there(
    front: tuple[str, list[_Server]], tmp_path: Path
) -> None:
    url, servers = front
    found: dict[str, httpx2.Client] = {}
    while len(found) < 2:  # all from one address, as phones behind one are
        client = httpx2.Client(base_url=url, timeout=30)
        found[_who(client)] = client
    for name, client in found.items():
        assert {_who(client) for _each in range(10)} == {name}
        assert {_who(client, path) for path in ("/kirim", "/kirim/abc/muat")} == {"1"}
        assert _who(client, "/kirimx") == name
    servers[1].end(tmp_path / "2.sock")
    assert [_who(found["2"]) for _each in range(3)] == ["1"] * 3  # the others serve on
    servers[0].end(tmp_path / "1.sock")
    again = threading.Timer(1, lambda: _Server(tmp_path / "1.sock", "1"))
    again.start()
    assert _who(found["1"], "/kirim") == "1"  # what one alone answers waits for it


@pytest.mark.parametrize(
    ("front", "sent", "seen"),
    [([], "6.6.6.6", "127.0.0.1"), (["127.0.0.1"], "10.1.2.3", "10.1.2.3"), (["127.0.0.1"], "6.6.6.6, 10.1.2.3", "10.1.2.3")],
    indirect=["front"],
)  # fmt: skip
def test_a_sender_is_who_a_declared_proxy_says(front: tuple[str, list[_Server]], sent: str, seen: str) -> None:
    told = httpx2.get(front[0], headers={"x-forwarded-for": sent, "x-forwarded-proto": "https"}).json()
    assert told["x-forwarded-for"] == seen
    assert told["x-forwarded-proto"] == ("https" if seen != "127.0.0.1" else "http")
    assert told["host"] == front[0].removeprefix("http://")


@pytest.mark.parametrize(
    ("number", "count", "total", "part"),
    [("", "", 3, 3), ("1", "2", 3, 2), ("2", "2", 3, 1), ("4", "4", 3, 1), ("x", "-1", 5, 5), ("1", "4", 8192, 2048)],
)
def test_what_a_machine_allows_is_divided(
    monkeypatch: pytest.MonkeyPatch, number: str, count: str, total: int, part: int
) -> None:
    monkeypatch.setenv(share.NUMBER, number)
    monkeypatch.setenv(share.COUNT, count)
    assert share.share(total) == part


HANGS = """
import socket, sys, time
served = socket.socket(socket.AF_UNIX)
served.bind(sys.argv[1])
served.listen()
while True:
    if sys.argv[2] == "answers":
        asked, _ = served.accept()
        if asked.recv(1000):
            asked.sendall(b"HTTP/1.1 503 Service Unavailable\\r\\n\\r\\n")
        asked.close()
    time.sleep(0.01)
"""


@pytest.mark.parametrize("what", ["answers", "hangs"])
def test_a_process_that_gives_no_answer_is_ended_and_one_that_is_not_well_is_not(short: Path, what: str) -> None:
    place = short / "1.sock"
    child = workers.Child("Proses 1", [sys.executable, "-c", HANGS, str(place), what], os.environ, place=place)
    child.start()
    try:
        process = child.process
        assert process
        _until(lambda: workers._answers(place))
        child.answered_at = began = time.monotonic()
        child.ask(0.5)
        said: list[str] = []
        child.end_hanging(0.4, said.append)
        assert (child.answered_at > began) == (what == "answers")
        assert process.poll() == (None if what == "answers" else -signal.SIGKILL)
        assert bool(said) == (what == "hangs")
    finally:
        child.end(0)


@pytest.mark.parametrize(("given", "seconds"), [("", 60.0), ("5", 5.0), ("0", 60.0), ("-1", 60.0), ("x", 60.0)])
def test_how_long_a_process_may_be_silent_is_a_setting(
    monkeypatch: pytest.MonkeyPatch, given: str, seconds: float
) -> None:
    monkeypatch.setenv(workers.HANGS, given)
    assert workers.hangs_seconds() == seconds


def test_without_caddy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _name: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(workers.Missing, match="apt install caddy"):
        workers.caddy()


@pytest.fixture
def short() -> Iterator[Path]:
    """Return a folder whose name leaves room for that of a socket, which may have 107 letters."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.slow
def test_a_process_that_dies_is_started_anew_and_all_end_with_the_first(tmp_path: Path, short: Path) -> None:
    port = _port()
    command = [sys.executable, "-m", "rapor", "serve", "--workers", "2", "--port", str(port), "--no-browser"]
    environment = {**os.environ, "RAPOR_DATA": str(tmp_path / "data"), "TMPDIR": str(short), "RAPOR_LANG": "id"}
    environment[workers.HANGS] = "8"
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)
        try:
            _until(lambda: _answers(f"http://127.0.0.1:{port}/_stcore/health"), 150)
            before = _running(short)
            assert sorted(before) == ["1.sock", "2.sock", "caddy.json"]
            os.kill(before["2.sock"], signal.SIGKILL)
            _until(lambda: _running(short).get("2.sock", before["2.sock"]) != before["2.sock"])
            assert _answers(f"http://127.0.0.1:{port}/bantuan")
            assert _running(short)["1.sock"] == before["1.sock"]
            os.kill(before["1.sock"], signal.SIGSTOP)  # it hangs, and does not die by itself
            _until(lambda: _running(short).get("1.sock", before["1.sock"]) != before["1.sock"])
            _until(lambda: _answers(f"http://127.0.0.1:{port}/kirim"))
            process.kill()  # no time to say goodbye to anybody
            process.wait()
            _until(lambda: not _running(short), 20)
        finally:
            process.kill()
    told = (tmp_path / "log").read_text(encoding="utf-8")
    assert "Proses 2 berhenti (-9); dijalankan lagi." in told
    assert "Proses 1 tidak menjawab selama" in told


def _running(folder: Path) -> dict[str, int]:
    """Return the processes that were started with a file in a folder, by that file's name."""
    found = {}
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        named = [Path(word).name for word in words if word.startswith(f"{folder}/") and "log-" not in word]
        if named and "rapor.tied" not in words:
            found[named[0]] = int(place.parent.name)
    return found
