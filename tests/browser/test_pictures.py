"""The pictures of the page Bantuan can be taken anew; what they show is for eyes, not for a test."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import pictures

pytestmark = pytest.mark.browser


@pytest.mark.nightly
def test_every_picture_can_be_taken(browser: Browser, sample_data: Path, tmp_path: Path) -> None:
    pictures.take(browser, sample_data, tmp_path, set(pictures.SHOTS))
    taken = {file.stem: file.stat().st_size for file in tmp_path.iterdir()}
    assert set(taken) == set(pictures.SHOTS)
    assert max(taken.values()) <= pictures.MOST_BYTES
