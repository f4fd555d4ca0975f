"""Meetings as decks for the tests of slides, and what a deck says read back."""

import io
from datetime import date, datetime
from typing import Any

import polars as pl
from pptx import Presentation

from dashboard.charts import Chart
from dashboard.render.slides import deck
from dashboard.snapshot import ChartBlock, Column, Headline, Meeting, Snapshot, Tile
from dashboard.words import text
from tests.dashboard.render.gallery import HOSTILE, UNITS

MADE = datetime(2026, 11, 23, 10, 5, 8)
FORMULA = HOSTILE[0]
NOTE = "Titik pucat: data sementara."
TABLE = pl.DataFrame(
    {
        "u": UNITS,
        "n": [1234567, 2345, None, 12, 5, 6, 7, 8, 9],
        "p": [98.25, 81.4, None, 12.0, 3.0, 4.0, 5.0, 6.0, 7.0],
        "m": [date(2026, 10, 1)] * 9,
    }
)
COLUMNS = (
    Column("u", "Unit"),
    Column("n", "Pasien", "int"),
    Column("p", "Capaian", "pct"),
    Column("m", "Bulan", "month"),
)
TILES = (
    Tile("a", "Capaian", "81,4", "%", "Jan–Okt 2026", "naik 3,2 poin", "target 85 %", "good", "18 dari 20 puskesmas"),
    Tile("b", "Kepuasan", None, "indeks", "TW III 2026"),
    Tile("c", HOSTILE[2], "=1+1", "kunjungan per bulan", "Okt 2026", "turun 12,4 %", FORMULA, "bad"),
)
HEADS = (
    Headline("Kunjungan Sungai Bengkal turun empat bulan berturut-turut " * 4, "#a", "bad"),
    Headline("Capaian naik 3,2 poin", None, "good"),
)


def chart_block(name: str, chart: Chart) -> ChartBlock:
    return ChartBlock(name, chart, TABLE, COLUMNS, NOTE, "18 dari 20 puskesmas melapor")


def meeting_of(*blocks: Any, language: str = "id") -> Meeting:
    words = (("Capaian", "Realisasi dibagi target."), ("Sumber", "Formulir F1"))
    base: dict[str, Any] = {"build_id": "b20261112-abc", "is_sample": True, "definitions": words}
    base |= {
        "as_of": datetime(2026, 11, 12, 8),
        "completeness": "18 dari 20 unit",
        "filters": "Jan–Okt 2026 · semua unit",
    }
    page = Snapshot("overview", "Ringkasan", "Jan–Okt 2026", HEADS, TILES, blocks[:4], **base)
    other = Snapshot("visits", "Kunjungan", "Jan–Okt 2026", (), (), (blocks[4:],) if blocks[4:] else (), **base)
    title = f"Rapat evaluasi {HOSTILE[1]}"
    notes = f"Siapkan tindak lanjut.\n{FORMULA}"
    pages = (page, other)
    return Meeting(
        "2026-11-24-rapat-abc", title, date(2026, 11, 24), notes, language, "bupati", pages, "b20261112-abc", MADE
    )


def opened(meeting: Meeting) -> Any:
    with text.speaking(meeting.language):
        return Presentation(io.BytesIO(deck.pptx(meeting)))


def alone(chart: Chart) -> Any:
    """Return the slide of one chart: the last of its deck."""
    return opened(meeting_of(chart_block("x", chart))).slides[-1]


def native(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def rows_of(chart: Any) -> dict[str, list[float | None]]:
    return {series.name: list(series.values) for series in chart.plots[0].series}


def xs_of(chart: Any) -> dict[str, list[float | None]]:
    found = {}
    for series in chart.plots[0].series:
        points = {int(p.get("idx")): float(p[0].text) for p in series._element.xpath("c:xVal//c:pt")}
        count = int(series._element.xpath("c:xVal//c:ptCount/@val")[0])
        found[series.name] = [points.get(i) for i in range(count)]
    return found


def said_of(element: Any) -> list[str]:
    return element.xpath(".//c:dLbl//a:t/text()")


def cells_of(slide: Any) -> list[list[str]]:
    (table,) = (shape.table for shape in slide.shapes if shape.has_table)
    return [[cell.text for cell in row.cells] for row in table.rows]


def words_of(slide: Any) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
