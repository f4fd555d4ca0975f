"""Every page of the registry is found, drawn, frozen and exported, in both languages."""

import re
from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from pathlib import Path

import pytest

from dashboard import registry
from dashboard.filters import KEYS
from dashboard.meetings import agenda, media, store
from queries.explore.tables import tables
from queries.measures import measures
from tests.dashboard.builds import left_in_indonesian

MADE = datetime(2026, 11, 24, 8, 30)
LANGUAGES = ("id", "en")


def test_a_page_has_one_name_and_no_key_of_a_filter() -> None:
    names = [name for page in registry.PAGES for name in {page.address, page.area}]
    assert len(names) == len(set(names))
    for page in registry.PAGES:
        assert not set(page.asked) & set(KEYS.values())
        assert set(page.filters) <= {*KEYS, "period"}
        assert page.table in {None, *tables()}
        assert page.measure in {None, "all"} or measures()[page.measure].page == page.address
        assert hasattr(import_module(page.module), "compose")
    assert all(registry.find(measure.page) for measure in measures().values())


def test_a_former_name_leads_to_the_page_and_an_unknown_one_is_answered_with_those_there_are() -> None:
    assert registry.page("accountability").address == "pegawai"
    assert registry.find("tidak-ada") is None
    with pytest.raises(KeyError, match="there are: ringkasan, kartu-skor, capaian"):
        registry.page("tidak-ada")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [page.address for page in registry.PAGES])
def test_a_page_is_drawn_at_its_address(page: Callable, address: str, language: str) -> None:
    test = page(address, bahasa=language)
    shown = " ".join(part.proto.body for part in test.get("html"))
    assert "class='rp-title'" in shown or "<h1>" in shown
    if language == "en":
        assert not left_in_indonesian(re.sub(r"<style.*?</style>|<[^>]*>", " ", shown, flags=re.DOTALL))
    current = registry.page(address)
    if current.is_listed:
        assert f"href='{address}" in shown
        assert shown.count("aria-current='page'") == 1


@pytest.fixture(scope="module", params=LANGUAGES)
def meeting(request: pytest.FixtureRequest, sample_data: Path) -> store.Meeting:
    """Return a meeting of every page that can be frozen."""
    asked = {
        "title": "Semua",
        "held_on": date(2026, 11, 25),
        "viewer": "bappeda",
        "language": request.param,
        "bentuk": "lengkap",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(sample_data))
        return agenda.compose(agenda.of(asked | {"page": [{"page": address} for address in registry.frozen()]}), MADE)


def test_every_page_that_can_be_frozen_is_kept_as_it_was(meeting: store.Meeting, tmp_path: Path) -> None:
    assert [page.page for page in meeting.pages] == list(registry.frozen())
    store.write(tmp_path, meeting)
    again = store.read(tmp_path, meeting.id)
    assert store.altered(tmp_path, meeting.id) == []
    assert [page.title for page in again.pages] == [page.title for page in meeting.pages]
    assert [[block.id for block in page.flat()] for page in again.pages] == [
        [block.id for block in page.flat()] for page in meeting.pages
    ]


@pytest.mark.by_turns(2)
def test_every_page_that_can_be_frozen_is_exported(meeting: store.Meeting) -> None:
    for medium in media.MEDIA:
        assert len(media.export(meeting, medium)) > 10_000, medium


@pytest.mark.parametrize("address", list(registry.frozen()))
def test_every_page_that_can_be_frozen_has_its_form(page: Callable, address: str) -> None:
    test = page("rapat", viewer="bappeda", bekukan=address)
    chosen = next(widget for widget in test.multiselect if widget.value == [address])
    assert [registry.page(name).title() for name in registry.frozen()] == chosen.options
