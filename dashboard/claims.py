"""The claims of a page: what its headlines and the titles of its blocks say, as data beside the words."""

from dataclasses import replace

from dashboard.snapshot import Block, ChartBlock, Claim, Headline, Shown, Snapshot, TableBlock, TextBlock
from dashboard.words.said import figures_of


def carried(page: Snapshot) -> Snapshot:
    """Return the page with the claim of each sentence that has figures, made of what its words remember."""
    shows = {block.id: block.shows for block in page.flat() if isinstance(block, ChartBlock | TableBlock)}

    def claim(words: str, shown: Shown | None, *certainty: str) -> Claim | None:
        figures = figures_of(words)
        period = next((figure.printed for figure in figures if figure.role == "period"), page.period)
        sure = " · ".join(part for part in certainty if part and part != "none")
        return Claim(figures, shown.kind if shown else "", period, page.filters, sure) if figures else None

    def headline(one: Headline) -> Headline:
        shown = shows.get((one.link or "").partition("#")[2])
        return replace(one, claim=claim(one.text, shown, one.signal, page.completeness))

    def block(one: Block) -> Block:
        match one:
            case ChartBlock():
                return replace(one, claim=claim(one.chart.title, one.shows, one.completeness or page.completeness))
            case TableBlock():
                return replace(one, claim=claim(one.title, one.shows, page.completeness))
            case TextBlock():
                return one

    return replace(page, headlines=tuple(map(headline, page.headlines))).each(lambda tile: tile, block)
