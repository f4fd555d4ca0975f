"""Ringkasan: its sentences and tiles from hand-made rows, and the page itself on the sample district."""

import re
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.access import Viewer
from dashboard.areas.overview import matters, verdict
from dashboard.areas.overview import page as overview
from dashboard.areas.overview import tiles as overview_tiles
from dashboard.decisions import marks
from dashboard.decisions.values import Figure
from dashboard.filters import Filters
from dashboard.snapshot import Tile
from dashboard.words import text
from tests.dashboard.parts.test_signals import SATISFACTION

CHOSEN = Filters(date(2026, 1, 1), date(2026, 10, 1))
ROW: dict[str, Any] = {
    "matter": "reports",
    "unit_id": "pkm-a",
    "unit_name": "Puskesmas A",
    "short_name": "A",
    "unit_kind": "health_centre",
    "measure": None,
    "item_id": "visit",
    "value": None,
    "reference": None,
    "forecast": None,
    "chance": None,
    "grade": None,
    "cause": None,
    "count": 2,
    "total": None,
    "since": date(2026, 6, 1),
    "period_months": None,
    "unit_of_measure": None,
    "message": "Laporan kunjungan bulanan",
    "message_en": "Monthly visits",
    "sure": "sure",
}
SAMPLE = {"matter": "sample", "value": 43.0, "reference": 346.0, "since": date(2026, 7, 1), "period_months": 3}
INDICATOR = {
    "matter": "indicator",
    "item_id": "SPM-08",
    "value": 50.06,
    "message": "Hipertensi",
    "message_en": None,
    "since": date(2026, 4, 1),
    "period_months": 3,
}
FORECAST = INDICATOR | {
    "matter": "forecast",
    "value": 70.7,
    "forecast": 1774.02,
    "reference": 2535.0,
    "unit_of_measure": "ha",
    "chance": "impossible",
    "message": "Persentase luas daerah irigasi yang berfungsi baik",
    "since": date(2026, 1, 1),
    "period_months": 6,
}
GRADE = {"matter": "grade", "value": 75.36, "grade": "C", "count": 8, "since": date(2024, 10, 1), "period_months": 3}
LATE = {"matter": "late", "count": 18, "total": 21, "since": date(2025, 11, 1)}


@pytest.mark.parametrize(
    ("changes", "line", "indonesian", "english", "since", "page"),
    [
        (
            {},
            "A: 2 laporan belum masuk: Laporan kunjungan bulanan",
            "2 laporan belum masuk: Laporan kunjungan bulanan",
            "2 reports missing: Monthly visits",
            "Jun 2026",
            "mutu-data",
        ),
        (
            {"count": 1},
            "A: 1 laporan belum masuk: Laporan kunjungan bulanan",
            "1 laporan belum masuk: Laporan kunjungan bulanan",
            "1 report missing: Monthly visits",
            "Jun 2026",
            "mutu-data",
        ),
        (
            SAMPLE,
            "A: hanya 43 dari 346 responden survei",
            "Sampel survei kurang: 43 dari 346 responden",
            "Survey too small: 43 of 346 respondents",
            "TW III 2026",
            "kepuasan",
        ),
        (
            GRADE,
            "A: mutu pelayanan C selama 8 triwulan",
            "Mutu pelayanan C (IKM 75,36), sudah 8 triwulan",
            "Service grade C (index 75.36) for 8 quarters",
            "TW IV 2024",
            "kepuasan",
        ),
        (
            LATE,
            "A: 18 dari 21 laporan terlambat setahun ini",
            "18 dari 21 laporan dalam dua belas bulan terlambat",
            "18 of 21 reports in twelve months came late",
            "Nov 2025",
            "mutu-data",
        ),
        (
            INDICATOR,
            "A: Hipertensi 50 % dari target",
            "Capaian Hipertensi hanya 50 % dari target",
            "Attainment of Hipertensi is only 50% of target",
            "TW II 2026",
            "capaian",
        ),
        (
            FORECAST,
            "Luas daerah … yang berfungsi baik 71 % dari target, hampir pasti meleset",
            "Persentase luas daerah irigasi yang berfungsi baik 71 % dari target; perkiraan akhir tahun 1.774 ha, target 2.535 ha",
            "Persentase luas daerah irigasi yang berfungsi baik at 71% of target; forecast for the year's end 1,774 ha, target 2,535 ha",
            "Jan–Jun 2026",
            "capaian",
        ),
        (
            {"matter": "finding", "message": "Salinan.", "message_en": "Copy."},
            "A: Salinan",
            "Salinan",
            "Copy",
            "Jun 2026",
            "mutu-data",
        ),
    ],
)
def test_a_matter_says_what_since_when_and_where(
    changes: dict, line: str, indonesian: str, english: str, since: str, page: str
) -> None:
    row = ROW | changes
    said = matters.matter(row, None, CHOSEN)
    assert (said.unit, said.line, said.what, said.since) == ("Puskesmas A", line, indonesian, since)
    assert said.link.startswith(f"{page}?dari=2026-01&sampai=2026-10&unit=pkm-a")
    assert ("indikator=SPM-08" in said.link) == (row["matter"] in {"indicator", "forecast"})
    with text.speaking("en"):
        assert matters.matter(row, None, CHOSEN).what == english


def test_how_sure_it_is_is_said_in_words_and_the_cause_is_that_of_the_agency() -> None:
    def said(**changes: Any) -> matters.Matter:
        return matters.matter(ROW | FORECAST | changes, None, CHOSEN)

    assert [said(sure=sure).sure for sure in ("sure", "strong", "weak")] == ["hampir pasti", "kuat", "lemah"]
    assert said(sure="strong").line.endswith("kemungkinan besar meleset")
    assert said(chance="out_of_reach").line.endswith("tidak terkejar tahun ini")
    assert (said().cause, said(cause="Banjir").cause) == ("belum dijelaskan", "Banjir")
    assert matters.matter(ROW, None, CHOSEN).sure == "pasti", "a report that is not there is no guess"
    assert said(chance="missed").line == "Luas daerah … yang berfungsi baik 71 % dari target, tidak tercapai"
    assert said(chance="missed").what.endswith("; hasil tahun 1.774 ha, target 2.535 ha")
    assert said(value=132.0).line == "Luas daerah … yang berfungsi baik: hampir pasti meleset"
    nothing_yet = said(value=None)
    assert nothing_yet.line == "Luas daerah … yang berfungsi baik: hampir pasti meleset"
    assert nothing_yet.what.endswith("baik: perkiraan akhir tahun 1.774 ha, target 2.535 ha")


def test_a_decision_on_a_matter_is_made_on_its_very_figure() -> None:
    said = matters.matter(ROW | FORECAST | {"unit_id": "pupr", "unit_kind": "agency"}, None, CHOSEN)
    figure = marks.of_link(said.trace)
    assert figure == Figure("ringkasan", "attainment", "pupr", "SPM-08")
    assert marks.form(said.trace, Viewer("bupati")) is not None
    assert marks.form(said.trace, Viewer("pegawai")) is None, "who only reads gets no form"


def test_a_matter_that_is_a_signal_says_how_far_it_is_from_usual() -> None:
    row = ROW | {"matter": "signal", "measure": "satisfaction", "item_id": "all", "count": None}
    row |= {"since": SATISFACTION["since"], "period_months": 3}
    said = matters.matter(row, SATISFACTION, CHOSEN)
    assert said.what == "Indeks kepuasan 71,2 pada TW III 2026, 5,8 poin di bawah biasanya 77,0"
    assert said.line.endswith(" 5,8 poin di bawah biasanya sejak TW III 2026")
    assert (said.sure, said.since) == ("hampir pasti", "TW III 2026")
    assert said.link == "kepuasan?dari=2026-01&sampai=2026-10&unit=pkm-a#ikm"


VERDICT: dict[str, Any] = {
    "state": "unsafe", "targets": 44, "foreseen": 44, "unlikely": 26, "reached": 14, "year": 2026,
    "heaviest_name": "Prevalensi stunting", "heaviest_pct": 58.97,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "found", "said"),
    [
        (
            {},
            5,
            "Belum aman: 26 dari 44 target 2026 kecil kemungkinannya tercapai; terberat Prevalensi stunting, 59 % dari target.",
        ),
        (
            {"state": "watch", "unlikely": 5, "heaviest_pct": None},
            5,
            "Perlu perhatian: 5 dari 44 target 2026 kecil kemungkinannya tercapai; terberat Prevalensi stunting.",
        ),
        ({"state": "safe", "unlikely": 0}, 0, "Aman sejauh ini: 44 target 2026 masih berpeluang tercapai."),
        (
            {"state": "safe", "unlikely": 0},
            2,
            "Target 2026 masih berpeluang tercapai, tetapi 2 hal perlu diputuskan.",
        ),
        (
            {"state": "safe", "unlikely": 0, "foreseen": 12},
            0,
            "Sejauh dapat diramalkan aman: 12 dari 44 target 2026 masih berpeluang tercapai.",
        ),
        (
            {"state": "over"},
            5,
            "26 dari 44 target 2026 tidak tercapai; terberat Prevalensi stunting, 59 % dari target.",
        ),
        ({"state": "over", "unlikely": 0}, 0, "0 dari 44 target 2026 tidak tercapai."),
        ({"state": "open"}, 1, "Target tahun ini belum dapat diramalkan; 1 hal perlu diputuskan."),
        ({"state": "open"}, 0, "Belum dapat disimpulkan: target tahun ini belum dapat diramalkan."),
        ({"state": "open", "targets": 0}, 0, "Belum dapat disimpulkan: belum ada target indikator."),
        ({"state": "open", "targets": 0}, 2, "Belum ada target indikator; 2 hal perlu diputuskan."),
    ],
)
def test_the_verdict_follows_from_the_share_of_targets_that_will_be_missed(
    changes: dict, found: int, said: str
) -> None:
    assert verdict.sentence(VERDICT | changes, found) == said


def test_at_most_three_lines_stand_under_the_verdict() -> None:
    every = [matters.matter(ROW, None, CHOSEN)] * 5
    first, *lines = verdict.headlines(VERDICT, len(every), every, CHOSEN)
    assert (first.is_verdict, len(lines)) == (True, 3)
    assert {line.is_verdict for line in lines} == {False}


def test_a_tile_is_coloured_by_a_signal_and_by_nothing_else() -> None:
    tile = Tile("x", "X", "71,2", change="turun 9,0 %", comparison="A", signal="ordinary")
    assert overview_tiles.signalled(tile, None) == tile
    assert overview_tiles.signalled(tile, SATISFACTION | {"signal": "ordinary", "rule": None}) == tile
    told = overview_tiles.signalled(tile, SATISFACTION)
    assert (told.signal, told.change) == ("bad", "TW III 2026 di bawah batas wajar 74,0–80,1")
    assert told.comparison == "turun 9,0 % · A"
    missing = Tile("x", "X", None)
    assert overview_tiles.signalled(missing, SATISFACTION) == missing


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
    assert overview_tiles.attainment(empty, VERDICT, empty, CHOSEN).value is None
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
    lines = [re.sub(r"<[^>]+>", "", line) for line in re.findall(r"<li.*?</li>", shown.split("</ul>")[0])]
    assert [line.strip("▼ ") for line in lines] == [
        "Belum aman: 26 dari 44 target 2026 kecil kemungkinannya tercapai; terberat Prevalensi stunting, 59 % dari target.",
        "Prevalensi stunting 59 % dari target, hampir pasti meleset",
        "Penduduk dengan identitas kependudukan digital 55 % dari target, hampir pasti meleset",
        "Suo-Suo: mutu pelayanan C selama 11 triwulan",
    ]
    for line in lines[1:]:  # a leader reads four short lines, none of them about chance
        figures = re.findall(r"\d[\d.,]*", line)
        assert len(re.findall(r"\w[\w-]*", re.sub(r"\d[\d.,]* %?", "", line))) <= 12
        assert len(figures) <= 2
    assert "14 dari 44 tercapai" in shown
    assert "18 dari 21 laporan dalam dua belas bulan terlambat" in shown
    assert "Kunjungan 1.071 pada Oktober 2026" in shown, "Sungai Bengkal"
    assert "Alat ukur antropometri rusak di 38 posyandu" in shown, "the cause that the agency gave"
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
    assert "Sampaikan kepada pengelola" in shown, "a leader sets nothing up"


def test_months_are_named_in_the_language_of_the_reader(page: Any) -> None:
    with text.speaking("en"):
        assert text.month_name(date(2026, 10, 1)) == "October 2026"
    assert "Oktober 2026" in _shown(page())
