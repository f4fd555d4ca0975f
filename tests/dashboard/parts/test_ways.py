"""Of a page's links stand those that its reader may follow."""

import polars as pl

from dashboard import charts, registry
from dashboard.access import Viewer
from dashboard.parts import ways
from dashboard.snapshot import ChartBlock, Column, Headline, Snapshot, TableBlock, Tile

FRAME = pl.DataFrame({"unit": ["a", "b"], "value": [1.0, 2.0], "to": ["jelajah?unit=a", "?unit=b"]})


def test_what_leads_to_a_page_of_another_role_is_taken_away() -> None:
    page = Snapshot(
        "kunjungan", "Kunjungan", "2026",
        headlines=(Headline("a", "pegawai?unit=a"), Headline("b", "#blok", trace="asal?angka=visits")),
        tiles=(Tile("t", "t", "1", link="capaian?x=1", decide="keputusan?baru=1"),),
        blocks=(
            TableBlock("tabel", "t", FRAME, (Column("unit", "Unit", link="to"),), more=("jelajah", "lagi")),
            ChartBlock("grafik", charts.bars(FRAME, "unit", "value", link="to", title="t", unit="", alt="a"), FRAME, ()),
        ),
        extra={"back_link": "pegawai?x=1", "back_words": "kembali", "quality_link": "mutu-data"},
    )  # fmt: skip
    shown = ways.open_to(page, Viewer("operator", ("a",)))
    assert [one.link for one in shown.headlines] == [None, "#blok"]
    assert shown.headlines[1].trace == "asal?angka=visits"
    assert (shown.tiles[0].link, shown.tiles[0].decide) == ("capaian?x=1", None)
    table, chart = shown.flat()
    assert isinstance(table, TableBlock)
    assert isinstance(chart, ChartBlock)
    assert table.table["to"].to_list() == [None, "?unit=b"] == chart.chart.data["to"].to_list()
    assert table.more is None
    assert shown.extra == {"back_words": "kembali", "quality_link": "mutu-data"}
    assert ways.open_to(page, Viewer("bupati")) is page


def test_a_role_begins_at_the_first_page_that_it_has() -> None:
    assert registry.home(Viewer("operator", ("a",))) is registry.page("ringkasan")
    assert registry.home(Viewer("tidak-ada")) is None
