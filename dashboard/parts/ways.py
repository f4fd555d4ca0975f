"""The ways on from a page: those that lead to pages of its reader's role; others are not drawn."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

import polars as pl

from dashboard import registry
from dashboard.access import Viewer
from dashboard.charts import Chart
from dashboard.snapshot import Block, ChartBlock, Headline, Snapshot, TextBlock, Tile


def kept(url: str | None, viewer: Viewer) -> str | None:
    """Return a relative URL where the viewer has the page that it leads to; one that stays on its page stays."""
    page = registry.find(urlsplit(url).path) if url else None
    return url if page is None or viewer.opens(page.address) else None


def open_to(snapshot: Snapshot, viewer: Viewer) -> Snapshot:
    """Return a page with the links that its reader may follow."""
    closed = [page.address for page in registry.PAGES if not viewer.opens(page.address)]
    if not closed:
        return snapshot

    def headline(one: Headline) -> Headline:
        return replace(one, link=kept(one.link, viewer), trace=kept(one.trace, viewer))

    def tile(one: Tile) -> Tile:
        ways = {name: kept(getattr(one, name), viewer) for name in ("link", "trace", "decide")}
        return replace(one, **ways)

    def block(one: Block) -> Block:
        if isinstance(one, TextBlock):
            return one
        linked = [column.link for column in one.columns if column.link]
        one = replace(
            one,
            table=_without(one.table, linked, closed),
            trace=kept(one.trace, viewer),
            decide=kept(one.decide, viewer),
        )
        if isinstance(one, ChartBlock):
            return replace(one, chart=_chart(one.chart, closed, viewer))
        return replace(one, more=one.more if one.more and kept(one.more[0], viewer) else None)

    extra = {name: value for name, value in snapshot.extra.items() if not name.endswith("_link") or kept(value, viewer)}
    page = snapshot.each(tile, block)
    return replace(page, headlines=tuple(map(headline, page.headlines)), extra=extra)


def _chart(chart: Chart, closed: Sequence[str], viewer: Viewer) -> Chart:
    linked = [column for role, column in chart.roles.items() if role.endswith("link")]
    options = dict(chart.options)
    if links := options.get("band_links"):
        options["band_links"] = {band: url for band, url in links.items() if kept(url, viewer)}
    return replace(chart, data=_without(chart.data, linked, closed), options=options)


def _without(frame: pl.DataFrame, linked: Sequence[str], closed: Sequence[str]) -> pl.DataFrame:
    """Return a frame whose columns of URLs have none that leads to a closed page."""
    return frame.with_columns(
        pl.when(~pl.col(name).str.extract("^([^?#]*)").is_in(closed)).then(pl.col(name)).alias(name)
        for name in dict.fromkeys(linked)
        if frame.schema.get(name) == pl.String
    )
