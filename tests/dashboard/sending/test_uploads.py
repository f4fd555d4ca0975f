"""What becomes of a sending whose sender goes in the middle of it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from dashboard.access import Asker, of
from dashboard.sending import box, routes

SAME = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}


def test_an_upload_that_is_cut_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a body, then the connection goes: no file, no sending, and the next one is taken as ever."""
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    monkeypatch.setenv("RAPOR_VIEWER", "pengelola")
    half = b'--x\r\ncontent-disposition: form-data; name="berkas"; filename="a.csv"\r\n\r\n' + b"Januari;" * 40_000
    came: Iterator[Message] = iter(
        [{"type": "http.request", "body": half, "more_body": True}, {"type": "http.disconnect"}]
    )
    scope = {
        "type": "http", "method": "POST", "path": "/kirim", "raw_path": b"/kirim", "query_string": b"", "root_path": "",
        "scheme": "http", "server": ("testserver", 80), "http_version": "1.1", "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"testserver"), (b"content-type", b"multipart/form-data; boundary=x"),
                    *((key.encode(), value.encode()) for key, value in SAME.items())],
    }  # fmt: skip

    answered: list[Message] = []

    async def receive() -> Message:
        return next(came)

    async def send(message: Message) -> None:
        answered.append(message)

    with ThreadPoolExecutor(1) as pool:  # where a browser test of this process left no loop running
        pool.submit(asyncio.run, Starlette(routes=routes.ROUTES)(scope, receive, send)).result()
    assert answered[0]["status"] == 400
    assert not [path for path in (tmp_path / "sending").rglob("*") if path.is_file()]
    assert box.listed(Asker("pengelola", of("pengelola"))) == []
