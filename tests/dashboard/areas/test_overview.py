"""Ringkasan: its sentences and tiles from hand-made rows, and the page itself on the sample district."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.areas.overview import page as overview
from dashboard.areas.overview import tiles as overview_tiles
from dashboard.areas.overview import words as overview_words
from dashboard.filters import Filters
from dashboard.snapshot import Tile
from dashboard.words import text
from tests.dashboard.parts.test_signals import SATISFACTION

CHOSEN = Filters(date(2026, 1, 1), date(2026, 10, 1))
ROW: dict[str, Any] = {
    "kind": "reports",
    "unit_id": "pkm-a",
    "unit_name": "Puskesmas A",
    "measure": None,
    "item_id": "visit",
    "value": None,
    "reference": None,
    "count": 2,
    "probability": None,
    "since": date(2026, 6, 1),
    "period_months": None,
    "unit_of_measure": None,
    "message": "Laporan kunjungan bulanan",
    "message_en": "Monthly visits",
}
SAMPLE = {"kind": "sample", "value": 43.0, "reference": 346.0, "since": date(2026, 7, 1), "period_months": 3}
INDICATOR = {
    "kind": "indicator",
    "item_id": "SPM-08",
    "value": 50.06,
    "message": "Hipertensi",
    "message_en": None,
    "since": date(2026, 4, 1),
    "period_months": 3,
}
FORECAST = INDICATOR | {"kind": "forecast", "value": 1774.02, "reference": 2535.0, "unit_of_measure": "ha"}


@pytest.mark.parametrize(
    ("changes", "indonesian", "english", "since", "page"),
    [
        (
            {},
            "2 laporan belum masuk: Laporan kunjungan bulanan",
            "2 reports missing: Monthly visits",
            "Jun 2026",
            "mutu-data",
        ),
        (
            {"count": 1},
            "1 laporan belum masuk: Laporan kunjungan bulanan",
            "1 report missing: Monthly visits",
            "Jun 2026",
            "mutu-data",
        ),
        (
            SAMPLE,
            "Sampel survei kurang: 43 dari 346 responden",
            "Survey too small: 43 of 346 respondents",
            "TW III 2026",
            "kepuasan",
        ),
        (
            INDICATOR,
            "Capaian Hipertensi hanya 50,1 % dari target",
            "Attainment of Hipertensi is only 50.1% of target",
            "TW II 2026",
            "capaian",
        ),
        (
            FORECAST | {"probability": 0.12, "since": date(2026, 1, 1), "period_months": 6},
            "Hipertensi: ramalan akhir tahun 1.774 ha, target 2.535 ha",
            "Hipertensi: forecast for the year's end 1,774 ha, target 2,535 ha",
            "Jan–Jun 2026",
            "capaian",
        ),
        ({"kind": "finding", "message": "Salinan.", "message_en": "Copy."}, "Salinan", "Copy", "Jun 2026", "mutu-data"),
    ],
)
def test_a_matter_says_what_since_when_and_where(
    changes: dict, indonesian: str, english: str, since: str, page: str
) -> None:
    row = ROW | changes
    cells = overview_words.matter(row, None, CHOSEN)
    assert (cells["unit"], cells["what"], cells["since"]) == ("Puskesmas A", indonesian, since)
    assert cells["link"].startswith(f"{page}?dari=2026-01&sampai=2026-10&unit=pkm-a")
    assert ("indikator=SPM-08" in cells["link"]) == (row["kind"] in {"indicator", "forecast"})
    with text.speaking("en"):
        assert overview_words.matter(row, None, CHOSEN)["what"] == english


def test_a_chance_to_meet_a_target_is_whole_and_never_nil() -> None:
    assert overview_words.sure(ROW | FORECAST | {"probability": 0.126}) == "peluang tercapai 13 %"
    assert overview_words.sure(ROW | FORECAST | {"probability": 0.000027}) == "peluang tercapai kurang dari 1 %"
    with text.speaking("en"):
        assert overview_words.sure(ROW | FORECAST | {"probability": 0.126}) == "13% chance to meet it"


def test_a_matter_that_is_a_signal_says_how_rarely_chance_does_it() -> None:
    row = ROW | {"kind": "signal", "measure": "satisfaction", "item_id": "all", "count": None}
    cells = overview_words.matter(row, SATISFACTION, CHOSEN)
    assert cells["what"] == "Indeks kepuasan 71,2 pada TW III 2026, 5,8 poin di bawah tingkat wajarnya 77,0"
    assert cells["sure"] == "1 dari 2.000 kebetulan; batas sementara, 9 triwulan"
    assert cells["since"] == "TW III 2026"
    assert cells["link"] == "kepuasan?dari=2026-01&sampai=2026-10&unit=pkm-a#ikm"


def test_a_tile_is_coloured_by_a_signal_and_by_nothing_else() -> None:
    tile = Tile("x", "X", "71,2", change="turun 9,0 %", comparison="A", signal="ordinary")
    assert overview_tiles.signalled(tile, None) == tile
    assert overview_tiles.signalled(tile, SATISFACTION | {"signal": "ordinary", "rule": None}) == tile
    told = overview_tiles.signalled(tile, SATISFACTION)
    assert (told.signal, told.change) == ("bad", "TW III 2026 di bawah batas wajar 74,0–80,1")
    assert told.comparison == "turun 9,0 % · A"
    missing = Tile("x", "X", None)
    assert overview_tiles.signalled(missing, SATISFACTION) == missing


def test_a_level_is_said_with_its_period_and_comparison() -> None:
    known = Tile(
        "x", "Capaian indikator", "81,4 %", period="sampai Sep 2026", change="naik 1,2 poin dibanding tahun lalu"
    )
    first, second = overview_words.levels((known, replace(known, change=""), Tile("y", "Y", None)))
    assert first.text == "Capaian indikator: 81,4 % (sampai Sep 2026), naik 1,2 poin dibanding tahun lalu."
    assert second.text == "Capaian indikator: 81,4 % (sampai Sep 2026); belum dapat dibandingkan dengan tahun lalu."


def test_timeliness_is_of_all_reports_due_not_a_mean_of_months() -> None:
    now = pl.DataFrame({"month": [date(2026, 1, 1), date(2026, 2, 1)], "expected": [90, 10], "received": [90, 10]})
    # two of January's reports carry no date of receipt: they are neither in time nor late
    known = {"timed": [88, 10], "late": [10, 5], "on_time": [78, 5], "on_time_pct": [88.6, 50.0]}
    now = now.with_columns(*(pl.Series(name, values) for name, values in known.items()))
    alike = {"like_timed": [40, 10], "like_on_time": [37, 5], "like_on_time_last_year": [35, 5]}
    now = now.with_columns(*(pl.Series(name, values) for name, values in alike.items()))
    tile = overview_tiles.reporting(now, now, CHOSEN)
    # (78 + 5) / (88 + 10) = 84.69 %; of the 50 known in both years 42 in time now, 40 then: 4 points up; 15 late
    assert tile.value == "84,7 %"
    assert tile.change.startswith("naik 4,0 poin")
    assert tile.signal == "ordinary"
    assert tile.comparison == "15 laporan terlambat"
    assert tile.completeness == "100 dari 100 laporan sudah masuk"
    assert tile.sparkline == (88.6, 50.0)


def test_a_tile_without_data_has_no_value() -> None:
    empty = pl.DataFrame({"attainment_pct": [None]}, schema={"attainment_pct": pl.Float64})
    assert overview_tiles.attainment(empty, empty, CHOSEN).value is None
    counts = (
        "expected",
        "on_time",
        "received",
        "timed",
        "late",
        "like_timed",
        "like_on_time",
        "like_on_time_last_year",
    )
    none = pl.DataFrame(schema={"month": pl.Date} | dict.fromkeys(counts, pl.Int64))
    assert overview_tiles.reporting(none, none, CHOSEN).value is None


UNITS = pl.DataFrame(
    {
        "unit_id": ["a", "b"],
        "short_name": ["A", "B"],
        "attainment_pct": [90.0, 80.0],
        "lower_pct": [88.0, 78.0],
        "upper_pct": [92.0, 82.0],
        "rank": [1, 2],
    }
)


def test_the_ranking_speaks_of_the_unit_chosen() -> None:
    assert overview.ranking_title(UNITS, CHOSEN) == "A tertinggi (90,0 %), B terendah (80,0 %)"
    assert (
        overview.ranking_title(UNITS, Filters(CHOSEN.period_from, CHOSEN.period_to, unit="b")) == "B: urutan 2 dari 2"
    )


def test_the_map_names_the_lowest_with_those_like_it() -> None:
    areas = UNITS.rename({"short_name": "name"})
    assert overview.map_title(areas).replace("\u00a0", " ") == "Capaian terendah di Kecamatan B: 80,0 %"
    wide = areas.with_columns(upper_pct=pl.lit(92.0))
    assert "B (80,0 %) dan 1 kecamatan lain" in overview.map_title(wide).replace("\u00a0", " ")


def _shown(test: Any) -> str:
    return " ".join(element.proto.body for element in test.get("html")).replace("\u00a0", " ")


def test_the_page_of_the_sample_finds_the_planted_stories(page: Any) -> None:
    test = page()
    shown = _shown(test)
    assert "Kunjungan Sungai Bengkal" in shown
    assert "Kunjungan Rimbo Bujang II" in shown
    assert "diperkirakan muncul karena kebetulan" in shown
    assert "Semua sinyal terbaru" in shown
    assert "Data contoh" in shown
    assert "18 dari 20 puskesmas sudah melapor Oktober 2026" in shown
    assert len(re.findall(r"<figure [^>]* role='img' aria-label='[^']+'", shown)) == 2


def test_the_page_speaks_english_at_the_switch(page: Any) -> None:
    shown = _shown(page(bahasa="en"))
    assert "Summary" in shown
    assert "What needs a decision" in shown
    assert "Yang perlu diputuskan" not in shown


def test_a_page_without_a_build_says_what_to_do(tmp_path: Any, page: Any) -> None:
    shown = _shown(page(data_dir=tmp_path))
    assert "Belum ada data yang dapat ditampilkan" in shown
    assert "<code>rapor load</code>" in shown


def test_months_are_named_in_the_language_of_the_reader(page: Any) -> None:
    with text.speaking("en"):
        assert text.month_name(date(2026, 10, 1)) == "October 2026"
    assert "Oktober 2026" in _shown(page())
