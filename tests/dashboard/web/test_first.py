"""What a page's address answers before anything runs in the browser."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import access, asking, registry
from dashboard.signin import accounts
from dashboard.web import first, warming


async def _other(_request: object) -> PlainTextResponse:
    return PlainTextResponse("lain")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/{path:path}", _other)], middleware=[Middleware(first.First)]))


@pytest.mark.parametrize("page", registry.PAGES, ids=lambda page: page.address)
def test_a_page_answers_in_its_language_and_under_its_name(
    client: TestClient, page: registry.Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))  # without a build it is the plain page
    answer = client.get(f"/{page.address}?unit=x").text
    assert '<html lang="id">' in answer
    assert f"<title>{page.title()} · Rapor</title>" in answer
    assert "Halaman ini sedang dimuat" in answer
    assert "Rapor memerlukan JavaScript" in answer
    assert not re.search(r"enable JavaScript|<title>Streamlit", answer)
    english = client.get(f"/{page.address}?bahasa=en").text
    assert '<html lang="en">' in english
    assert "This page is being loaded" in english


def test_the_start_is_the_first_page_and_the_answer_comes_packed(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))  # with a build, the one might come plain and the other whole
    answer = client.get("/", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert f"<h1>{registry.HOME.title()}</h1>" in answer.text
    assert answer.text == client.get("/awal", headers={"accept-encoding": "identity"}).text


def _body(words: str) -> str:
    """Return the page in a piece of HTML, its drawings taken out and said in words."""
    (found,) = re.findall(r"<div class='rp-page'.*?(?=</main></div>|$)", words, re.DOTALL)
    return re.sub(
        r"(<figure [^>]*?)( role='img' aria-label='[^']*')?>.*?</figure>", r"\1></figure>", found, flags=re.DOTALL
    )


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("ringkasan", {}),
        ("kunjungan", {"unit": "pkm-mengupeh", "bahasa": "en"}),
        ("pegawai", {}),
        ("asal", {"angka": "visits"}),
    ],
)
def test_the_first_answer_holds_what_the_live_page_shows(page: Callable, address: str, query: dict[str, str]) -> None:
    live = [part.proto.body for part in page(address, **query).get("html")]
    packed = first.document(registry.page(address), query, is_phone=False)
    assert packed
    document = gzip.decompress(packed).decode()
    assert _body(document) == _body(next(part for part in live if "class='rp-page'" in part))
    (frame,) = [part for part in live if part.startswith("<header")]
    assert frame in document
    assert document.count("<figure ") == document.count("<svg xmlns")
    chips = [part for part in live if part.startswith("<nav class='rp-chips'")]
    assert all(part in document for part in chips)


def test_the_first_answer_is_kept_and_named_by_its_contents(
    page: Callable, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page("kunjungan")
    monkeypatch.setattr(first, "LATEST_SECONDS", 60.0)
    answer = client.get("/kunjungan?dari=2026-02")
    again = client.get("/kunjungan?dari=2026-02", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    phone = client.get("/kunjungan?dari=2026-02", headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Mobile"})
    assert phone.headers["etag"] != answer.headers["etag"]
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "<script>" not in re.sub(r"<script>\s*window.prerenderReady = false\s*</script>", "", answer.text)


@pytest.mark.parametrize("address", ["jelajah", "sql", "rapat", "keputusan?baru=1"])
def test_a_page_with_forms_comes_as_words_to_wait_by(page: Callable, client: TestClient, address: str) -> None:
    page("kunjungan")
    answer = client.get(f"/{address}").text
    assert "Halaman ini sedang dimuat" in answer
    assert "rp-page" not in answer


def test_a_page_that_takes_too_long_comes_plain_and_the_next_time_whole(
    page: Callable, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page("kunjungan")
    monkeypatch.setattr(first, "LATEST_SECONDS", 0.0)
    assert "Halaman ini sedang dimuat" in client.get("/kunjungan?dari=2026-03").text
    monkeypatch.setattr(first, "LATEST_SECONDS", 60.0)
    assert "rp-page" in client.get("/kunjungan?dari=2026-03").text


def test_the_app_waits_in_a_template_whole() -> None:
    own = first.INDEX.read_text(encoding="utf-8")
    covered = first.covered(own, registry.HOME, "<i>sampul</i>", "<b>kepala</b>")
    assert covered
    head, template = covered.split("<body>")[0], covered.split('<template id="rp-app">')[1]
    parts = re.findall(r'<script type="module"[^>]*>|<link rel="(?:modulepreload|stylesheet)"[^>]*>', own)
    assert len(parts) > 50
    assert not [part for part in parts if part in head or part not in template]
    assert "<b>kepala</b></head>" in covered
    assert '<i>sampul</i><div id="root"></div>' in covered
    for other in (
        "",
        own.replace('type="module"', 'type="text/javascript"'),
        own + '<script type="module" src="x"></script>',
    ):
        assert first.covered(other, registry.HOME, "", "") is None


def test_the_usual_pages_are_made_ahead(page: Callable) -> None:
    page("ringkasan")
    assert warming.make(Event()) == 2 * len(
        [entry for entry in registry.PAGES if entry.is_listed and entry.address != "jelajah"]
    )


def test_where_people_sign_in_pages_are_made_ahead_for_the_roles_that_have_accounts(
    page: Callable, sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page("ringkasan")
    monkeypatch.setenv("RAPOR_NOTES_URL", f"sqlite:///{tmp_path}/notes.sqlite")
    monkeypatch.setenv("RAPOR_SIGN_IN", "local")
    assert warming.askers() == []
    assert warming.make(Event()) == 0
    for name, role, of in (("siti", "bupati", ""), ("ani", "bupati", ""), ("budi", "kepala-dinas", "dinkes")):
        accounts.add(name, role, of)
    assert [asker.viewer for asker in warming.askers()] == [access.of("bupati")]
    with asking.as_(asking.Asker("siti", access.of("bupati"))):
        mine = gzip.decompress(first.document(registry.page("ringkasan"), {}, is_phone=False) or b"").decode()
    with asking.as_(asking.Asker("ani", access.of("bupati"))):
        others = gzip.decompress(first.document(registry.page("ringkasan"), {}, is_phone=False) or b"").decode()
    assert ">siti</a>" in mine
    assert ">siti</a>" not in others
    assert first.WHO not in mine + others


def test_what_loads_the_app_is_as_it_was() -> None:
    own = first.INDEX.read_text(encoding="utf-8")
    edited = first.edited(own, registry.HOME, "id")
    parts = re.findall(r"<(?:script|link)[^>]*>|<script>.*?</script>", own, re.DOTALL)
    assert parts
    found = re.findall(r"<(?:script|link)[^>]*>|<script>.*?</script>", edited, re.DOTALL)
    rests = [part for part in found if "/rests.js" in part]
    assert len(rests) == 1
    assert parts == [part for part in found if part not in rests]
    assert edited.count('<div id="root">') == 1


@pytest.mark.parametrize("html", ["", "<html><head></head><body></body></html>", '<html lang="en"><html lang="en">'])
def test_another_version_of_the_page_goes_out_as_it_is(html: str) -> None:
    assert first.edited(html, registry.HOME, "id") == html


@pytest.mark.parametrize("path", ["/accountability", "/static/js/x.js", "/_stcore/health", "/zzz", "/kunjungan/x"])
def test_other_addresses_are_left_to_the_others(client: TestClient, path: str) -> None:
    assert client.get(path).text == "lain"
    assert client.post("/kunjungan").status_code != 200
