"""Help names pages and pictures that are there, and each role finds its own tasks, those of others one choice away."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Match
from starlette.testclient import TestClient

from dashboard import registry, roles
from dashboard.guide import routes, tasks
from dashboard.messages import routes as messages
from dashboard.registers import routes as registers
from dashboard.render import html
from dashboard.sending import routes as sending
from dashboard.signin import routes as signin
from dashboard.snapshot import Snapshot
from tests.browser import pictures

ROLES = roles.roles()
SMALL = [*signin.ROUTES, *sending.ROUTES, *registers.ROUTES, *messages.ROUTES]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.ROUTES)) as opened:
        yield opened


def _is_there(address: str) -> bool:
    asked = {"type": "http", "path": f"/{address}", "method": "GET", "root_path": ""}
    return registry.find(address) is not None or any(route.matches(asked)[0] is Match.FULL for route in SMALL)


@pytest.mark.parametrize("guide", tasks.GUIDES, ids=lambda guide: guide.code)
def test_the_tasks_of_a_guide_are_few_and_their_pages_and_pictures_are_there(guide: tasks.Guide) -> None:
    assert 1 <= len(guide.tasks) <= tasks.MOST_TASKS
    for task in guide.tasks:
        assert _is_there(task.address), task.address
        file = tasks.PICTURES / f"{task.picture}.webp"
        assert file.is_file(), f"take it: uv run python -m tests.browser.pictures {task.picture}"
        assert file.stat().st_size <= pictures.MOST_BYTES
        with Image.open(file) as image:
            assert image.size == tasks.size(task.picture)


def test_every_picture_can_be_taken_anew_and_none_is_left_over() -> None:
    named = {task.picture for guide in tasks.GUIDES for task in guide.tasks}
    assert named == set(pictures.SHOTS) == {file.stem for file in tasks.PICTURES.iterdir()}
    assert named >= tasks.ON_A_PHONE


@pytest.mark.parametrize("code", ROLES)
def test_a_role_finds_its_own_tasks_with_the_pages_that_it_has(
    client: TestClient, sample_data: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    of = {"agency": ":dinkes", "unit": ":pkm-mengupeh", "self": ":P0821FD02FF"}.get(ROLES[code].scope, "")
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    monkeypatch.setenv("RAPOR_VIEWER", code + of)
    page = client.get("/bantuan").text
    links = [unescape(each) for each in re.findall(r"<h2><a href='([^']*)'>", page)]
    assert links
    for address in links:
        assert tasks.opens(ROLES[code], address)
    assert page.count("<article>") == len(tasks.tasks(tasks.of(ROLES[code]), ROLES[code]))
    other = client.get("/bantuan?untuk=auditor&bahasa=en").text
    assert "Read the record of access" in other
    assert ("<h2><a href='catatan-akses" in other) == (code == "auditor")


def test_who_has_no_role_finds_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", "siapa")
    answer = client.get("/bantuan")
    assert answer.status_code == 403
    assert "<article>" not in answer.text


def test_the_foot_of_every_page_leads_to_help() -> None:
    assert f"href='{registry.HELP}'" in html.footer(Snapshot("ringkasan", "Ringkasan", "Okt 2026"))
