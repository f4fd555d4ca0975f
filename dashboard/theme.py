"""Colours and the Plotly template, light and dark: signal is coloured, noise is grey, bands have their own scale."""

from dataclasses import dataclass, replace
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
# Of a print without colours: bands from light (best) to dark (worst), and ten steps that are told apart side by side.
GREY_BANDS = ("#F0F0F0", "#CFCFCF", "#A6A6A6", "#757575", "#3C3C3C")
GREY_STEPS = (
    "#4A4A4A", "#7A7A7A", "#A3A3A3", "#C6C6C6", "#303030", "#8E8E8E", "#B5B5B5", "#5E5E5E", "#D5D5D5", "#6C6C6C",
)  # fmt: skip
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


def shade(name: str, colours: Palette) -> str:
    """Return the colour of a signal, a band '1'..'5', a category 'c0'..'c9', or one of the palette by its name."""
    if name in NAMED:
        return getattr(colours, name)
    if name[0] == "c" and name[1:].isdigit():
        return colours.categories[int(name[1:]) % len(colours.categories)]
    return colour(name, colours)


@cache
def variable(name: str) -> str:
    """Return the name of the CSS variable (without its prefix) of a shade."""
    if name in "12345":
        return f"band-{name}"
    found = {"attention": "bad", "none": "surface", "picked": "accent"}.get(name, name)
    return found if found in named(LIGHT) else "ordinary"  # as `colour` has it


def pale(hexadecimal: str, ink: float, colours: Palette) -> str:
    """Return a colour laid so thinly (0..1) over the background."""
    over, under = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (hexadecimal, colours.background))
    return "#" + "".join(f"{round(o * ink + u * (1 - ink)):02X}" for o, u in zip(over, under, strict=True))


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


def grey(colours: Palette) -> Palette:
    """Return the palette in greys of the same lightness, the bands from light (best) to dark (worst)."""

    def plain(hexadecimal: str) -> str:
        level = luminance(hexadecimal)
        value = round(255 * (1.055 * level ** (1 / 2.4) - 0.055 if level > 0.0031308 else level * 12.92))
        return f"#{value:02X}{value:02X}{value:02X}"

    greys = {name: plain(getattr(colours, name)) for name in NAMED}
    return replace(colours, **greys, bands=GREY_BANDS, categories=GREY_STEPS)


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
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colours.muted, "activecolor": colours.accent},
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
def named(colours: Palette) -> dict[str, str]:
    """Return each colour of a palette by the name of its CSS variable, and with `on-` before it the ink that reads on it."""
    found = {name: getattr(colours, name) for name in NAMED}
    found |= {f"band-{n}": band for n, band in enumerate(colours.bands, 1)}
    found |= {f"c{n}": step for n, step in enumerate(colours.categories)}
    filled = [name for name in found if name in {"accent", "good", "bad", "ordinary"} or name[-1].isdigit()]
    return found | {f"on-{name}": text_on(found[name]) for name in filled}


@cache
def variables() -> str:
    """Return the colours as CSS variables that follow the colour scheme of the page."""
    light, dark = named(LIGHT), named(DARK)
    return f":root {{ {''.join(f'--rp-{name}: light-dark({light[name]}, {dark[name]});' for name in light)} }}"
