"""What a page's address answers before anything runs in the browser."""

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import first, registry


async def _other(_request: object) -> PlainTextResponse:
    return PlainTextResponse("lain")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/{path:path}", _other)], middleware=[Middleware(first.First)]))


@pytest.mark.parametrize("page", registry.PAGES, ids=lambda page: page.address)
def test_a_page_answers_in_its_language_and_under_its_name(client: TestClient, page: registry.Page) -> None:
    answer = client.get(f"/{page.address}?unit=x").text
    assert '<html lang="id">' in answer
    assert f"<title>{page.title()} · Rapor</title>" in answer
    assert "Halaman ini sedang dimuat" in answer
    assert "Rapor memerlukan JavaScript" in answer
    assert not re.search(r"enable JavaScript|<title>Streamlit", answer)
    english = client.get(f"/{page.address}?bahasa=en").text
    assert '<html lang="en">' in english
    assert "This page is being loaded" in english


def test_the_start_is_the_first_page_and_the_answer_comes_packed(client: TestClient) -> None:
    answer = client.get("/", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert f"<h1>{registry.HOME.title()}</h1>" in answer.text
    assert answer.text == client.get("/awal", headers={"accept-encoding": "identity"}).text


def test_what_loads_the_app_is_as_it_was() -> None:
    own = first.INDEX.read_text(encoding="utf-8")
    edited = first.edited(own, registry.HOME, "id")
    parts = re.findall(r"<(?:script|link)[^>]*>|<script>.*?</script>", own, re.DOTALL)
    assert parts
    assert parts == re.findall(r"<(?:script|link)[^>]*>|<script>.*?</script>", edited, re.DOTALL)
    assert edited.count('<div id="root">') == 1


@pytest.mark.parametrize("html", ["", "<html><head></head><body></body></html>", '<html lang="en"><html lang="en">'])
def test_another_version_of_the_page_goes_out_as_it_is(html: str) -> None:
    assert first.edited(html, registry.HOME, "id") == html


@pytest.mark.parametrize("path", ["/accountability", "/static/js/x.js", "/_stcore/health", "/zzz", "/kunjungan/x"])
def test_other_addresses_are_left_to_the_others(client: TestClient, path: str) -> None:
    assert client.get(path).text == "lain"
    assert client.post("/kunjungan").status_code != 200
