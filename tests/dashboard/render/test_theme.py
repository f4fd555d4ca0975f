"""Contrast of both themes (WCAG 2.2), and the one place that repeats the colours: the Streamlit configuration."""

import itertools
import tomllib
from pathlib import Path

import pytest

from dashboard import theme

CONFIG = Path(__file__).resolve().parents[3] / ".streamlit" / "config.toml"


def test_contrast_of_known_pairs() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    # #777777: 119/255 = 0.4667, linear ((0.4667 + 0.055) / 1.055)^2.4 = 0.1845; 1.05 / 0.2345 = 4.478
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("name", ["good", "attention", "plain", "none", "missing", "3", "c2", "ink"])
def test_a_drawing_on_a_page_has_the_colour_that_it_has_elsewhere(name: str) -> None:
    assert theme.named(theme.LIGHT)[theme.variable(name)] == theme.shade(name, theme.LIGHT)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_words_have_a_contrast_of_at_least_4_5(look: str) -> None:
    colours = theme.palette(look)
    for ground in (colours.background, colours.surface):
        for name in ("ink", "muted", "accent", "good", "bad"):
            assert theme.contrast(getattr(colours, name), ground) >= 4.5, (name, ground)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_marks_have_a_contrast_of_at_least_3(look: str) -> None:
    colours = theme.palette(look)
    for shade in (*colours.categories, colours.good, colours.bad, colours.ordinary, colours.missing):
        assert theme.contrast(shade, colours.background) >= 3, shade
    # the middle bands are faint on paper: their marks have an outline in the muted colour
    assert theme.contrast(colours.muted, colours.background) >= 3


@pytest.mark.parametrize("look", ["light", "dark"])
def test_words_on_a_filled_cell_are_readable(look: str) -> None:
    colours = theme.palette(look)
    for fill in (*colours.bands, colours.good, colours.bad, colours.ordinary, colours.accent):
        assert theme.contrast(theme.text_on(fill), fill) >= 4.5, fill


@pytest.mark.parametrize("look", ["light", "dark"])
def test_neighbouring_bands_can_be_told_apart_by_their_lightness_or_have_an_ink_of_their_own(look: str) -> None:
    bands = theme.palette(look).bands
    assert len(set(bands)) == 5
    assert all(theme.contrast(a, b) >= 1.3 for a, b in itertools.pairwise(bands))


def test_the_streamlit_theme_has_the_colours_of_the_palettes() -> None:
    themes = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    for look, colours in theme.PALETTES.items():
        assert themes[look]["backgroundColor"] == colours.background
        assert themes[look]["secondaryBackgroundColor"] == colours.surface
        assert themes[look]["textColor"] == colours.ink
        assert themes[look]["primaryColor"] == themes[look]["linkColor"] == colours.accent
        assert themes[look]["borderColor"] == colours.hairline


def test_the_fonts_are_shipped_with_their_licence() -> None:
    faces = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]["fontFaces"]
    static = Path(theme.__file__).parent / "static"
    for face in faces:
        assert face["url"].startswith("app/static/"), "a font from elsewhere would be a foreign request"
        assert (static / face["url"].removeprefix("app/static/")).is_file()
    assert "SIL Open Font License" in (static / "fonts" / "LICENSE-fira-sans.txt").read_text(encoding="utf-8")
