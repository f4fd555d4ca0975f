"""What a slide shows of scenes that are charts: where the plot lies, and what is written around it."""

from dataclasses import replace

from dashboard.render.office.native import is_stacked, lines, native
from dashboard.render.office.series import Native, shade
from dashboard.render.scenes import scales
from dashboard.render.scenes.scene import Rule, Scene, Stripe, Tick
from dashboard.render.slides import chart
from dashboard.render.slides.cells import explained, rest, table_of_panels
from dashboard.render.slides.sheet import INK, Stage, fit, stroke, wide, words
from dashboard.render.slides.xml import Run, paragraph
from dashboard.words.text import _

LEAST = 0.145  # inches of a row
NAMES = 3.4  # inches, of the widest name of a row
MOST_PANELS = 8


def plot(scene: Scene, place: Stage) -> None:
    """Draw lines or columns over periods, or points and curves over two axes."""
    place = explained(place, scene)
    drawn = native(scene)
    left, right = chart.room(drawn.figures), chart.beside(drawn, place.width)
    head = 0.3 if drawn.kind == "columns" or any(rule.axis == "x" for rule in scene.of(Rule)) else 0.12
    foot = 0.7 if scene.x.name else 0.42
    if drawn.kind == "columns":
        drawn = _with_room(drawn, (place.width - left - right) / max(len(drawn.names), 1), place.height - head - foot)
    inner = (left, head, place.width - left - right, place.height - head - foot)
    chart.draw(place, drawn, inner, name=scene.title, alt=scene.alt)


def _with_room(drawn: Native, slot: float, tall: float) -> Native:
    """Return columns with the words that have room: figures inside their part, totals over their column."""
    found = []
    for one in drawn.series:
        shown = {}
        for at, label in one.labels.items():
            high = (one.values[at] or 0.0) / (drawn.figures.high or 1.0) * tall
            is_tall = not one.fills or high > 0.24
            if is_tall and wide(label.words, 11, bold=label.is_strong) < slot * (0.98 if not one.fills else 0.8):
                shown[at] = label
        found.append(replace(one, labels=shown))
    return replace(drawn, series=tuple(found))


def rows(scene: Scene, place: Stage) -> None:
    """Draw rows compared with each other: names left, figures right, those that fit."""
    place = explained(place, scene)
    count = len(scene.y.ticks)
    most = max(int((place.height - 0.6) / LEAST), 1)
    if count > most:
        rest(place.part(0, place.height - 0.22, place.width, 0.22), count - most)
        count, place = most, place.part(0, 0, place.width, place.height - 0.25)
    row = place.height / max(count, 1)
    size = 12.0 if row > 0.3 else 10.0 if row > 0.22 else 9.0
    has_stack = is_stacked(scene)
    figures = [tick.words for tick in scene.figures[:count]]
    ticks = [fit(tick.words, NAMES - (1.2 if has_stack else 0.15), size) for tick in scene.y.ticks[:count]]
    if has_stack:  # parts of a stack have no figures beyond their end
        ticks = [f"{name}: {figure}" for name, figure in zip(ticks, figures, strict=True)]
    scene = replace(scene, y=scales.rows([Tick(at, name) for at, name in enumerate(ticks)]))
    left = min(max((wide(name, size) for name in ticks), default=1.0) + 0.25, NAMES)
    right = 0.2 if has_stack else max((wide(word, size) for word in figures), default=0.5) + 0.3
    references = [rule for rule in scene.of(Rule) if rule.part == "reference"]
    head = 0.3 if references or any(stripe.words for stripe in scene.of(Stripe)) else 0.06
    inner = (left, head, place.width - left - right, place.height - head - (0.4 if scene.x.is_shown else 0.06))
    drawn = native(scene, count)
    chart.draw(place, drawn, inner, name=scene.title, alt=scene.alt, size=size)
    for rule in references if drawn.kind == "rows" else ():
        _reference(rule, scene, place, inner)


def _reference(rule: Rule, scene: Scene, place: Stage, inner: chart.Inner) -> None:
    """Draw the line of a reference value over bars, and its words above it."""
    left = inner[0] + (rule.at - scene.x.low) / (scene.x.high - scene.x.low) * inner[2]
    stroke(
        place.part(left, inner[1] - 0.04, 0, inner[3] + 0.08), shade(rule.shade), rule.words, alt=rule.words, points=1
    )
    room = wide(rule.words, 11) + 0.2
    corner = min(max(left - room / 2, 0), place.width - room)
    above = place.part(corner, inner[1] - 0.27, room, 0.22)
    words(above, [paragraph([Run(rule.words, 11, INK.muted)], "ctr")], rule.words)


def panels(scene: Scene, place: Stage) -> None:
    """Draw each panel as a small chart with its name and last figure; more than fit are a table of the latest periods."""
    if len(scene.panels) > MOST_PANELS:
        table_of_panels(scene, place)
        return
    place = explained(place, scene)
    count = len(scene.panels)
    across = 4 if count > 6 else 3 if count > 4 else max(min(count, 2), 1)
    down = max(-(-count // across), 1)
    wide_, tall = place.width / across, (place.height - 0.25) / down
    words(place.part(0, 0, place.width, 0.22), [paragraph([Run(scene.unit, 11, INK.muted)])], _("Skala"))
    for i, panel in enumerate(scene.panels):
        left, top = (i % across) * wide_, 0.25 + (i // across) * tall
        ink = shade(panel.shade, for_words=True) if panel.is_signal else INK.ink
        head = fit(panel.name, wide_ - 0.4 - wide(panel.figure, 12, bold=True), 12)
        said = [Run(f"{head}  ", 12, ink), Run(panel.figure, 12, ink, bold=True)]
        words(place.part(left, top + 0.06, wide_ - 0.2, 0.24), [paragraph(said)], panel.name)
        here = place.part(left, top + 0.3, wide_ - 0.2, tall - 0.36)
        names = tuple(scales.periods(scene.x))
        silent = replace(scene.x, is_shown=False)  # the caption says from when to when
        drawn = Native("lines", names, tuple(lines(scene.x, panel.y, panel.items)), silent, panel.y)
        room = chart.room(panel.y, 9)
        inner = (room, 0.06, here.width - room - 0.15, here.height - 0.14)
        chart.draw(here, drawn, inner, name=panel.name, alt=f"{scene.alt} {panel.name}: {panel.figure}", size=9)
