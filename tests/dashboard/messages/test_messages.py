"""A message tells a unit what is its own and true, in few words; a card and a page show the same."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import access, record
from dashboard.access import Viewer
from dashboard.messages import card, contacts, digest, facts, routes, thanks, told, wording
from dashboard.messages.facts import Fault
from dashboard.signin import html
from dashboard.words import text
from tests.dashboard.messages.district import OTHER, SECRET

SAME = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
EVERY = access.Viewer("bappeda")


def _of(unit: str) -> facts.Facts:
    found = facts.of_unit(unit, EVERY)
    assert found
    return found


def test_a_message_says_what_is_missing_wrong_due_and_received() -> None:
    assert wording.message(_of("pkm-a")).split("\n") == [
        "*Puskesmas A* laporan per 12 Nov 2026 (data contoh)",
        "*Belum masuk:* Laporan kunjungan bulanan Okt 2026 (tenggat 10 Nov 2026)",
        "*Perlu dibetulkan:* kunjungan a.csv, lembar Sep baris 4 kolom Baru dan 1 lagi: Bukan angka. Tulis angka.",
        "*Berikutnya:* Laporan kunjungan bulanan Nov 2026, paling lambat Kam, 10 Des 2026",
        "*Sudah masuk:* Laporan kunjungan bulanan Sep 2026 (4 hari setelah tenggat)",
    ]
    with text.speaking("en"):
        assert "*Missing:* Monthly visit report Oct 2026 (due 10 Nov 2026)" in wording.message(_of("pkm-a"))


def test_a_unit_is_thanked_for_what_is_true_and_hears_of_no_other() -> None:
    words = wording.message(_of("pkm-b"))
    assert "*Terima kasih:* 12 laporan setahun ini semuanya tepat waktu; 12 laporan setahun ini tanpa satu pun" in words
    every = {one.unit_id: wording.message(one) for one in facts.of_all(EVERY)}
    assert set(every) == {"dinkes", "pkm-a", "pkm-b"}
    for unit, said in every.items():
        assert SECRET not in said  # of a list of persons neither its name nor what its cells hold
        assert (OTHER in said) == (unit == "pkm-b")
        assert not re.search("987|123456", said)
    assert "Evaluasi: ditahan: mengubah banyak angka lama" in every["dinkes"]
    assert every["dinkes"].startswith("*Dinas Kesehatan*")


def test_a_message_is_at_most_600_characters() -> None:
    long = Fault("k", "f" * 60, "lembar " + "s" * 24, "Mengapa " * 20, "Bagaimana " * 16)
    one = replace(
        _of("pkm-a"), faults=tuple(replace(long, key=str(n)) for n in range(40)), missing=_of("pkm-a").missing * 30
    )
    assert len(wording.message(one)) <= wording.LONGEST
    assert "Belum masuk" in wording.message(one)


@pytest.mark.parametrize("viewer", [Viewer("operator", ("pkm-b",)), Viewer("kepala-unit", ())])
def test_who_does_not_cover_a_unit_has_no_message_of_it(viewer: Viewer) -> None:
    assert facts.of_unit("pkm-a", viewer) is None
    assert {one.unit_id for one in facts.of_all(viewer)} == set(viewer.units or ())


def test_the_card_is_a_picture_of_the_message_and_the_same_for_the_same() -> None:
    one = card.png(_of("pkm-a"))
    assert one.startswith(b"\x89PNG")
    assert int.from_bytes(one[16:20]) == 1080
    assert one == card.png(_of("pkm-a"))
    assert one != card.png(_of("pkm-b"))


# --- thanks ---


def _year(unit: str, on_time: int, before: int, due: int = 24, **more: int) -> dict[str, object]:
    row = {"expected": due, "received": due, "timed": due, "on_time": on_time, "attention": 1}
    return {"unit_id": unit, **row, "expected_before": due, "timed_before": due, "on_time_before": before, **more}


def test_the_chance_is_that_of_fishers_exact_test() -> None:
    # Of 4 + 4 drawn 4 are hits: 3 or more of the first four: (C(4,3) C(4,1) + C(4,4) C(4,0)) / C(8,4) = 17 / 70.
    assert thanks.chance(3, 4, 1, 4) == pytest.approx(17 / 70)


@pytest.mark.parametrize(
    ("rows", "thanked"),
    [
        ([_year("a", 24, 24)], {"a": ["on_time"]}),
        ([_year("a", 24, 24, attention=0)], {"a": ["on_time", "clean"]}),
        ([_year("a", 11, 11, due=11)], {}),  # too few reports
        ([_year("a", 24, 24, timed=23)], {}),  # of one nobody knows the time
        ([_year("a", 23, 23, received=23, attention=0)], {}),  # what is missing is not clean
        ([_year("a", 20, 4), _year("b", 12, 10)], {"a": ["improved"]}),
        ([_year("a", 14, 10), _year("b", 12, 10)], {}),  # no more than chance
        ([_year("a", 20, 4), _year("b", 20, 4)], {"a": ["improved"], "b": ["improved"]}),
        ([_year("a", 20, 4, timed_before=20)], {}),
    ],
)
def test_only_what_is_true_and_more_than_chance_is_praised(rows: list, thanked: dict) -> None:
    found = thanks.of_units(rows)
    assert {unit: [each.why for each in given] for unit, given in found.items()} == thanked
    if len(thanked) == 2:
        assert {each.others for given in found.values() for each in given} == {1}
        assert "bersama 1 unit lain" in found["a"][0].words


# --- what was told ---


def test_a_state_is_told_once_and_a_failed_mail_again() -> None:
    one = _of("pkm-a")
    assert told.claim("pkm-a", one.digest, "a@b.id", one.items)
    assert not told.claim("pkm-a", one.digest, "a@b.id", one.items)
    assert told.unsettled() == ["pkm-a"]
    told.settle("pkm-a", one.digest, "a@b.id", "failed")
    assert told.to("pkm-a", "a@b.id").items == frozenset()
    assert told.claim("pkm-a", one.digest, "A@B.id", one.items)
    told.settle("pkm-a", one.digest, "a@b.id", "sent")
    assert told.to("pkm-a", "a@b.id").items == one.items
    assert told.to("pkm-a", "other@b.id").items == frozenset()


def test_a_state_is_of_the_facts_and_not_of_the_day() -> None:
    one = _of("pkm-a")
    assert replace(one, day=one.day.replace(day=13)).digest == one.digest
    assert replace(one, missing=()).digest != one.digest


# --- the register of addresses ---


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("pkm-a,pkm.a@tebo.go.id,messages,,", ""),
        ("tebo,bappeda@tebo.go.id,digest,2026-01-01,", ""),
        ("pkm-x,a@b.id,messages,,", "unit_id"),
        ("pkm-a,a@b,messages,,", "email"),
        ('pkm-a,"a@b.id, c@d.id",messages,,', "email"),
        ('pkm-a,"a@b.id\nBcc: c@d.id",messages,,', "email"),
        ("pkm-a,Siti <a@b.id>,messages,,", "email"),
        ("pkm-a,a@b.id,semua,,", "receives"),
        ("pkm-a,a@b.id,messages,besok,", "valid_from"),
    ],
)
def test_a_wrong_address_is_said_and_not_used(row: str, problem: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "contacts.csv").write_text(f"{','.join(contacts.COLUMNS)}\n{row}\n", encoding="utf-8")
    found = contacts.problems({"pkm-a", "tebo"})
    assert (problem in " ".join(found)) if problem else not found
    assert bool(contacts.read()) == (not problem or problem == "unit_id")


def test_the_digest_counts_a_month_and_names_what_is_missing() -> None:
    words = digest.words("tebo", digest.month_of(_of("pkm-a").day))
    # Due in October 2026: September's visits of both, one late; the evaluation of Dinkes.
    assert "Laporan kunjungan bulanan: 2 dari 2 masuk, 1 di antaranya terlambat." in words
    assert "Evaluasi kinerja pegawai: 1 dari 1 masuk, 0 di antaranya terlambat." in words
    assert "- Puskesmas A: Laporan kunjungan bulanan Okt 2026 (10 Nov 2026)" in words
    assert "Semua laporan setahun tepat waktu: PKM B." in words
    assert "PKM B" not in digest.words("pkm-a", digest.month_of(_of("pkm-a").day))


# --- the page ---


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.ROUTES)) as opened:
        yield opened


def test_of_many_units_a_page_shows_some_and_looks_for_the_others(client: TestClient, monkeypatch) -> None:
    monkeypatch.setattr(html, "MOST", 1)
    page = client.get("/pesan").text
    assert "1 dari 3 unit, yang paling perlu lebih dulu" in page
    assert page.count("<textarea") == 1
    assert "id='pesan-pkm-b'" in client.get("/pesan?cari=bukan puskesmas").text
    assert "Tidak ada unit dengan kata itu." in client.get("/pesan?cari=<b>").text
    assert "2 unit dengan kata itu" in client.get("/pesan?cari=puskesmas").text
    calendars = client.get("/langganan?cari=puskesmas").text
    assert calendars.count("<option value='pkm-") == 2  # one in each list
    assert "<option value=''" not in calendars  # who looks for a unit does not mean all
    assert "1 dari 3 unit" in client.get("/langganan").text


def test_the_facts_of_all_are_those_of_each() -> None:
    every = facts.of_all(EVERY)
    assert every == [facts.of_unit(one.unit_id, EVERY) for one in every]


def test_the_page_has_each_message_and_what_is_new(client: TestClient) -> None:
    page = client.get("/pesan").text
    assert "3 dari 3 unit punya kabar baru" in page
    assert page.count("<textarea") == 3
    form = {"unit": "pkm-a", "keadaan": _of("pkm-a").digest}
    assert client.post("/pesan/sampai", data=form, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/pesan/sampai", data=form, headers=SAME, follow_redirects=False).status_code == 303
    again = client.get("/pesan").text
    assert "2 dari 3 unit punya kabar baru" in again
    assert "tidak ada yang baru sejak" in again
    assert [(entry.kind, dict(entry.about)) for entry in record.entries(kind="message_sent")] == [
        ("message_sent", {"unit": "pkm-a", "way": "hand"})
    ]


def test_a_clerk_has_the_message_of_his_unit_alone(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", "operator:pkm-a")
    page = client.get("/pesan").text
    assert "Puskesmas A" in page
    assert OTHER not in page
    assert client.get("/pesan/pkm-a.png").headers["content-type"] == "image/png"
    assert client.get("/pesan/pkm-b.png").status_code == 403
    monkeypatch.setenv("RAPOR_VIEWER", "publik")
    assert client.get("/pesan").status_code == 403
