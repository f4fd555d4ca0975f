"""A calendar is by RFC 5545 and the same for the same build; a secret address opens one unit's due dates until it is revoked."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import access, record
from dashboard.access import Asker, Viewer
from dashboard.messages import feed, routes, subscriptions
from dashboard.signin import accounts
from tests.dashboard.messages.district import OTHER

SAME = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
EVERY = access.Viewer("bappeda")


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.ROUTES)) as opened:
        yield opened


def _events(content: bytes) -> list:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_an_event_has_its_day_a_stable_id_and_a_reminder() -> None:
    made = feed.ics(EVERY, "pkm-a")
    assert made == feed.ics(EVERY, "pkm-a")
    events = {str(each["summary"]): each for each in _events(made)}
    one = events["Tenggat: Laporan kunjungan bulanan Nov 2026"]
    assert one["dtstart"].dt.isoformat() == "2026-12-10T08:00:00+07:00"
    assert one["dtstart"].params["TZID"] == "Asia/Jakarta"
    (alarm,) = one.walk("VALARM")
    assert alarm["trigger"].dt == -timedelta(days=3)
    # The build was made at 8.00 on 12 November 2026: so many minutes since 2020 began.
    assert one["sequence"] == ((date(2026, 11, 12) - date(2020, 1, 1)).days * 24 + 8) * 60
    assert "Belum masuk: Laporan kunjungan bulanan Okt 2026" in events
    came = events["Sudah masuk: Laporan kunjungan bulanan Sep 2026"]
    assert not came.walk("VALARM")
    ids = [str(each["uid"]) for each in events.values()]
    assert len(set(ids)) == len(ids)
    assert b"BEGIN:VTIMEZONE" in made
    assert max(len(line) for line in made.split(b"\r\n")) <= 75


def test_the_calendar_of_all_has_an_event_a_report_and_no_more_than_a_viewer_covers() -> None:
    whole = feed.ics(EVERY).decode()
    assert "2 unit wajib\\, 1 belum masuk." in whole.replace("\r\n ", "")
    assert OTHER not in feed.ics(Viewer("operator", ("pkm-a",))).decode()
    with pytest.raises(KeyError):
        feed.ics(Viewer("operator", ("pkm-a",)), "pkm-b")


def test_a_download_is_of_units_that_one_covers(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/langganan/unduh.ics?unit=pkm-a")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "tenggat-pkm-a.ics" in answer.headers["content-disposition"]
    monkeypatch.setenv("RAPOR_VIEWER", "operator:pkm-b")
    assert client.get("/langganan/unduh.ics?unit=pkm-a").status_code == 403
    monkeypatch.setenv("RAPOR_VIEWER", "publik")
    assert client.get("/langganan").status_code == 403


def _made(client: TestClient, unit: str) -> str:
    page = client.post("/langganan", data={"unit": unit}, headers=SAME).text
    found = re.search(r"http://testserver(/langganan/[\w-]{43}\.ics)", page)
    assert found, page
    return found[1]


def test_a_secret_address_opens_one_unit_until_it_is_revoked(client: TestClient, tmp_path: Path) -> None:
    at = _made(client, "pkm-a")
    answer = client.get(at)
    assert "Puskesmas A" in answer.text
    assert OTHER not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    secret = at.removeprefix("/langganan/").removesuffix(".ics")
    assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret not in client.get("/langganan").text  # it is shown once
    (kept,) = subscriptions.listed()
    assert kept.used_on == date.today()
    assert client.post("/langganan", data={"cabut": kept.hash}, headers=SAME).status_code == 200
    refused = client.get(at)
    assert (refused.status_code, refused.text) == (404, client.get(f"/langganan/{'x' * 43}.ics").text)
    assert [dict(entry.about)["change"] for entry in record.entries(kind="subscribed")] == ["created", "revoked"]


def test_nobody_subscribes_to_what_he_does_not_cover_or_revokes_what_is_anothers(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made(client, "pkm-b")
    assert client.post("/langganan", data={"unit": "x\r\nBEGIN:VEVENT"}, headers=SAME).status_code == 400, "no unit"
    assert client.get("/langganan/unduh.ics?unit=x").status_code == 403
    monkeypatch.setenv("RAPOR_VIEWER", "operator:pkm-a")
    assert client.post("/langganan", data={"unit": "pkm-b"}, headers=SAME).status_code == 400
    (kept,) = subscriptions.listed()
    client.post("/langganan", data={"cabut": kept.hash}, headers=SAME)
    assert subscriptions.listed() == [kept]
    assert kept.hash not in client.get("/langganan").text


@pytest.mark.parametrize("end", ["disabled", "role", "gone"])
def test_a_subscription_ends_with_its_account(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_SIGN_IN", "local")
    account, _first = accounts.add("siti", "operator", "pkm-a")
    secret = subscriptions.make(Asker("siti", Viewer("operator", ("pkm-a",))), "pkm-a")
    assert subscriptions.opened(secret)
    if end == "disabled":
        accounts.disable(account)
    elif end == "role":
        accounts.change_role(account, "operator", "pkm-b")
    else:
        accounts.forget("pkm-a")
    assert subscriptions.opened(secret) is None
