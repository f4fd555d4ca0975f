"""The pieces of a page that a browser fetches: a drawing, the table behind it, its rows as a file; for whom the page would be."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.render import body, figure
from dashboard.web import pieces
from tests.dashboard.builds import shown


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route(f"/{body.FOLDER}/{{address}}/{{block}}.{{kind}}", pieces.give)]))


def _urls(words: str, kind: str) -> list[str]:
    """Return the addresses of the pieces that a page names."""
    return [unescape(url) for url in re.findall(rf"='(bagian/[^']*\.{kind}\?[^']*)'", words)]


def test_a_page_names_its_pieces_and_each_is_there_for_ever(page: Callable, client: TestClient) -> None:
    words = " ".join(part.proto.body for part in page("kunjungan").get("html"))
    drawings, tables = _urls(words, "svg"), _urls(words, "html")
    assert len(drawings) == 6
    assert len(tables) == 7  # the months of the units are cells, with a table behind them
    answer = client.get(f"/{drawings[0]}&lebar=584")
    assert answer.text.startswith("<svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cache-control"] == pieces.FOR_EVER
    assert "var(--rp-" in answer.text  # both looks in one drawing
    table = client.get(f"/{tables[0]}")
    assert "<table class='rp-table" in table.text
    (file,) = _urls(table.text, "csv")
    rows = client.get(f"/{file}")
    assert rows.headers["content-disposition"].startswith('attachment; filename="rapor-kunjungan-bulanan-')
    assert rows.content.startswith(b"\xef\xbb\xbfBulan,")
    assert rows.content.decode().count("Data contoh") > 20


def test_a_piece_of_another_day_or_build_is_not_kept_or_not_there(page: Callable, client: TestClient) -> None:
    words = " ".join(part.proto.body for part in page("kunjungan").get("html"))
    url = _urls(words, "html")[0]
    assert client.get(re.sub("versi=[0-9a-f]+", "versi=0", f"/{url}")).headers["cache-control"] == "no-store"
    unpinned = client.get(re.sub(r"data=[^&]+&", "", f"/{url}"))  # what is current today is another build tomorrow
    assert (unpinned.status_code, unpinned.headers["cache-control"]) == (200, "no-store")
    gone = client.get(re.sub(r"data=[^&]+", "data=20200101T000000-00000000", f"/{url}"))
    assert gone.status_code == 410
    assert gone.text.startswith("Data terbitan ini tidak disimpan lagi.")
    assert "no longer kept" in client.get(re.sub(r"data=[^&]+", "data=x&bahasa=en", f"/{url}")).text


@pytest.mark.parametrize(
    "path",
    [
        "kunjungan/bulanan.svg?lebar=585", "kunjungan/bulanan.svg", "kunjungan/bulanan.png?lebar=584", "kunjungan/tidak-ada.html",
        "tidak-ada/bulanan.svg?lebar=584", "accountability/x.html", "kunjungan/..%2f..%2fetc.csv", "ringkasan/perhatian.svg?lebar=584",
    ],
)  # fmt: skip
def test_what_is_no_piece_is_not_there(page: Callable, client: TestClient, path: str) -> None:
    page("kunjungan")
    assert client.get(f"/bagian/{path}").status_code == 404


def test_a_piece_is_for_whom_the_page_would_be(
    page: Callable, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = page("pegawai", viewer="bupati")
    (file,) = [url for url in _urls(shown(test), "csv") if "/gaps." in url]
    named = client.get(f"/{file}").text
    assert "Maya Yuliana" in named
    monkeypatch.setenv("RAPOR_VIEWER", "pimpinan")  # the same address, asked by another
    hidden = client.get(f"/{file}")
    assert "Maya Yuliana" not in hidden.text
    assert "Pegawai " in hidden.text
    assert hidden.headers["cache-control"] == "no-store"


def test_a_fault_is_said_calmly_and_its_data_is_not(
    page: Callable, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    page("kunjungan")
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    assert pieces.answer("kunjungan", "bulanan", "html", {}).status_code == 410
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "one.duckdb").write_text("Siti", encoding="utf-8")
    (tmp_path / "warehouse" / "current").write_text("one.duckdb", encoding="utf-8")
    answer = pieces.answer("kunjungan", "bulanan", "html", {})
    assert answer.status_code == 500
    assert bytes(answer.body).decode() == "Belum dapat dimuat."
    assert "Siti" not in caplog.text


def test_a_drawing_is_taller_where_it_is_narrow_and_knows_its_height(page: Callable) -> None:
    words = " ".join(part.proto.body for part in page("ringkasan").get("html"))
    sizes = re.findall(r"data-ukuran='([^']+)'", words)
    assert sizes
    for size in sizes:
        widths = [int(pair.split(":")[0]) for pair in size.split()]
        assert widths == list(figure.WIDTHS)
        assert all(int(pair.split(":")[1]) > 80 for pair in size.split())
