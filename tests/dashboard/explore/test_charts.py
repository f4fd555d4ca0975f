"""The charts of Jelajah: every kind that fits is drawn, on the screen and on paper, and holds the figures of the table."""

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from dashboard import access
from dashboard.explore import charts as explore_charts
from dashboard.explore import page as explore_page
from dashboard.explore import question
from dashboard.explore.question import Asked
from dashboard.filters import Filters
from dashboard.meetings import agenda, media
from dashboard.render.drawing import svg
from dashboard.snapshot import ChartBlock
from queries.explore.slices import Slice
from queries.explore.tables import tables

YEAR = Filters(date(2026, 1, 1), date(2026, 10, 1))
VIEWER = access.of("pimpinan")


def _kinds(asked: Asked) -> tuple[str, ...]:
    return explore_charts.fitting(asked.slice)


@pytest.mark.parametrize("table", list(tables()))
@pytest.mark.parametrize(
    "dimensions", ["time", "category", "category by time", "time by category", "two categories", "none"]
)
def test_every_kind_that_fits_is_drawn(
    sample_data: Path, monkeypatch: pytest.MonkeyPatch, table: str, dimensions: str
) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    of = tables()[table]
    other = "agency" if of.row != "agency" else "unit"
    row, column = {
        "time": (of.time, None), "category": (of.row, None), "category by time": (of.row, of.time),
        "time by category": (of.time, of.row), "two categories": (of.row, other), "none": (None, None),
    }[dimensions]  # fmt: skip
    for measure in list(of.measures)[:3]:
        for compare in (None, "year_ago"):
            slice_ = Slice(table, measure, row, column, of.grain, compare=compare)
            for kind in _kinds(Asked(slice_)):
                said = question.query_of(Asked(slice_, chart=kind))
                page = explore_page.compose(YEAR, VIEWER, said)
                drawn = [block for block in page.flat() if isinstance(block, ChartBlock)]
                assert len(drawn) == (kind != "none")
                for block in drawn:
                    assert not block.table.is_empty()
                    assert {c.name for c in block.columns} <= set(block.table.columns)
                    assert svg.svg(block.chart, 600, svg.height(block.chart, 600))


def test_a_kind_that_does_not_fit_gives_way_to_the_best(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    index = Slice("satisfaction", "index", "unit", "service")
    assert _kinds(Asked(index)) == ("none",)  # parts of an index do not stack
    assert _kinds(Asked(replace(index, measure="respondents"))) == ("stacked", "none")
    assert explore_charts.kind_of(Asked(index, chart="stacked")) == "none"


@pytest.mark.parametrize("medium", ["pptx", "pdf", "xlsx", "html"])
def test_a_frozen_view_is_written_in_every_medium(
    sample_data: Path, monkeypatch: pytest.MonkeyPatch, medium: str
) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    pages = [
        {"page": "jelajah", "kolom": "payer"},
        {"page": "jelajah", "baris": "month", "terhadap": "tahun-lalu"},
        {"page": "jelajah", "kolom": "month", "saring": "unit:memuat:Muara"},
        {"page": "jelajah", "lihat": "baris", "saring": "unit:masuk:Mengupeh"},
    ]
    made = agenda.compose(agenda.of({"title": "Rapat", "bentuk": "lengkap", "page": pages}), datetime(2026, 11, 24))
    assert re.match(rb"PK|%PDF|<!doctype", media.export(made, medium)[:20])
