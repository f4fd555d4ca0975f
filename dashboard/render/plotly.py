"""A chart -> a Plotly figure, for a reader who zooms and selects. It draws the scene that every pen draws.

The library itself is a bundle of our own (static/plotly), which static/interactive.js loads when the first figure is asked for.
"""

import json
from collections.abc import Sequence
from datetime import date
from functools import partial
from html import escape as escaped
from math import log10
from typing import Any

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render.letters import measure
from dashboard.render.marks import short
from dashboard.render.scenes.kinds import scene
from dashboard.render.scenes.scales import thinned
from dashboard.render.scenes.scene import (
    Axis,
    Bars,
    Dash,
    Dots,
    Fan,
    Item,
    Line,
    Mark,
    Note,
    Rule,
    Scene,
    Stripe,
    Tick,
)
from dashboard.theme import Palette
from dashboard.words import text

# No mode bar, no zoom by wheel: a page scrolls. Numbers and months are formatted before they get here.
CONFIG = {"displayModeBar": False, "scrollZoom": False, "responsive": True, "doubleClick": False, "showTips": False}
HOVER = "%{customdata}<extra></extra>"
BUNDLE = "app/static/plotly/plotly-basic.min.js?4.1.1"  # its version: a browser keeps it for ever
KINDS = ("line", "bars", "dots", "stacked", "bullet", "waterfall", "funnel")
DASHES: dict[Dash, str] = {"solid": "solid", "dash": "dash", "dot": "dot", "dense": "dot"}
SHAPES = {"circle": "circle", "up": "triangle-up", "down": "triangle-down", "diamond": "diamond"}
SIGNS = {
    "square": "■", "circle": "●", "up": "▲", "down": "▼", "diamond": "◆", "ring": "○", "tick": "|", "missing": "▨",
    "pale": "▒", "hatched": "▨",
}  # fmt: skip
SIZE = 12  # px of letters
ROW = 30  # px a row
NOTE = 16  # px a line of words over the plot
MOST = {"time": 6}  # ticks, of which a phone has room for all
PLOT = 300  # px
Dict = dict[str, Any]
escape = partial(escaped, quote=False)  # Plotly shows &quot; as it stands


def specification(chart: Chart, look: str = "light") -> Dict:
    """Return the figure as a plain dict of data, layout and config; raises ValueError for a kind that has none."""
    if chart.kind not in KINDS:
        raise ValueError(f"a {chart.kind} has nothing to zoom into: it has no Plotly figure")
    pen = _Pen(scene(chart), theme.palette(look))
    pen.draw()
    merged = theme.template(look) | {"separators": ",." if text.language() == "id" else ".,"}
    for key, value in pen.layout.items():
        base = merged.get("xaxis" if key.startswith("xaxis") else "yaxis" if key.startswith("yaxis") else key)
        merged[key] = base | value if isinstance(base, dict) and isinstance(value, dict) else value
    if chart.height:
        merged["height"] = chart.height
    return {"data": pen.traces, "layout": merged, "config": CONFIG}


def as_json(chart: Chart, look: str = "light") -> str:
    """Return the figure as JSON, days as Plotly reads them."""
    return json.dumps(specification(chart, look), default=date.isoformat, ensure_ascii=False)


def about(chart: Chart, look: str) -> str:
    """Return the unit and the legend of a figure as HTML; a figure of columns has its legend within."""
    decided, colours = scene(chart), theme.palette(look)
    entries = [] if chart.kind == "stacked" else decided.legend
    shown = "".join(
        f"<span><i style='color:{theme.shade(e.shade.partition('/')[0], colours)}'>{SIGNS[e.look]}</i> {escape(e.words)}</span>"
        for e in entries
    )
    unit = f"<p>{escape(decided.unit)}</p>" if decided.unit else ""
    return f"<div class='rp-head'>{unit}<div class='rp-legend'>{shown}</div></div>"


def leading(urls: Sequence[str | None]) -> Dict:
    """Return what makes the marks of a trace lead to these URLs, one a mark: static/links.js follows them."""
    return {"meta": {"links": list(urls)}} if any(urls) else {}


class _Pen:
    """Draws a scene as traces, and as shapes and words of a layout."""

    def __init__(self, decided: Scene, colours: Palette) -> None:
        self.scene, self.colours = decided, colours
        self.traces: list[Dict] = []
        self.shapes: list[Dict] = []
        self.notes: list[Dict] = []
        self.layout: Dict = {}

    def draw(self) -> None:
        if self.scene.y.kind == "rows":
            self._rows()
        else:
            self._plot()
        self.layout |= {"shapes": self.shapes, "annotations": self.notes}

    def shade(self, name: str) -> str:
        base, _slash, thin = name.partition("/")
        shade = theme.shade(base, self.colours)
        return theme.pale(shade, float(thin), self.colours) if thin else shade

    def x(self, value: float) -> Any:
        """Return an x as Plotly takes it: a day on a time axis of days."""
        is_day = self.scene.x.kind == "time" and self.scene.x.low > 1000
        return date.fromordinal(round(value)) if is_day else value

    # --- two axes ---

    def _plot(self) -> None:
        s = self.scene
        for item in s.items:
            self._item(item)
        if s.touch:
            self._touch()
        ends = [note for note in s.of(Note) if note.stands == "end"]
        self._ends(ends)
        noted = sum(rule.part == "note" for rule in s.of(Rule))
        wide = max((measure(short(n.words, 22), SIZE, 600) for n in ends), default=0.0)
        totals = bool(s.of(Bars))
        self.layout |= {
            "xaxis": self._axis(s.x),
            "yaxis": self._axis(s.y),
            "height": PLOT,
            "barmode": "stack",
            "bargap": 0.18,
            # The nearest point, however far: all at one x would be told beside the axis's own number of a day.
            "hoverdistance": -1 if s.touch else 20,
            "margin": {"l": 8, "r": int(wide) + 16, "t": (28 if totals else 16) + NOTE * min(noted, 3), "b": 8},
        }
        if entries := [e for e in s.legend if e.look == "square" and totals]:
            self._legend(entries)

    def _axis(self, axis: Axis) -> Dict:
        ticks = thinned(axis, MOST["time"]) if axis.kind == "time" else axis.ticks
        low, high = axis.low, axis.high
        if axis.kind == "logarithm":
            low, high = log10(low), log10(high)
        ends = [low, high]
        if axis is self.scene.x and axis.kind == "time" and low > 1000:
            ends = [date.fromordinal(int(low)), date.fromordinal(int(high) + 1)]
        found: Dict = {"range": ends, "autorange": False, "showgrid": axis.is_ruled, "visible": axis.is_shown}
        if axis.kind == "logarithm":
            found["type"] = "log"
        at = [self.x(t.at) if axis is self.scene.x else t.at for t in ticks]
        found |= {"tickmode": "array", "tickvals": at, "ticktext": [self._words(t) for t in ticks]}
        if axis.kind == "columns":
            found["tickangle"] = -40 if len(axis.ticks) > 4 else 0
        if axis.name:
            font = {"size": SIZE, "color": self.colours.muted}
            found["title"] = {"text": escape(axis.name), "font": font, "standoff": 4}
        return found

    def _words(self, tick: Tick) -> str:
        words = escape(short(tick.words, 28)).replace("\n", "<br>")
        return _linked(words, tick.url, self.colours.ink)

    def _item(self, item: Item) -> None:
        if isinstance(item, Stripe):
            self._stripe(item)
        elif isinstance(item, Fan):
            xs = [self.x(x) for x, _low, _high in item.edges]
            base = {
                "type": "scatter",
                "mode": "lines",
                "x": xs,
                "line": {"width": 0},
                "hoverinfo": "skip",
                "name": item.name,
            }
            fill = theme.pale(self.shade(item.shade), item.ink, self.colours)
            self.traces.append(base | {"y": [low for _x, low, _high in item.edges]})
            self.traces.append(
                base | {"y": [high for _x, _low, high in item.edges], "fill": "tonexty", "fillcolor": fill}
            )
        elif isinstance(item, Line):
            look = {"color": self.shade(item.shade), "width": item.width * 1.15, "dash": DASHES[item.dash]}
            xs, ys = [self.x(x) for x, _y in item.points], [y for _x, y in item.points]
            line = {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "name": item.name, "line": look}
            self.traces.append(line | {"connectgaps": False, "hoverinfo": "skip"})
        elif isinstance(item, Dots):
            self._dots(item)
        elif isinstance(item, Bars):
            self._bars(item)
        elif isinstance(item, Mark):
            self._mark(item)
        elif isinstance(item, Rule):
            self._rule(item)
        elif isinstance(item, Note) and item.stands == "beside":
            self._beside(item)

    def _stripe(self, item: Stripe) -> None:
        own, other = item.axis, "y" if item.axis == "x" else "x"
        low, high = (self.x(v) if own == "x" else v for v in (item.low, item.high))
        box = {f"{own}0": low, f"{own}1": high, f"{other}0": 0, f"{other}1": 1, f"{other}ref": "paper"}
        base: Dict = {
            "type": "rect",
            "layer": "below",
            "line": {"width": 0},
            "name": "gap" if item.is_gap else "band",
        } | box
        self.shapes.append(base | {"fillcolor": self.shade(item.shade), "opacity": 0.18 if item.is_gap else 0.13})
        if item.words:  # a shape of its own, so that the name keeps its contrast
            label = {
                "text": escape(item.words),
                "textposition": "top left",
                "font": {"size": 11, "color": self.colours.muted},
            }
            self.shapes.append(base | {"fillcolor": "rgba(0,0,0,0)", "label": label})

    def _dots(self, item: Dots) -> None:
        dots, shades = item.dots, [self.shade(dot.shade) for dot in item.dots]
        fills = [self.colours.background if d.is_hollow else s for d, s in zip(dots, shades, strict=True)]
        edges = [self.colours.background] * len(dots) if item.part == "signal" else shades
        marker: Dict = {
            "size": [SIZE * dot.size * 1.15 for dot in dots],
            "color": fills,
            "symbol": [SHAPES[d.shape] for d in dots],
        }
        marker |= {"line": {"color": edges, "width": 1.5}, "opacity": 1}
        place = {"x": [self.x(dot.x) for dot in dots], "y": [dot.y for dot in dots]}
        said = {"customdata": [escape(dot.tip) for dot in dots], "hovertemplate": HOVER}
        tips = said if any(dot.tip for dot in dots) else {"hoverinfo": "skip"}
        base = {"type": "scatter", "mode": "markers", "name": item.name, "marker": marker, "cliponaxis": False}
        self.traces.append(base | place | tips | leading([dot.url for dot in dots]))

    def _bars(self, item: Bars) -> None:
        bars = item.bars
        at, base, size = [bar.at for bar in bars], [bar.start for bar in bars], [bar.end - bar.start for bar in bars]
        is_across = item.is_across
        place = {"y": at, "x": size, "orientation": "h"} if is_across else {"x": at, "y": size}
        look: Dict = {
            "color": [self.shade(bar.shade) for bar in bars],
            "line": {"color": self.colours.muted, "width": 0.5},
        }
        if any(bar.is_hatched for bar in bars):
            look["pattern"] = {"shape": ["/" if bar.is_hatched else "" for bar in bars]}
        said = {"customdata": [escape(bar.tip) for bar in bars], "hovertemplate": HOVER}
        tips = said if any(bar.tip for bar in bars) else {"hoverinfo": "skip"}
        if not any(bar.tip for bar in bars) and is_across and item.part == "value":
            look |= {"opacity": 0.18}  # nothing was reported: hatched, over the whole width
            look["pattern"] = {"shape": "/"}
        trace = {"type": "bar", "name": item.name, "marker": look, "width": item.thick, "base": base}
        self.traces.append(trace | place | tips | leading([bar.url for bar in bars]))

    def _mark(self, item: Mark) -> None:
        run = {
            "target": ([item.start] * 2, [item.at - 0.36, item.at + 0.36]),
            "interval": ([item.start, item.end], [item.at] * 2),
        }
        xs, ys = run.get(item.part, ([item.start] * 2, [item.at - 0.5, item.at + 0.5]))
        look = {"color": self.shade(item.shade), "width": 2.2 if item.part == "target" else 1.2}
        self.traces.append({"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": look, "hoverinfo": "skip"})

    def _rule(self, item: Rule) -> None:
        own, other = item.axis, "y" if item.axis == "x" else "x"
        at = self.x(item.at) if own == "x" else item.at
        at = at.isoformat() if isinstance(at, date) else at
        ends = {f"{own}0": at, f"{own}1": at, f"{other}0": 0, f"{other}1": 1, f"{other}ref": "paper"}
        look = {"color": self.shade(item.shade), "width": 1, "dash": "dash" if item.part == "note" else "solid"}
        self.shapes.append({"type": "line", "line": look, "layer": "above"} | ends)
        if item.words and own == "x":
            before = sum(rule.part == "note" for rule in self.scene.of(Rule)[: self.scene.of(Rule).index(item)])
            is_right = item.at > (self.scene.x.low + self.scene.x.high) / 2
            place: Dict = {"x": at, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": NOTE * (before % 3)}
            side = "center" if item.part == "reference" else "right" if is_right else "left"
            self._note(short(item.words, 32), item.shade if item.part == "note" else "muted", **place, xanchor=side)

    def _beside(self, note: Note) -> None:
        """Write words beside their point, towards the middle of the plot, where there is room whatever the limits are."""
        x = log10(note.x) if self.scene.x.kind == "logarithm" else note.x
        low, high = (log10(v) if self.scene.x.kind == "logarithm" else v for v in (self.scene.x.low, self.scene.x.high))
        is_high = note.y >= (self.scene.y.low + self.scene.y.high) / 2
        words = f"{short(note.words, 30)} {note.figure}".strip()
        place: Dict = {"x": self.x(note.x) if x == note.x else x, "y": note.y}
        place["xanchor"] = "right" if x > (low + high) / 2 else "left"
        place |= {"yanchor": "top" if is_high else "bottom", "yshift": -8 if is_high else 8}
        if self.scene.of(Bars):
            place |= {"xanchor": "center", "yanchor": "bottom", "yshift": 0}
        self._note(words, note.shade, **place, url=note.url, is_strong=note.is_strong)

    def _ends(self, ends: list[Note]) -> None:
        """Write the labels at the right end, moved apart where they would cover each other."""
        scale = (PLOT - 60) / ((self.scene.y.high - self.scene.y.low) or 1.0)
        at = float("-inf")
        for note in sorted(ends, key=lambda one: one.y):
            wanted = note.y * scale
            at = max(wanted, at + SIZE * 1.3)
            place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 4, "y": note.y, "yanchor": "middle"}
            self._note(
                short(note.words, 22),
                note.shade,
                **place,
                yshift=round(at - wanted),
                url=note.url,
                is_strong=note.is_strong,
            )

    def _touch(self) -> None:
        """Say all that stands at an x, at the height of the newest line's own point there."""
        line = next((item for item in self.scene.items if isinstance(item, Line) and item.part == "value"), None)
        at = dict(line.points) if line else {}
        touch = self.scene.touch
        middle = (self.scene.y.low + self.scene.y.high) / 2
        place = {"x": [self.x(t.x) for t in touch], "y": [middle if at.get(t.x) is None else at[t.x] for t in touch]}
        said = {"customdata": [escape(t.words).replace("\n", "<br>") for t in touch], "hovertemplate": HOVER}
        look = {"mode": "markers", "marker": {"size": 9, "opacity": 0}, "name": "", "showlegend": False}
        self.traces.append({"type": "scatter"} | look | place | said | leading([t.url for t in touch]))

    def _legend(self, entries: Sequence[Any]) -> None:
        self.layout |= {
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        }
        named = {entry.words for entry in entries}
        for trace in self.traces:
            trace["showlegend"] = trace.get("name") in named
        self.layout["margin"] = self.layout["margin"] | {"t": 52}

    def _note(self, words: str, shade: str, *, url: str | None = None, is_strong: bool = False, **place: Any) -> None:
        ink = self.colours.muted if shade == "missing" else self.shade(shade)
        shown = _linked(escape(words), url, ink)
        font = {"size": SIZE, "color": ink}
        label = {"text": f"<b>{shown}</b>" if is_strong else shown, "showarrow": False, "font": font, "align": "left"}
        self.notes.append(label | place)

    # --- rows ---

    def _rows(self) -> None:
        s = self.scene
        for item in s.items:
            self._item(item)
        for tick in s.figures:
            words = tick.words if tick.is_known else f"{tick.words}"
            self._note(
                words, "ink" if tick.is_known else "muted", x=1, xref="paper", xanchor="left", xshift=4, y=tick.at
            )
        wide = max((measure(t.words, SIZE) for t in s.figures), default=0.0)
        named = any(rule.part == "reference" for rule in s.of(Rule))
        names = self._axis(s.y) | {"range": [s.y.high, s.y.low], "tickfont": {"size": 13, "color": self.colours.ink}}
        self.layout |= {
            "xaxis": self._axis(s.x),
            "yaxis": names,
            "barmode": "overlay",
            "height": ROW * max(len(s.y.ticks), 1) + (48 if s.x.is_shown else 24) + (24 if named else 0),
            "margin": {"l": 8, "r": int(wide) + 12, "t": 28 if named else 8, "b": 4},
        }


def _linked(words: str, url: str | None, ink: str) -> str:
    """Return words that are HTML already as a link in their own colour, or as they are where there is no link."""
    return f'<a href="{escaped(url)}" target="_self" style="color:{ink}">{words}</a>' if url else words
