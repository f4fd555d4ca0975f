"""Registers on pages: who may change which, what is refused and said, what is kept, what names mean; an empty folder set up."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.access import Asker, of
from dashboard.registers import proposed, routes
from dashboard.sending import box
from etl import folder, regions
from queries import edits

SAME = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
KEY = "?kunci=%5B%22pkm-mengupeh%22%5D"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    monkeypatch.setenv("RAPOR_VIEWER", "pengelola")
    tebo = regions.find("15.09")
    assert tebo is not None
    folder.init(tmp_path, tebo.name, regions.filled(tebo))
    return tmp_path


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.ROUTES), headers=SAME, follow_redirects=False) as opened:
        yield opened


def _row(data: Path, table: str, key: str) -> edits.Row:
    return next(row for row in edits.rows(data, table) if key in row.values())


def _form(client: TestClient, at: str) -> dict[str, str]:
    """Return the fields of the first form of a page as a browser would send them."""
    page = client.get(at).text.split("<form method='post'")[1].split("</form>")[0]
    fields = dict(re.findall(r"<input[^>]*? name='([^']*)'[^>]*? value='([^']*)'", page))
    fields |= dict(re.findall(r"<select[^>]*? name='([^']*)'>.*?<option value='([^']*)' selected", page, re.S))
    fields |= {
        name: text.strip("\n")
        for name, text in re.findall(r"<textarea[^>]*? name='([^']*)'[^>]*>(.*?)</textarea>", page, re.S)
    }
    return {name: value.replace("&quot;", '"').replace("&#x27;", "'") for name, value in fields.items()}


def test_a_row_is_changed_by_its_form_and_a_wrong_cell_is_said(data: Path, client: TestClient) -> None:
    at = f"/daftar/units/baris{KEY}"
    form = _form(client, at)
    refused = client.post("/daftar/units/baris", data=form | {"k-population": "<b>banyak</b>"})
    assert refused.status_code == 400
    assert "Penduduk: &lt;b&gt;banyak&lt;/b&gt; bukan angka bulat" in refused.text
    assert "<b>banyak" not in refused.text
    answer = client.post(
        "/daftar/units/baris", data=form | {"k-population": "21.480", "k-aliases": "PKM Mengupeh\nUPTD Mengupeh\n"}
    )
    assert answer.status_code == 303, answer.text
    row = _row(data, "units", "pkm-mengupeh")
    assert (row["population"], row["aliases"]) == ("21480", "PKM Mengupeh|UPTD Mengupeh")
    assert "21.480" in client.get("/daftar/units?cari=mengupeh").text
    late = client.post("/daftar/units/baris", data=form | {"k-population": "7"})  # who opened it before
    assert late.status_code == 400
    assert "sudah diubah orang lain" in late.text


@pytest.mark.parametrize(
    ("viewer", "table", "status"),
    [
        ("pengelola", "units", 303), ("pengelola", "thresholds", 403), ("bappeda", "thresholds", 303), ("bupati", "units", 303),
        ("operator:pkm-mengupeh", "units", 403), ("pimpinan", "thresholds", 403), ("auditor", "units", 403),
    ],
)  # fmt: skip
def test_a_role_changes_what_its_rights_let_it(
    data: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch, viewer: str, table: str, status: int
) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", viewer)
    row = edits.rows(data, table)[1]
    said = {"sebelum": json.dumps(row), "alasan": "SK Bupati 12/2026"}
    column = "k-short_name" if table == "units" else "k-value"
    answer = client.post(f"/daftar/{table}/baris", data=said | {column: "9"})
    assert answer.status_code == status, answer.text
    assert (edits.rows(data, table)[1] != row) == (status == 303)
    assert [each.role for each in edits.history(data)] == ([viewer] if status == 303 else [])


def test_what_another_site_sends_is_refused(data: Path, client: TestClient) -> None:
    for at in (
        "/daftar/units/baris",
        "/daftar/units/tempel",
        "/daftar/riwayat",
        "/daftar/terbit",
        "/daftar/nama",
        "/penyiapan/paket",
    ):
        answer = client.post(
            at, data={"apa": "simpan"}, headers={"origin": "https://contoh.id", "sec-fetch-site": "cross-site"}
        )
        assert answer.status_code == 403, at
    assert not list(edits.history(data))


DEEP = "[" * 20_000


@pytest.mark.by_turns(3)
@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("said", ["[", DEEP, "NaN", '{"unit_id": "\\ud800"}', "{}", '{"name": 1}'])
def test_an_odd_key_or_row_is_answered_calmly(client: TestClient, said: str) -> None:
    assert client.get("/daftar/units/baris", params={"kunci": said}).status_code == 404
    for act in ({}, {"apa": "hapus"}):
        assert client.post("/daftar/units/baris", data={"sebelum": said, "k-name": "x", **act}).status_code == 400


def test_a_unit_from_a_report_is_looked_at_like_one_that_is_typed(data: Path, client: TestClient) -> None:
    """Its code, kind and other names stand in hidden fields, which anybody types."""
    good = {"apa-0": "baru", "nama-0": "Puskesmas Baru", "kode-0": "pkm-baru", "jenis-0": "health_centre"}
    for wrong in ({"kode-0": "../x Y"}, {"jenis-0": "palsu"}, {"nama-0": "=1+1"}, {"lain-0": "Puskesmas Suo-Suo"}):
        assert client.post("/daftar/units/usulan", data=good | wrong).status_code == 400, wrong
    assert not list(edits.history(data))
    assert client.post("/daftar/units/usulan", data=good).status_code == 303


def test_a_policy_is_not_changed_without_a_reason_nor_by_an_undo_of_another_role(
    data: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", "bappeda")
    row = edits.rows(data, "thresholds")[0]
    said = {"sebelum": json.dumps(row), "k-value": "9"}
    assert "Tulis alasan" in client.post("/daftar/thresholds/baris", data=said).text
    assert client.post("/daftar/thresholds/baris", data=said | {"alasan": "rapat"}).status_code == 303
    (made,) = edits.history(data)
    monkeypatch.setenv("RAPOR_VIEWER", "pengelola")
    assert "bukan untuk peran Anda" in client.post("/daftar/riwayat", data={"id": made.id}).text
    monkeypatch.setenv("RAPOR_VIEWER", "bappeda")
    assert "Dikembalikan." in client.post("/daftar/riwayat", data={"id": made.id}).text
    assert edits.rows(data, "thresholds")[0] == row


def test_an_empty_folder_is_set_up(tmp_path: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    monkeypatch.setenv("RAPOR_VIEWER", "pengelola")
    assert "Kabupaten Tebo, Jambi (15.09)" in client.get("/penyiapan?cari=tebo").text
    assert client.post("/penyiapan", data={"kode": "15.09"}).status_code == 303
    page = client.get("/penyiapan").text
    assert "20 puskesmas, 1 perangkat daerah" in page
    assert page.count("belum disiapkan") == 8
    assert (
        client.post("/penyiapan", data={"kode": "11.01"}).status_code == 200
    )  # it is one already: nothing is laid over it
    assert _row(tmp_path, "district", "15.09")["name"] == "Kabupaten Tebo"
    monkeypatch.setenv("RAPOR_VIEWER", "operator:pkm-mengupeh")
    assert client.get("/penyiapan").status_code == 403


def _sending(names: list[dict[str, object]]) -> box.Sending:
    """Return a sending that was looked at, in which these names are not known."""
    one = box.save(replace(box.new(Asker("pengirim", of("pengirim"))), names=("a.csv",), state="read"))
    box.answer_place(one, "preview").write_text(json.dumps({"a.csv": {"names": names}}))
    return one


def test_what_a_clerk_says_a_name_means_waits_until_somebody_takes_it(
    data: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (data / "reference" / "roles.csv").open("a", encoding="utf-8") as roles:
        roles.write("pengirim,Pengirim,Sender,district,false,mutu-data,,load,Ditetapkan kabupaten,,\n")
    monkeypatch.setenv("RAPOR_VIEWER", "pengirim")
    one = _sending([{"table": "services", "name": "POLI UMUMM", "rows": 3}])
    page = client.get(f"/kirim/{one.id}/nama").text
    assert re.search(r"<option value='umum' selected", page), "the guess is chosen"
    assert client.post(f"/kirim/{one.id}/nama", data={"arti-0": "umum"}).status_code == 303
    assert client.post(f"/kirim/{one.id}/nama", data={"arti-0": "umum"}).status_code == 303
    (meaning,) = proposed.waiting()
    assert (meaning.name, meaning.key, meaning.role) == ("POLI UMUMM", "umum", "pengirim")
    assert "POLI UMUMM" not in (_row(data, "services", "umum")["aliases"] or "")
    monkeypatch.setenv("RAPOR_VIEWER", "pengelola")
    assert "1 usulan arti nama menunggu" in client.get("/daftar").text
    assert "Dipakai" in client.post("/daftar/nama", data={"id": meaning.id, "apa": "pakai"}).text
    assert "POLI UMUMM" in (_row(data, "services", "umum")["aliases"] or "").split("|")
    assert not proposed.waiting()
