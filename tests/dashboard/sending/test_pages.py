"""A clerk's path through /kirim on a small district: sent, looked at, asked about, loaded, and what became of it."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.sending import box, pages, routes
from etl import folder
from etl.load import load
from queries import builds

HEAD = "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan"
SENT = datetime(2026, 4, 5, tzinfo=UTC).timestamp()
SAME = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
CLERK = "operator:pkm-mengupeh"
OWN, OTHER = "199112062011121032", "198512312010011007"  # a person of the unit, and one of another
PERSON = "NIP;Nama;Jabatan;Unit Kerja\n"
STAFF = f"{PERSON}{OWN};Siti Contoh;Perawat;Puskesmas Mengupeh\n{OTHER};Budi Contoh;Perawat;Puskesmas Tegal Arum\n"
RATED = "NIP;Periode;Hasil kerja;Perilaku kerja\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a district with a January of one health centre, loaded."""
    data = tmp_path_factory.mktemp("sent")
    shutil.copytree(folder.PRODUCT_REFERENCE, data / "reference")
    path = data / "inbox" / "kunjungan_2026-01_20260205.csv"
    path.parent.mkdir()
    rows = ("PKM Mengupeh;UMUM;70;70;140", "PKM Mengupeh;GIGI;50;50;100", "PKM Tegal Arum;UMUM;98000;765;98765")
    path.write_text("\n".join([HEAD, *(f"Januari;{row}" for row in rows)]) + "\n", encoding="utf-8")
    os.utime(path, (SENT, SENT))
    (path.parent / "daftar pegawai.csv").write_text(STAFF, encoding="utf-8")
    load(data, [data / "inbox"])
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
    with TestClient(Starlette(routes=routes.ROUTES)) as opened:
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
    with duckdb.connect(str(path), read_only=True, config=builds.OPENED) as connection:
        asked = "select strftime(month, '%Y-%m'), sum(patients) from visit where unit_id = 'pkm-mengupeh' group by 1 order by 1"
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
    (sending,) = box.every()
    assert sending.tries == 2  # it was sent, and loaded: two presses
    assert sending.at <= sending.ended_at  # both of UTC
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
    assert "Tidak dapat Anda kirim" in _words(page)
    assert "Muat" not in _words(page)
    client.post(f"{at}/muat", headers=SAME)  # pressed all the same
    assert box.find(at.rpartition("/")[2], pages.asking.asker()).state == "read"  # ty: ignore[missing-union-attribute]
    assert _visits(data) == {"2026-01": 240}


def _zip(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return made.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("kunjungan_2026-01_lain.csv", f"{HEAD}\nJanuari;PKM Tegal Arum;UMUM;1;1;2\n"),
        ("evaluasi.csv", f"{RATED}{OTHER};TW IV 2025;Di Bawah Ekspektasi;Di Bawah Ekspektasi\n"),
        (
            "kiriman.zip",
            _zip(**{
                "kunjungan_2026-02": f"{HEAD}\nFebruari;PKM Mengupeh;UMUM;80;72;152\n",
                "evaluasi": f"{RATED}{OTHER};TW IV 2025;Di Bawah Ekspektasi;Di Bawah Ekspektasi\n",
            }),
        ),
        ("pegawai baru.csv", f"{PERSON}{OTHER};Budi Contoh;Perawat;Puskesmas Mengupeh\n"),  # takes him into his own unit
        ("kunjungan_2026-02.csv", f"{HEAD}\nFebruari;PKM Mengupeh;UMUM;80;72;152\nFebruari;PKM Antah;UMUM;1;1;2\n"),
    ],
)  # fmt: skip
def test_nothing_of_another_unit_is_loaded_or_told(
    client: TestClient, data: Path, name: str, content: str | bytes
) -> None:
    before = builds.current(data)
    at = _send(client, (name, content))
    words = _words(client.get(at).text)
    assert "Tidak dapat Anda kirim" in words
    assert "98765" not in words  # what the other unit published
    assert "98765" not in (data / "sending" / f"{at.rpartition('/')[2]}-preview.json").read_text(encoding="utf-8")
    client.post(f"{at}/muat", headers=SAME)  # pressed all the same
    time.sleep(0.5)
    assert builds.current(data) == before


@pytest.mark.slow
def test_what_is_stated_after_it_was_looked_at_is_not_loaded_and_two_presses_load_once(
    client: TestClient, data: Path
) -> None:
    at = _send(client, ("kunjungan_2026-02.csv", f"{HEAD}\nFebruari;PKM Mengupeh;UMUM;80;72;152\n"))
    sending = box.find(at.rpartition("/")[2], pages.asking.asker())
    assert sending is not None
    stated = box.save(pages.replace(sending, stated={"kunjungan_2026-02.csv": box.Stated(unit="Puskesmas Tegal Arum")}))
    client.post(f"{at}/muat", headers=SAME)
    assert (now := box.now(stated)) is not None
    assert now.state == "read"  # looked at as another: not loaded
    box.save(sending)
    with ThreadPoolExecutor(4) as presses:
        list(presses.map(lambda _n: client.post(f"{at}/muat", headers=SAME), range(4)))
    _wait(client, at)
    assert _visits(data)["2026-02"] == 152
    lines = (data / "access.jsonl").read_text(encoding="utf-8").splitlines()
    assert sum('"loaded"' in line for line in lines) == 1


@pytest.mark.slow
def test_what_is_taken_back_while_it_is_looked_at_stays_so(client: TestClient) -> None:
    form = [("berkas", (f"{n}.csv", f"{HEAD}\nFebruari;PKM Mengupeh;UMUM;{n};0;{n}\n")) for n in range(1, 3)]
    answer = client.post("/kirim", files=form, headers=SAME, follow_redirects=False)
    at = "/" + answer.headers["location"].removeprefix("./")
    client.post(f"{at}/batal", headers=SAME)
    time.sleep(4)
    assert client.get(f"{at}/keadaan").json()["state"].startswith("cancelled")


@pytest.mark.slow
def test_each_held_report_of_a_zip_is_taken_with_one_yes(client: TestClient, data: Path) -> None:
    less = f"{HEAD}\nJanuari;PKM Mengupeh;UMUM;70;70;140\n"
    more = less.replace("70;70;140", "71;70;141")
    at = _send(client, ("kiriman.zip", _zip(**{"kunjungan_2026-01_a": less, "kunjungan_2026-01_b": more})))
    assert "name='sah-0'" in client.get(at).text
    client.post(f"{at}/muat", data={"sah-0": "1"}, headers=SAME)
    _wait(client, at)
    page = _words(client.get(at).text)
    assert "Selesai" in page, page
    assert "Angka terbit yang berubah" in page
    assert _visits(data)["2026-01"] in (140, 141)


@pytest.mark.slow
def test_a_file_comes_back_with_its_marks_before_and_after_it_is_loaded_to_who_sent_it(
    client: TestClient, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "kunjungan_2026-02.csv"
    at = _send(
        client,
        (name, f"{HEAD}\nFebruari;PKM Mengupeh;UMUM;80;72;152\nFebruari;PKM Mengupeh;GIGI;x;3;3\n"),
        ("a.csv", "a;b\n"),
    )
    page = client.get(at).text
    assert "Unduh berkas Anda dengan tandanya" in page
    for _turn in range(2):
        answer = client.get(f"{at}/tanda/0")
        assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''kunjungan_2026-02.xlsx"
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert [c.coordinate for row in book.worksheets[1].iter_rows() for c in row if c.comment] == ["D3"]
        client.post(f"{at}/muat", headers=SAME)
        _wait(client, at)
        assert "/tanda/0" in client.get(at).text
    assert client.get(f"{at}/tanda/7").status_code == 404
    book.worksheets[1]["D3"], saved = 4, io.BytesIO()
    book.save(saved)
    again = client.get(_send(client, ("kunjungan_2026-02.xlsx", saved.getvalue()))).text  # what came back, mended
    assert f"Ini perbaikan dari {name}, yang digantikannya. Dapat dimuat." in _words(again)
    assert "sel atau baris ditolak" not in again
    monkeypatch.setenv("RAPOR_VIEWER", "operator:pkm-tegal-arum")
    assert client.get(f"{at}/tanda/0").status_code == 404
    assert not list((data / "sending").glob("*.back"))
    assert '"returned"' in (data / "access.jsonl").read_text(encoding="utf-8")


def _mend(client: TestClient, at: str, value: str, **place: str) -> str:
    asked = {
        "nama": "kunjungan_2026-02.csv",
        "berkas": "kunjungan_2026-02.csv",
        "lembar": "",
        "nilai": value,
        "sebab": "salah <ketik>",
    }
    client.post(f"{at}/betul", data=asked | place, headers=SAME)
    _wait(client, at)
    return client.get(at).text


@pytest.mark.slow
def test_a_cell_is_mended_on_the_page_and_taken_back_before_and_after_it_is_loaded(
    client: TestClient, data: Path
) -> None:
    wrong = f"{HEAD}\nFebruari;PKM Mengupeh;UMUM;x;72;152\nFebruari;PKM Mengupehh X;GIGI;3;3;6\n"
    at = _send(client, ("kunjungan_2026-02.csv", wrong))
    page = client.get(at).text
    assert page.count("Betulkan di sini") == 2
    cell = {"baris": "2", "kolom": "Baru", "isi": "x"}
    assert "Dibetulkan di halaman ini" not in _mend(client, at, "80", **cell | {"isi": "y"})  # no such reject
    page = _mend(client, at, "delapan puluh", **cell)
    assert "<code>delapan puluh</code>" in page
    assert "salah &lt;ketik&gt;" in page
    page = _mend(
        client, at, "80", **cell | {"isi": "delapan puluh"}
    )  # mended once more, it is what was sent that is mended
    assert re.search(r"<code>x</code></td><td data-label='Dibetulkan menjadi'><code>80</code>", page)
    page = _mend(client, at, "Puskesmas Mengupeh", baris="3", kolom="Unit", isi="PKM Mengupehh X")
    assert "1 berkas siap dimuat." in _words(page)
    assert "ditolak" not in _words(page).replace("0 ditolak", "")
    client.post(f"{at}/pulih", data={"ke": "1"}, headers=SAME)
    _wait(client, at)
    _mend(client, at, "Puskesmas Mengupeh", baris="3", kolom="Unit", isi="PKM Mengupehh X")
    client.post(f"{at}/muat", headers=SAME)
    _wait(client, at)
    assert _visits(data) == {"2026-01": 240, "2026-02": 158}  # 80 + 72 + 3 + 3
    asked = ["trace", "visits", "-p", "unit=pkm-mengupeh", "-p", "period_from=2026-02", "-p", "period_to=2026-02"]
    command = [sys.executable, "-m", "rapor", *asked, "--data-dir", str(data)]
    traced = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "2 sel yang dibetulkan di balik angka ini" in traced
    assert re.search(r"Baru +x +80 +salah <ketik> +Operator laporan", traced), traced
    assert '"corrected"' in (data / "access.jsonl").read_text(encoding="utf-8")
    client.post(f"{at}/pulih", data={"ke": "0"}, headers=SAME)  # of what is loaded
    _wait(client, at)
    client.post(f"{at}/batal", headers=SAME)  # and on second thoughts not
    assert "sudah dimuat" in _words(client.get("/kirim").text)
    client.post(f"{at}/pulih", data={"ke": "0"}, headers=SAME)
    _wait(client, at)
    assert _visits(data)["2026-02"] == 158
    client.post(f"{at}/muat", headers=SAME)
    _wait(client, at)
    assert _visits(data)["2026-02"] == 6  # of the other row alone
    assert next((data / "inbox" / "kiriman").rglob("*.csv")).read_text(encoding="utf-8") == wrong


def test_a_body_without_a_length_is_stopped_where_it_is_too_large(
    client: TestClient, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "MOST_SENT_BYTES", 10_000)
    part = b'--x\r\ncontent-disposition: form-data; name="berkas"; filename="a.csv"\r\n\r\n'

    def body() -> Iterator[bytes]:
        yield part
        for _n in range(100):
            yield b"1;2;3\n" * 1000

    headers = SAME | {"content-type": "multipart/form-data; boundary=x"}
    answer = client.post("/kirim", content=body(), headers=headers)
    assert (answer.status_code, "terlalu besar" in _words(answer.text)) == (400, True)
    assert not (data / "sending").exists()


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
