"""A clerk's path through /kirim on a small district: sent, looked at, asked about, loaded, and what became of it."""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.sending import box, pages
from etl import folder
from etl.load import load
from queries import builds

HEAD = "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan"
SENT = datetime(2026, 4, 5, tzinfo=UTC).timestamp()
SAME = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
CLERK = "operator:pkm-mengupeh"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a district with a January of one health centre, loaded."""
    data = tmp_path_factory.mktemp("sent")
    shutil.copytree(folder.PRODUCT_REFERENCE, data / "reference")
    path = data / "inbox" / "kunjungan_2026-01_20260205.csv"
    path.parent.mkdir()
    path.write_text(
        f"{HEAD}\nJanuari;PKM Mengupeh;UMUM;70;70;140\nJanuari;PKM Mengupeh;GIGI;50;50;100\n", encoding="utf-8"
    )
    os.utime(path, (SENT, SENT))
    load(data, [path])
    return data


@pytest.fixture
def data(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of that district, looked at by its clerk."""
    copy = tmp_path / "data"
    shutil.copytree(published, copy)
    monkeypatch.setenv("RAPOR_DATA", str(copy))
    monkeypatch.setenv("RAPOR_VIEWER", CLERK)
    return copy


@pytest.fixture
def client(data: Path) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=pages.ROUTES)) as opened:
        yield opened


def _send(client: TestClient, *files: tuple[str, str | bytes]) -> str:
    """Send files and return the address of their page once they were looked at."""
    form = [("berkas", (name, content)) for name, content in files]
    answer = client.post("/kirim", files=form, headers=SAME, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return _wait(client, "/" + answer.headers["location"].removeprefix("./"))


def _wait(client: TestClient, at: str) -> str:
    until = time.monotonic() + 120
    while client.get(f"{at}/keadaan").json()["state"].split()[0] in ("reading", "loading"):
        assert time.monotonic() < until
        time.sleep(0.2)
    return at


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


def _visits(data: Path) -> dict[str, int]:
    path = builds.current(data)
    assert path is not None
    with duckdb.connect(str(path), read_only=True, config={"autoinstall_known_extensions": "false"}) as connection:
        asked = "select strftime(month, '%Y-%m'), sum(patients) from visit group by 1 order by 1"
        return {month: int(count) for month, count in connection.execute(asked).fetchall()}


@pytest.mark.slow
def test_a_new_month_is_looked_at_first_and_loaded_when_its_sender_says_so(client: TestClient, data: Path) -> None:
    at = _send(
        client,
        ("kunjungan_2026-02.csv", f"{HEAD}\nFebruari;PKM Mengupeh;UMUM;80;72;152\nFebruari;PKM Mengupeh;GIGI;x;3;3\n"),
    )
    assert _visits(data) == {"2026-01": 240}  # nothing is loaded yet
    words = _words(client.get(at).text)
    assert "Puskesmas Mengupeh · Feb 2026" in words
    # the new month beside nothing published, and the month before: 240
    assert re.search(r"Feb 2026 155 – 240 –|Feb 2026 152 – 240 –", words), words
    assert "1 sel atau baris ditolak" in words
    assert re.search(r"3 Baru x", words), words  # row 3, column Baru, what it holds
    client.post(f"{at}/muat", headers=SAME)
    _wait(client, at)
    done = _words(client.get(at).text)
    assert "Selesai: data terbitan baru" in done
    assert _visits(data)["2026-02"] >= 152
    assert [path.name for path in (data / "inbox" / "kiriman").rglob("*.csv")] == ["kunjungan_2026-02.csv"]
    assert "sudah dimuat" in _words(client.get("/kirim").text)


@pytest.mark.slow
def test_what_takes_figures_away_is_held_until_its_sender_says_yes(client: TestClient, data: Path) -> None:
    less = ("kunjungan_2026-01_baru.csv", f"{HEAD}\nJanuari;PKM Mengupeh;UMUM;70;70;140\n")
    at = _send(client, less)
    page = client.get(at).text
    assert "name='sah-0'" in page
    assert "Ditahan:" in _words(page)
    client.post(f"{at}/muat", headers=SAME)
    _wait(client, at)
    assert _visits(data) == {"2026-01": 240}
    assert "Masih ditahan, angka lama tetap dipakai." in _words(client.get(at).text)
    again = _send(client, less)  # sent once more it is as held as before
    assert "name='sah-0'" in client.get(again).text
    client.post(f"{at}/muat", data={"sah-0": "1"}, headers=SAME)
    _wait(client, at)
    assert _visits(data) == {"2026-01": 140}


@pytest.mark.slow
def test_a_clerk_sends_for_his_own_unit_alone(client: TestClient, data: Path) -> None:
    both = f"{HEAD}\nFebruari;PKM Mengupeh;UMUM;80;72;152\nFebruari;PKM Tegal Arum;UMUM;1;1;2\n"
    at = _send(client, ("kunjungan_2026-02.csv", both))
    page = client.get(at).text
    assert "berkas ini menyangkut unit lain" in _words(page)
    assert "Muat" not in _words(page)
    client.post(f"{at}/muat", headers=SAME)  # pressed all the same
    assert box.find(at.rpartition("/")[2], pages.asking.asker()).state == "read"  # ty: ignore[missing-union-attribute]
    assert _visits(data) == {"2026-01": 240}


@pytest.mark.slow
def test_what_a_file_does_not_say_is_asked_and_it_is_looked_at_again(client: TestClient, data: Path) -> None:
    at = _send(client, ("rekap.csv", "Poli;Baru;Lama;Total Kunjungan\nUMUM;80;72;152\n"))
    page = client.get(at).text
    assert all(f"name='{key}-0'" in page for key in ("jenis", "unit", "periode")), _words(page)
    client.post(
        f"{at}/sebut", data={"jenis-0": "kunjungan", "unit-0": "Mengupeh", "periode-0": "2026-02"}, headers=SAME
    )
    _wait(client, at)
    assert "Puskesmas Mengupeh · Feb 2026" in _words(client.get(at).text)
    client.post(f"{at}/muat", headers=SAME)
    _wait(client, at)
    assert _visits(data) == {"2026-01": 240, "2026-02": 152}


@pytest.mark.slow
def test_what_a_file_holds_is_escaped(client: TestClient) -> None:
    evil = "<script>alert(1)</script>"
    at = _send(client, (f"{evil}.csv", f"{HEAD}\nFebruari;{evil};UMUM;{evil};72;152\n"))
    page = client.get(at).text
    assert evil not in page
    assert "&lt;script&gt;" in page


def test_what_can_not_be_taken_in_is_said_and_nothing_is_kept(client: TestClient, data: Path) -> None:
    for files, why in (
        ([("berkas", ("a.exe", b"MZ"))], "bukan berkas laporan"),
        ([("berkas", ("a.csv", b""))], "a.csv kosong"),
        ([("lain", ("a.csv", b"x"))], "Pilih dulu berkas"),
        ([("berkas", (f"{n}.csv", b"x")) for n in range(101)], "terlalu banyak berkas"),
    ):
        answer = client.post("/kirim", files=files, headers=SAME)
        assert (answer.status_code, why in _words(answer.text)) == (400, True), _words(answer.text)
    assert not list((data / "sending").glob("*")) if (data / "sending").exists() else True


def test_another_site_sends_nothing_and_who_may_not_send_is_told_so(
    client: TestClient, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = [("berkas", ("a.csv", b"x"))]
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "null"}, {}):
        assert client.post("/kirim", files=form, headers=headers).status_code == 403
    for viewer in ("bupati", "publik", "pegawai:e1", "tidak-ada"):
        monkeypatch.setenv("RAPOR_VIEWER", viewer)
        assert client.get("/kirim").status_code == 403
        assert client.post("/kirim", files=form, headers=SAME).status_code == 403
    assert not (data / "sending").exists()


def test_a_load_that_was_cut_short_is_said_and_can_be_done_again(client: TestClient, data: Path) -> None:
    sending = box.new(pages.asking.asker())
    (sending.folder / "a.csv").write_text("x", encoding="utf-8")
    box.save(box.to_inbox(pages.replace(sending, names=("a.csv",))))  # loading, by a process that is there no more
    page = _words(client.get(f"/kirim/{sending.id}").text)
    assert "Pemuatannya terhenti." in page
    assert "Data terbitan tidak berubah" in page
    content = json.loads((data / "sending" / f"{sending.id}.json").read_text(encoding="utf-8"))
    assert content["state"] == "failed"
