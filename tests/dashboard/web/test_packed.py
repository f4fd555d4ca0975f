"""Files that a browser keeps: packed once, the same contents, nothing from elsewhere."""

import gzip
import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.web import gate, packed


async def _other(_request: object) -> PlainTextResponse:
    return PlainTextResponse("lain")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/{path:path}", _other)], middleware=[Middleware(packed.Packed)]))


def _frame() -> str:
    """Return the address of the script that Streamlit's page begins with."""
    found = re.search(r'<script type="module" crossorigin src="\.(/static/js/[^"]+)"', gate.INDEX.read_text("utf-8"))
    assert found
    return found[1]


def test_a_script_comes_packed_whole_and_for_ever(client: TestClient) -> None:
    file = packed.file_at(_frame())
    assert file
    answer = client.get(_frame(), headers={"accept-encoding": "gzip, deflate, br"})
    assert answer.content == file.read_bytes()  # as the client unpacks it
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < file.stat().st_size / 2
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "accept-encoding"
    assert "javascript" in answer.headers["content-type"]
    plain = client.get(_frame(), headers={"accept-encoding": "identity"})
    assert plain.content == file.read_bytes()
    assert "content-encoding" not in plain.headers


def test_a_file_packs_to_the_same_bytes() -> None:
    file = packed.file_at(_frame())
    assert file
    assert packed.packed(file) == gzip.compress(file.read_bytes(), packed.LEVEL, mtime=0)


def test_fonts_are_kept_for_ever_too_and_not_packed_twice(client: TestClient) -> None:
    fonts = [name for name in packed._files(packed.FOLDERS["/app/static/"]) if name.endswith(".woff2")]
    assert fonts
    for name in fonts:
        answer = client.get(f"/app/static/{name}", headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in answer.headers
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"] == "font/woff2"


@pytest.mark.parametrize(
    "path",
    ["/", "/static/", "/static/js/none.js", "/app/static/../app.py", "/app/static/%2e%2e/app.py", "/static//etc/passwd",
     "/app/static/fonts", "/kunjungan"],
)  # fmt: skip
def test_what_is_no_file_of_these_folders_is_left_to_the_others(client: TestClient, path: str) -> None:
    assert client.get(path).text == "lain"


def test_a_part_of_a_file_is_left_to_the_others(client: TestClient) -> None:
    assert client.get(_frame(), headers={"range": "bytes=0-9"}).text == "lain"
