"""A running server whose guards a request may be without, with people who have accounts on it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from dashboard.signin import accounts, sessions
from tests.dashboard.signin.server import WITHOUT

PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate"}
PASSWORD = "kuda baterai staples"
PROJECT = Path(__file__).resolve().parents[3]


class Place(NamedTuple):
    """A server and the port where it listens."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, without: str = "", **headers: str) -> httpx2.Client:
        return httpx2.Client(
            base_url=self.url, headers={WITHOUT: without, **headers}, timeout=20, verify=False
        )  # no TLS here

    def socket(self, token: str = "", without: str = "", run: str = "", **headers: str) -> ClientConnection:
        asked = [Subprotocol(each) for each in ("streamlit", "x", run) if each]
        more = {WITHOUT: without, "cookie": f"rapor={token}", **headers}
        return connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            additional_headers=more,
            open_timeout=10,
            legacy=True,
            subprotocols=asked,
        )

    def raw(self, path: str, without: str) -> bytes:
        """Return the answer to a path that no client tidies up."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as opened:
            head = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n{WITHOUT}: {without}\r\nconnection: close\r\n\r\n"
            opened.sendall(head.encode())
            return b"".join(iter(lambda: opened.recv(65536), b""))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("data")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        here = Place(probe.getsockname()[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(folder))
        patch.setenv("RAPOR_SIGN_IN", "local")
        for name, role in (("bupati", "bupati"), ("admin", "pengelola"), ("korban", "bupati")):
            account, _first = accounts.add(name, role)
            accounts.change_password(account, PASSWORD, "")
        accounts.add("baru", "bupati", password=PASSWORD)
        command = [sys.executable, "-m", "tests.dashboard.signin.server", str(here.port)]
        process = subprocess.Popen(command, cwd=PROJECT, env=dict(os.environ))
        try:
            _wait(here, process)
            yield here
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(place: Place, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx2.TransportError):
            if place.client().get("/masuk").status_code == 200:
                return
        time.sleep(0.1)
    pytest.fail("the server did not answer")


def token_of(name: str) -> str:
    account = accounts.find(name)
    assert account
    return sessions.begin(account, "whole", "")


def sign_in(client: httpx2.Client, name: str, password: str, **more: str) -> httpx2.Response:
    form = {"nama": name, "sandi": password, **more}
    return client.post("/masuk", data=form, headers={"sec-fetch-site": "same-origin"})
