"""What is written down of a reader: each way in that shows names or gives a file, and that names stay closed where it can't be."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import record
from dashboard.render import body
from dashboard.web import pieces
from dashboard.web.first import First
from queries import builds
from tests.dashboard.builds import shown


@pytest.fixture
def data(tmp_path: Path, sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with the sample build and a record of its own."""
    for room in ("warehouse", "reference", "lake"):
        if (sample_data / room).exists():
            (tmp_path / room).symlink_to(sample_data / room)
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    monkeypatch.setenv("RAPOR_VIEWER", "bkpsdm")
    record._done.clear()
    return tmp_path


def _kinds() -> list[tuple[str, str]]:
    lines = [entry for entry in record.entries() if entry.kind != "roles_changed"]
    return [(entry.kind, dict(entry.about).get("page", "")) for entry in lines]


def _unwritable(data: Path) -> None:
    (data / record.FILE).unlink(missing_ok=True)
    (data / record.FILE).mkdir()


@pytest.fixture
def client() -> TestClient:
    routes = [
        Route(f"/{body.FOLDER}/{{address}}/{{block}}.{{kind}}", pieces.give),
        Route("/{rest:path}", lambda _request: PlainTextResponse("")),
    ]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(First)]))


@pytest.fixture(scope="module")
def people(sample_data: Path) -> set[str]:
    """Return the names of all employees."""
    with duckdb.connect(builds.current(sample_data) or "", read_only=True) as build:
        return {name for (name,) in build.execute("select name from employee").fetchall()}


WAYS = {
    "the live page": lambda page, _client, data: shown(
        page("pegawai", viewer="bkpsdm", data_dir=data, kelompok="nurse")
    ),
    "the first answer": lambda _page, client, _data: client.get("/pegawai?kelompok=nurse").text,
    "a piece": lambda _page, client, _data: client.get("/bagian/pegawai/ranking.csv?kelompok=nurse").text,
}


@pytest.mark.parametrize("way", WAYS)
def test_who_sees_names_is_written_down_once_a_day_whichever_way_he_came(
    way: str, page: Callable, client: TestClient, data: Path
) -> None:
    for _turn in range(2):
        WAYS[way](page, client, data)
    assert [line for line in _kinds() if line[0] != "exported"] == [("named_ranking_viewed", "pegawai")]


@pytest.mark.parametrize("way", WAYS)
def test_names_stay_closed_where_that_cannot_be_written(
    way: str, page: Callable, client: TestClient, people: set[str], data: Path
) -> None:
    WAYS[way](page, client, data)  # it is made and kept, as after the first reader of a day
    named = WAYS[way](page, client, data)
    record._done.clear()
    _unwritable(data)
    refused = WAYS[way](page, client, data)
    assert sum(name in named for name in people) > 10
    assert not [name for name in people if name in refused]
    assert "Catatan akses tidak dapat ditulis" in refused or "sedang dimuat" in refused
    assert "Ringkasan" in shown(page("ringkasan", viewer="bkpsdm", data_dir=data))  # other pages go on


def test_a_reader_without_names_leaves_no_line_and_is_refused_nothing(
    page: Callable, client: TestClient, data: Path, monkeypatch
) -> None:
    _unwritable(data)
    monkeypatch.setenv("RAPOR_VIEWER", "pimpinan")
    page("pegawai", viewer="pimpinan", data_dir=data)
    assert client.get("/bagian/kunjungan/bulanan.csv").status_code == 200


def test_a_file_that_is_taken_along_is_a_line(client: TestClient, data: Path) -> None:
    assert client.get("/bagian/kunjungan/bulanan.csv").status_code == 200
    ((kind, page),) = _kinds()
    assert (kind, page) == ("exported", "kunjungan")
    _unwritable(data)
    assert client.get("/bagian/kunjungan/bulanan.csv").status_code == 503  # he may read names


def test_the_auditor_reads_it_and_nobody_else(page: Callable, data: Path) -> None:
    page("pegawai", viewer="bkpsdm", data_dir=data)
    read = shown(page("catatan-akses", viewer="auditor", data_dir=data))
    assert "Catatan ini utuh" in read
    assert "Melihat nama pegawai" in read
    assert "halaman: Pegawai" in read
    assert "href='catatan-akses" in read
    narrowed = shown(page("catatan-akses", viewer="auditor", data_dir=data, jenis="exported"))
    assert "Tidak ada baris untuk pilihan ini" in narrowed
    for other in ("bupati", "bappeda", "pimpinan"):
        closed = shown(page("catatan-akses", viewer=other, data_dir=data))
        assert "hanya untuk peran dengan hak audit" in closed
        assert "Melihat nama" not in closed
