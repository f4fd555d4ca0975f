"""Words of a slide: a title that fits, prose, small print, and the figures of a page at a glance."""

import re
from dataclasses import replace

from dashboard.render import marks
from dashboard.render.html import SIGNALS
from dashboard.render.slides.sheet import (
    ACROSS,
    INK,
    TITLE_SIZES,
    Stage,
    broken,
    clean,
    fit,
    whole,
    wide,
    within,
    words,
)
from dashboard.render.slides.xml import Run, paragraph
from dashboard.snapshot import Snapshot, Tile
from dashboard.words.text import _, n_

TITLE_ROOM = ACROSS - 1.6  # inches
MOST_TILES = 8
_CLAUSE = re.compile(r"[;,](?= )")
MOST_HEADLINES = 4  # under a title that is the first one


def parted(headline: str) -> tuple[str, str]:
    """Return what of a sentence a title has room for, up to the end of a clause, and the words that follow it."""
    sentence = whole(headline)
    if len(broken(sentence, TITLE_ROOM, TITLE_SIZES[-1], bold=True)) <= 2:
        return sentence, ""
    found = [(one[0] == ";", one.start()) for one in _CLAUSE.finditer(sentence) if one.start() > len(sentence) * 0.4]
    for _is_strong, end in sorted(found, reverse=True):
        if len(broken(sentence[:end], TITLE_ROOM, TITLE_SIZES[-1], bold=True)) <= 2:
            rest = sentence[end + 1 :].strip()
            return sentence[:end], rest[:1].upper() + rest[1:]
    return sentence, ""


def fitted_title(title: str) -> tuple[str, float]:
    """Return what a title says in two lines, and the size of its letters."""
    sentence = whole(title)
    size = next((s for s in TITLE_SIZES if len(broken(sentence, TITLE_ROOM, s, bold=True)) <= 2), TITLE_SIZES[-1])
    return within(sentence, TITLE_ROOM, size, 2, bold=True), size


def foot_note(place: Stage, note: str) -> Stage:
    """Write the small print under a block, whole up to three lines, and return what is left of the place."""
    shown = within(note, place.width, 10, 3)
    tall = 0.17 * len(broken(shown, place.width, 10)) + 0.03
    below = place.part(0, place.height - tall, place.width, tall)
    words(below, [paragraph([Run(shown, 10, INK.muted)])], _("Catatan"))
    return place.part(0, 0, place.width, place.height - tall - 0.08)


def prose(place: Stage, parts: list[str]) -> None:
    """Write paragraphs as large as they fit, cut where even small letters don't."""
    shown = [part for part in parts if clean(part)]
    size = 18.0
    for size in (18.0, 16.0, 14.0, 12.0):
        lines = sum(len(broken(part, place.width * 0.85, size)) for part in shown)
        if lines * size * 1.2 / 72 + len(shown) * 0.12 <= place.height:
            break
    room = int((place.height - 0.12 * len(shown)) / (size * 1.2 / 72))
    found = []
    for part in shown:
        if room > 0:
            passage = within(part, place.width * 0.85, size, room)
            room -= len(broken(passage, place.width * 0.85, size))
            found.append(paragraph([Run(passage, size)], after=8))
    words(place.part(0, 0, place.width * 0.87, place.height), found, _("Isi"))


def glance(place: Stage, page: Snapshot) -> Stage:
    """Write what the title does not hold of the headlines, then the page's figures with all that belongs to each.

    Returns what is left of the place.
    """
    lines, top = [], 0.0
    shown = list(page.headlines[: MOST_HEADLINES + 1])
    if shown:
        title, rest = parted(shown[0].text)
        is_cut = fitted_title(title)[0] != title
        shown = [replace(shown[0], text=rest), *shown[1:]] if rest else shown if is_cut else shown[1:]
    for headline in shown:
        mark = Run(f"{SIGNALS[headline.signal] or '–'}  ", 15, _ink(headline.signal))
        sentence = within(whole(headline.text), place.width - 0.5, 15, 2)
        top += 0.26 * len(broken(sentence, place.width - 0.5, 15)) + 0.09
        lines.append(paragraph([mark, Run(sentence, 15)], after=6))
    if lines:
        words(place.part(0, 0, place.width, top), lines, _("Temuan"))
        top += 0.25
    tiles = page.tiles[:MOST_TILES]
    if not tiles:
        return place.part(0, top, place.width, place.height - top)
    across = len(tiles) if len(tiles) <= 4 else -(-len(tiles) // 2)
    down = -(-len(tiles) // across)
    wide_ = (place.width + 0.2) / across - 0.2
    cards = [_card(tile, wide_ - 0.32) for tile in tiles]
    tall = min((place.height - top + 0.2) / down - 0.2, max(tall for _lines, tall in cards))
    for n, (tile, (card, _tall)) in enumerate(zip(tiles, cards, strict=True)):
        at = place.part((n % across) * (wide_ + 0.2), top + (n // across) * (tall + 0.2), wide_, tall)
        words(at, card, tile.label, fill=INK.surface, inset=0.14)
    if rest := len(page.tiles) - len(tiles):
        below = place.part(0, place.height - 0.2, place.width, 0.2)
        words(below, [paragraph([Run(n_("{n} angka lagi", "{n} angka lagi", rest), 10, INK.muted)])], _("Sisa"))
    used = top + down * (tall + 0.2)
    return place.part(0, used, place.width, place.height - used)


def _ink(signal: str) -> str:
    return {"good": INK.good, "bad": INK.bad, "ordinary": INK.ordinary}.get(signal, INK.muted)


def _card(tile: Tile, room: float) -> tuple[list[str], float]:
    """Return the paragraphs of a figure and the height that they need with their margins."""
    known = tile.value is not None
    meaning = marks.signal_names().get(tile.signal, "")
    value = whole(tile.value) if known else _("belum melapor")
    large = next((s for s in (30.0, 26.0, 22.0, 18.0) if wide(value, s, bold=True) <= room * 0.8), 14.0)
    is_beside = wide(f" {clean(tile.unit)}", 13) <= room - wide(value, large, bold=True)
    unit = clean(tile.unit) if known and tile.unit and is_beside else ""
    period = " · ".join(p for p in ("" if is_beside or not known else clean(tile.unit), clean(tile.period)) if p)
    figure = [Run(fit(value, room, large, bold=True), large, INK.ink if known else INK.muted, bold=True)]
    figure += [Run(f" {unit}", 13, INK.muted)] if unit else []
    signal = " ".join(p for p in (SIGNALS[tile.signal], clean(tile.change), f"({meaning})" if meaning else "") if p)
    label = within(tile.label, room, 13, 2)
    lines = [paragraph([Run(label, 13, INK.muted)], after=2), paragraph(figure, after=2)]
    tall = 0.36 + len(broken(label, room, 13)) * 0.217 + large / 60
    for line, colour, is_bold in (
        (period, INK.muted, False),
        (signal, _ink(tile.signal), True),
        (tile.comparison, INK.ink, False),
        (tile.completeness, INK.muted, False),
    ):
        if line:
            shown = within(whole(line), room * 0.97, 12, 3, bold=is_bold)
            lines.append(paragraph([Run(shown, 12, colour, is_bold)], after=1))
            tall += len(broken(shown, room * 0.97, 12, bold=is_bold)) * 0.2 + 0.014
    return lines, tall
