"""Colours and the Plotly template, light and dark: signal is coloured, noise is grey, bands have their own scale."""

from dataclasses import dataclass
from functools import cache
from typing import Any

FONT = "Fira Sans, Noto Sans, Segoe UI, sans-serif"


@dataclass(frozen=True)
class Palette:
    """The colours of one theme; `bands` from best (1) to worst (5)."""

    background: str
    surface: str
    ink: str
    muted: str
    hairline: str
    grid: str
    accent: str
    good: str
    bad: str
    ordinary: str
    missing: str
    bands: tuple[str, str, str, str, str]
    categories: tuple[str, ...]


LIGHT = Palette(
    background="#FCFBF8",
    surface="#F4F2EC",
    ink="#1D282B",
    muted="#5A6369",
    hairline="#DDD9CF",
    grid="#E9E6DE",
    accent="#0B5D5E",
    good="#2B6CB0",
    bad="#AD520C",
    ordinary="#6B7078",
    missing="#8A8F94",
    bands=("#0B5D5E", "#4E9F95", "#D8CFA8", "#DE9A57", "#A5402D"),
    categories=(
        "#0B5D5E",
        "#9C7A1E",
        "#7A4B94",
        "#A5405F",
        "#3E7F4B",
        "#4A5A8C",
        "#8A5A3C",
        "#2B6CB0",
        "#AD520C",
        "#6B7078",
    ),
)
DARK = Palette(
    background="#14191B",
    surface="#1D2427",
    ink="#E9E7E2",
    muted="#A9B0B4",
    hairline="#343D41",
    grid="#273034",
    accent="#63C5BD",
    good="#7FB6EE",
    bad="#F2A35E",
    ordinary="#A0A7AD",
    missing="#7F878C",
    bands=("#5CC4BB", "#2B7570", "#938B66", "#D9964F", "#C04A3A"),
    categories=(
        "#63C5BD",
        "#D6B75C",
        "#C59BE0",
        "#EE93B0",
        "#8CCB98",
        "#A9B7EA",
        "#D3A687",
        "#7FB6EE",
        "#F2A35E",
        "#A0A7AD",
    ),
)
PALETTES = {"light": LIGHT, "dark": DARK}


def palette(theme: str) -> Palette:
    """Return the colours of 'light' or 'dark'."""
    return PALETTES.get(theme, LIGHT)


def colour(role: str | int | None, colours: Palette) -> str:
    """Return the colour of a signal (good, bad, attention, ordinary, missing, none) or of a band 1..5."""
    name = "missing" if role is None else str(role)
    if name in "12345":
        return colours.bands[int(name) - 1]
    named = {"good": colours.good, "bad": colours.bad, "attention": colours.bad, "accent": colours.accent}
    return {**named, "missing": colours.missing, "none": colours.surface}.get(name, colours.ordinary)


def luminance(hexadecimal: str) -> float:
    """Return the relative luminance of '#RRGGBB' (WCAG 2.2)."""
    channels = [int(hexadecimal[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1..21 (WCAG 2.2)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@cache
def text_on(fill: str) -> str:
    """Return near-black or white, whichever reads better on the fill."""
    return max(("#10181A", "#FFFFFF"), key=lambda ink: contrast(ink, fill))


@cache
def template(theme: str) -> dict[str, Any]:
    """Return the Plotly layout that every figure starts from."""
    colours = palette(theme)
    axis = {
        "gridcolor": colours.grid,
        "linecolor": colours.hairline,
        "zerolinecolor": colours.hairline,
        "zeroline": False,
        "tickfont": {"size": 12, "color": colours.muted},
        "fixedrange": True,
        "automargin": True,
        "title": {"text": ""},
    }
    return {
        "font": {"family": FONT, "size": 13, "color": colours.ink},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(colours.categories),
        "xaxis": axis | {"showgrid": False, "tickangle": 0, "tickformat": ",.2~f"},
        "yaxis": axis | {"showgrid": True, "tickformat": ",.2~f"},
        "margin": {"l": 8, "r": 8, "t": 16, "b": 8},
        "hoverlabel": {
            "bgcolor": colours.surface,
            "bordercolor": colours.hairline,
            "font": {"family": FONT, "size": 13, "color": colours.ink},
            "align": "left",
        },
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
    }


NAMED = (
    "background",
    "surface",
    "ink",
    "muted",
    "hairline",
    "grid",
    "accent",
    "good",
    "bad",
    "ordinary",
    "missing",
)  # the colours of a palette that are one colour each


@cache
def variables() -> str:
    """Return the colours as CSS variables that follow the colour scheme of the page."""
    pairs = {name: (getattr(LIGHT, name), getattr(DARK, name)) for name in NAMED}
    pairs |= {f"band-{i + 1}": (LIGHT.bands[i], DARK.bands[i]) for i in range(5)}
    pairs |= {f"category-{n}": pair for n, pair in enumerate(zip(LIGHT.categories, DARK.categories, strict=True), 1)}
    filled = [name for name in pairs if name in {"accent", "good", "bad", "ordinary"} or name.startswith("band-")]
    pairs |= {f"on-{name}": (text_on(pairs[name][0]), text_on(pairs[name][1])) for name in filled}
    lines = "".join(f"--rp-{name}: light-dark({light}, {dark});" for name, (light, dark) in pairs.items())
    return f":root {{ {lines} }}"
