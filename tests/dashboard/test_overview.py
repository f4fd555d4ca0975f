"""Ringkasan: its sentences and tiles from hand-made rows, and the page itself on the sample district."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard import text
from dashboard.filters import Filters
from dashboard.views import overview, overview_tiles, overview_words

CHOSEN = Filters(date(2026, 1, 1), date(2026, 10, 1))
ROW: dict[str, Any] = {
    "kind": "visits",
    "unit_id": "pkm-a",
    "unit_name": "Puskesmas A",
    "indicator_id": None,
    "value": -27.04,
    "reference": None,
    "count": 5,
    "since": date(2026, 6, 1),
    "message": None,
    "message_en": None,
}


@pytest.mark.parametrize(
    ("changes", "words", "since", "page"),
    [
        ({}, "turun 27,0 % dibanding tahun lalu, 5 bulan berturut-turut turun", "Jun 2026", "kunjungan"),
        (
            {"kind": "sample", "value": 43.0, "reference": 346.0, "since": date(2026, 7, 1)},
            "sampel survei kurang: 43 dari 346 responden",
            "TW III 2026",
            "kepuasan",
        ),
        (
            {"kind": "reports", "count": 2, "message": "Laporan kunjungan bulanan"},
            "2 laporan belum masuk: Laporan kunjungan bulanan",
            "Jun 2026",
            "mutu-data",
        ),
        (
            {"kind": "indicator", "indicator_id": "SPM-08", "value": 50.06, "message": "Hipertensi"},
            "capaian Hipertensi hanya 50,1 %",
            "TW II 2026",
            "capaian",
        ),
        ({"kind": "finding", "message": "Salinan bulan lalu."}, "Salinan bulan lalu", "Jun 2026", "mutu-data"),
    ],
)
def test_a_matter_says_what_since_when_and_where(changes: dict, words: str, since: str, page: str) -> None:
    row = ROW | changes
    assert overview_words.what(row).endswith(words)
    assert overview_words.since(row) == since
    link = overview_words.link(row, CHOSEN)
    assert link.startswith(f"{page}?dari=2026-01&sampai=2026-10&unit=pkm-a")
    assert ("indikator=SPM-08" in link) == (changes.get("kind") == "indicator")


def test_nothing_that_stands_out_is_said_too() -> None:
    (only,) = overview.headlines(pl.DataFrame(), pl.DataFrame(), CHOSEN)
    assert only.signal == "ordinary"
    assert only.text.startswith("Tidak ada yang menonjol")


def test_timeliness_is_of_all_reports_due_not_a_mean_of_months() -> None:
    now = pl.DataFrame({"month": [date(2026, 1, 1), date(2026, 2, 1)], "expected": [90, 10], "received": [90, 10]})
    # two of January's reports carry no date of receipt: they are neither in time nor late
    known = {"timed": [88, 10], "late": [10, 5], "on_time": [78, 5], "on_time_pct": [88.6, 50.0]}
    now = now.with_columns(*(pl.Series(name, values) for name, values in known.items()))
    alike = {"like_timed": [40, 10], "like_on_time": [37, 5], "like_on_time_last_year": [35, 5]}
    now = now.with_columns(*(pl.Series(name, values) for name, values in alike.items()))
    tile = overview_tiles.reporting(now, now, 5.0, CHOSEN)
    # (78 + 5) / (88 + 10) = 84.69 %; of the 50 known in both years 42 in time now, 40 then: 4 points up, within the 5 that
    # are ordinary; 15 late
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
    assert overview_tiles.reporting(none, none, 5.0, CHOSEN).value is None


UNITS = pl.DataFrame({"unit_id": ["a", "b"], "short_name": ["A", "B"], "attainment_pct": [90.0, 80.0], "rank": [1, 2]})


def test_the_ranking_speaks_of_the_unit_chosen() -> None:
    assert overview.ranking_title(UNITS, CHOSEN) == "A tertinggi (90,0 %), B terendah (80,0 %)"
    assert (
        overview.ranking_title(UNITS, Filters(CHOSEN.period_from, CHOSEN.period_to, unit="b")) == "B: urutan 2 dari 2"
    )


def _shown(test: Any) -> str:
    return " ".join(element.proto.body for element in test.get("html")).replace("\u00a0", " ")


def test_the_page_of_the_sample_finds_the_planted_stories(page: Any) -> None:
    test = page()
    shown = _shown(test)
    assert "Puskesmas Sungai Bengkal: kunjungan tiga bulan terakhir turun" in shown
    assert "Puskesmas Rimbo Bujang II" in shown
    assert "Data contoh" in shown
    assert "18 dari 20 puskesmas sudah melapor Oktober 2026" in shown
    assert len(test.get("plotly_chart")) == 2
    assert all(chart.proto.alt for chart in test.get("plotly_chart"))


def test_the_page_speaks_english_at_the_switch(page: Any) -> None:
    shown = _shown(page(bahasa="en"))
    assert "Summary" in shown
    assert "What needs attention" in shown
    assert "Yang perlu perhatian" not in shown


def test_a_page_without_a_build_says_what_to_do(tmp_path: Any, page: Any) -> None:
    shown = _shown(page(data_dir=tmp_path))
    assert "Belum ada data yang dapat ditampilkan" in shown
    assert "<code>rapor load</code>" in shown


def test_months_are_named_in_the_language_of_the_reader(page: Any) -> None:
    with text.speaking("en"):
        assert text.month_name(date(2026, 10, 1)) == "October 2026"
    assert "Oktober 2026" in _shown(page())
