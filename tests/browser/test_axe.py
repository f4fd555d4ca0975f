"""No rule of axe is broken: by the one-file meeting in any window and look, and by the pages of the dashboard.

On a push each file is looked at once and every third page; at night all, in every window and look.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from dashboard import registry
from dashboard.meetings import agenda, media
from tests.browser.axe import violations
from tests.browser.looking import LOOKS, SIZES, assert_sound, looks, open_page
from tests.dashboard.render import test_single

pytestmark = pytest.mark.browser

MADE = datetime(2026, 11, 24, 8, 30)
ADDRESSES = (  # those beside the pages of the header, which test_browser.py looks at
    *(page.address for page in registry.PAGES if not page.is_listed),
    "asal?angka=visits&unit=pkm-mengupeh&dari=2026-05&sampai=2026-05&kembali=kunjungan",
    "rapat?bekukan=kunjungan",
    "jelajah?kolom=month",
)


@pytest.fixture(scope="module")
def files(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the one-file meetings: every kind of chart with hostile names, and two pages of the sample district."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(sample_data))
        asked = agenda.Agenda("Rapat", (("ringkasan", ()), ("keputusan", ())), date(2026, 11, 25), form=agenda.WHOLE)
        district = agenda.compose(asked, MADE)
    folder = tmp_path_factory.mktemp("axe")
    made = {"gallery": test_single.gallery_meeting(), "district": district}
    for name, meeting in made.items():
        (folder / f"{name}.html").write_bytes(media.export(meeting, "html"))
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.by_turns(4)
@pytest.mark.parametrize(
    ("name", "size", "theme"),
    [
        *(("gallery", size, theme) for size in SIZES for theme in ("light", "dark")),
        *(("district", *look) for look in LOOKS),
    ],
)
def test_the_file_of_a_meeting_breaks_no_rule(
    browser: Browser, files: dict[str, Path], name: str, size: str, theme: Literal["light", "dark"]
) -> None:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
    page.goto(files[name].as_uri())
    assert violations(page) == []
    page.close()


def test_a_broken_rule_is_named(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html lang='id'><title>x</title><main><h1>x</h1><img src='data:,'></main></html>")
    (said,) = violations(page)
    assert said.startswith("image-alt: img: ")
    page.close()


@pytest.mark.by_turns(3)
@pytest.mark.parametrize(
    ("address", "size", "theme"),
    looks(ADDRESSES),
    ids=lambda said: said.split("&")[0] or "ringkasan",
)
def test_a_page_breaks_no_rule(browser: Browser, dashboard: str, address: str, size: str, theme: str) -> None:
    page, watch = open_page(browser, dashboard, size, theme, address)
    assert_sound(page, watch)
    assert violations(page) == []
