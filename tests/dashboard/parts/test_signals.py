"""What is said of signals: grammar in both languages, the closing sentence, and the links."""

import re
from datetime import date
from itertools import product
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.filters import Filters
from dashboard.parts import signal_words as words
from dashboard.parts import signals
from dashboard.words import text

CHOSEN = Filters(date(2026, 1, 1), date(2026, 10, 1))
VISITS: dict[str, Any] = {
    "measure": "visits",
    "unit_id": "pkm-a",
    "short_name": "Sungai Bengkal",
    "unit_kind": "health_centre",
    "is_sum": False,
    "item_id": "all",
    "item_name": None,
    "item_name_en": None,
    "period": date(2026, 10, 1),
    "period_months": 1,
    "value": 4120.0,
    "mean": 5430.0,
    "lower": 4812.4,
    "upper": 6047.6,
    "change_pct": -24.125,
    "rule": "outside",
    "direction": "down",
    "signal": "bad",
    "since": date(2026, 5, 1),
    "run_points": 6,
    "points": 36,
    "is_trial": False,
    "is_provisional": False,
    "is_doubted": False,
    "is_headline": True,
    "assurance": None,
    "rebase_reason": None,
    "rebase_reason_en": None,
    "p_value": 0.0005,
    "strength": 7.6,
}
SATISFACTION = VISITS | {
    "measure": "satisfaction",
    "short_name": "Suo-Suo",
    "period": date(2026, 7, 1),
    "period_months": 3,
    "value": 71.2,
    "mean": 77.05,
    "lower": 74.0,
    "upper": 80.1,
    "since": date(2026, 7, 1),
    "run_points": 1,
    "points": 9,
    "is_trial": True,
}
ATTAINMENT = VISITS | {
    "measure": "attainment",
    "item_id": "SPM-08",
    "item_name": "Layanan hipertensi",
    "item_name_en": "Hypertension care",
    "period": date(2026, 1, 1),
    "period_months": 6,
    "value": 62.14,
    "mean": 70.0,
    "lower": 64.0,
    "upper": 76.0,
    "since": date(2025, 1, 1),
    "run_points": 3,
    "assurance": "failing",
}
SERVICE = VISITS | {"item_id": "gizi", "item_name": "Gizi", "item_name_en": "Nutrition"}


@pytest.mark.parametrize(
    ("row", "indonesian", "english"),
    [
        (
            VISITS,
            "Kunjungan Sungai Bengkal 4.120 pada Oktober 2026, 24 % di bawah biasanya 5.430, di luar batas "
            "wajarnya 4.812–6.048; sudah 6 bulan di bawahnya, sejak Mei 2026.",
            "Visits at Sungai Bengkal: 4,120 in October 2026, 24% below its usual level of 5,430, outside its usual range "
            "of 4,812–6,048; below that level for 6 months, since May 2026.",
        ),
        (
            SATISFACTION,
            "Indeks kepuasan Suo-Suo 71,2 pada TW III 2026, 5,8 poin di bawah biasanya 77,0, di luar batas "
            "wajarnya 74,0–80,1 (batas sementara, 9 triwulan).",
            "Satisfaction index of Suo-Suo: 71.2 in Q3 2026, 5.8 points below its usual level of 77.0, outside its usual "
            "range of 74.0–80.1 (trial limits, 9 quarters).",
        ),
        (
            ATTAINMENT | {"rule": "trend", "is_provisional": True, "is_doubted": True},
            "Capaian Layanan hipertensi (Sungai Bengkal) 62,1 % pada Jan–Jun 2026 saja, 7,9 poin di bawah biasanya "
            "70,0 %; terus turun selama 3 semester, sejak Jan–Jun 2025 (data sementara; ada temuan pada datanya).",
            "Attainment of Hypertension care (Sungai Bengkal): 62.1% in Jan–Jun 2026 alone, 7.9 points below its usual level of "
            "70.0%; falling for 3 half-years, since Jan–Jun 2025 (provisional data; there is a finding on its data).",
        ),
        (
            SERVICE
            | {"rule": "two_of_three", "direction": "up", "signal": "good", "value": 5950.0, "change_pct": 9.58},
            "Kunjungan layanan Gizi di Sungai Bengkal 5.950 pada Oktober 2026, 9,6 % di atas biasanya 5.430; "
            "2 dari 3 bulan terakhir mendekati batas atas wajarnya 6.048.",
            "Visits at Sungai Bengkal (Nutrition): 5,950 in October 2026, 9.6% above its usual level of 5,430; 2 of the "
            "last 3 months are close to the upper end of its usual range, 6,048.",
        ),
        (  # rising, but not yet above its level
            VISITS | {"rule": "trend", "direction": "up", "signal": "good", "value": 5400.0, "change_pct": -0.55},
            "Kunjungan Sungai Bengkal 5.400 pada Oktober 2026, 0,6 % di bawah biasanya 5.430; terus naik selama "
            "6 bulan, sejak Mei 2026.",
            "Visits at Sungai Bengkal: 5,400 in October 2026, 0.6% below its usual level of 5,430; rising for 6 months, "
            "since May 2026.",
        ),
        (
            VISITS | {"rule": "drift", "since": date(2025, 5, 1), "run_points": 18},
            "Kunjungan Sungai Bengkal 4.120 pada Oktober 2026, 24 % di bawah biasanya 5.430; turun perlahan selama "
            "18 bulan, sejak Mei 2025.",
            "Visits at Sungai Bengkal: 4,120 in October 2026, 24% below its usual level of 5,430; falling gradually for 18 months, "
            "since May 2025.",
        ),
        (  # a series that never moved before has no width between its limits
            ATTAINMENT
            | {"value": 100.0, "mean": 98.0, "lower": 98.0, "upper": 98.0, "run_points": 1, "direction": "up"},
            "Capaian Layanan hipertensi (Sungai Bengkal) 100,0 % pada Jan–Jun 2026 saja, 2,0 poin di atas biasanya "
            "98,0 %, di luar batas wajarnya 98,0 %.",
            "Attainment of Hypertension care (Sungai Bengkal): 100.0% in Jan–Jun 2026 alone, 2.0 points above its usual level of "
            "98.0%, outside its usual range of 98.0%.",
        ),
    ],
)
def test_a_signal_reads_as_a_sentence(row: dict, indonesian: str, english: str) -> None:
    assert words.sentence(row) == indonesian
    with text.speaking("en"):
        assert words.sentence(row) == english


CASES = list(
    product(
        (VISITS, SERVICE, SATISFACTION, ATTAINMENT),
        ("outside", "trend", "two_of_three", "shift"),
        ("up", "down"),
        (False, True),
        (False, True),
        ("id", "en"),
    )
)


def _is_well_formed(sentence: str, language: str) -> None:
    """A sentence has its figures, ends once, and speaks one language with its own signs for thousands and decimals."""
    assert sentence.endswith(".")
    assert not sentence.endswith("..")
    assert not re.search(r"\{|\}|None|\bnan\b|  | ,|\(\)|;;", sentence), sentence
    assert text.MISSING not in re.split(r"[\s,;()]+", sentence), sentence
    assert sentence[0].isupper()
    assert sentence.count("(") == sentence.count(")")
    foreign = {"id": r"\b(of|in|its|since|below|above|months?)\b", "en": r"\b(pada|sejak|wajar|bulan|dari|di)\b"}[
        language
    ]
    assert not re.search(foreign, sentence), sentence
    assert not re.search({"id": r"\d\.\d(?!\d\d)", "en": r"\d,\d(?!\d\d)"}[language], sentence), sentence


@pytest.mark.parametrize(("row", "rule", "direction", "is_trial", "is_provisional", "language"), CASES)
def test_every_kind_of_signal_is_a_whole_sentence_in_one_language(
    row: dict, rule: str, direction: str, is_trial: bool, is_provisional: bool, language: str
) -> None:
    signal = "bad" if direction == "down" else "good"
    changes = {"rule": rule, "direction": direction, "signal": signal}
    changed = row | changes | {"is_trial": is_trial, "is_provisional": is_provisional}
    with text.speaking(language):
        sentence = words.sentence(changed)
        _is_well_formed(sentence, language)
        assert (("batas sementara" in sentence) or ("trial limits" in sentence)) == is_trial
        assert (("data sementara" in sentence) or ("provisional data" in sentence)) == is_provisional
        for part in (words.finding(changed), words.brief(changed), words.happened(changed), words.notes(changed)):
            assert not re.search(r"\{|None", part)


@pytest.mark.parametrize(
    ("months", "singular", "plural"),
    [
        (1, "month", "months"),
        (2, "period", "periods"),
        (3, "quarter", "quarters"),
        (6, "half-year", "half-years"),
        (12, "year", "years"),
    ],
)
def test_a_length_of_time_has_a_singular_and_a_plural(months: int, singular: str, plural: str) -> None:
    with text.speaking("en"):
        assert words.length(1, months) == f"1 {singular}"
        assert words.length(7, months) == f"7 {plural}"
        assert words.length(0, months) == f"0 {plural}"


@given(
    mean=st.floats(1, 1e6), share=st.floats(-0.9, 3), half_width=st.floats(0, 1e5), run=st.integers(1, 60),
    rule=st.sampled_from(["outside", "trend", "two_of_three", "shift"]), direction=st.sampled_from(["up", "down"]),
    language=st.sampled_from(["id", "en"]),
)  # fmt: skip
def test_any_figures_make_a_whole_sentence(
    mean: float, share: float, half_width: float, run: int, rule: str, direction: str, language: str
) -> None:
    figures = {"value": mean * (1 + share), "mean": mean, "lower": mean - half_width, "upper": mean + half_width}
    row = VISITS | figures | {"change_pct": 100 * share, "run_points": run, "rule": rule, "direction": direction}
    with text.speaking(language):
        _is_well_formed(words.sentence(row), language)


@pytest.mark.parametrize(
    ("p_value", "short", "indonesian", "english"),
    [
        (0.0005, "1 : 2.000", "1 dari 2.000 kebetulan", "1 in 2,000 by chance"),
        (1 / 137, "1 : 140", "1 dari 140 kebetulan", "1 in 140 by chance"),  # two digits say enough
        (1 / 12, "1 : 12", "1 dari 12 kebetulan", "1 in 12 by chance"),
        (1 / 5, "1 : 5", "1 dari 5 kebetulan", "1 in 5 by chance"),
        (0.00001, "< 1 : 100.000", "lebih langka dari 1 dari 100.000 kebetulan", "less than 1 in 100,000 by chance"),
        (0.43, "> 1 : 5", "sering terjadi karena kebetulan", "often happens by chance"),
        (None, "", "", ""),
    ],
)
def test_a_chance_is_said_as_one_in_so_many(p_value: float | None, short: str, indonesian: str, english: str) -> None:
    assert words.chance(p_value) == short
    assert words.surprise(p_value) == indonesian
    with text.speaking("en"):
        assert words.surprise(p_value) == english


def _rows(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame(list(rows) or [VISITS], infer_schema_length=None).head(len(rows))


NONE = _rows()
WEAK = VISITS | {"is_headline": False}
ORDINARY = VISITS | {"signal": "ordinary", "rule": None, "is_headline": False}


@pytest.mark.parametrize(
    ("rows", "charts", "alarms", "said", "indonesian", "english"),
    [
        (
            _rows(VISITS), 160, 2.2, 2,
            "Dari 160 grafik, sekitar 2 sinyal diperkirakan muncul karena kebetulan; yang disebut di sini jauh lebih kuat "
            "dari itu.",
            "Of 160 charts, about 2 signals would be expected by chance; what is named here is far stronger than that.",
        ),
        (
            _rows(VISITS), 1, 0.02, 1,
            "Dari 1 grafik, kurang dari satu sinyal diperkirakan muncul karena kebetulan; yang disebut di sini jauh lebih "
            "kuat dari itu.",
            "Of 1 chart, less than one signal would be expected by chance; what is named here is far stronger than that.",
        ),
        (
            _rows(ORDINARY), 160, 2.2, 0,
            "Tidak ada perubahan di luar kewajaran pada Oktober 2026: 160 grafik diperiksa.",
            "No change beyond the ordinary in October 2026: 160 charts checked.",
        ),
        (
            _rows(ORDINARY, SATISFACTION | {"signal": "ordinary", "rule": None}), 2, 0.02, 0,
            "Tidak ada perubahan di luar kewajaran pada data sampai Oktober 2026: 2 grafik diperiksa.",
            "No change beyond the ordinary in data up to October 2026: 2 charts checked.",
        ),
        (
            _rows(WEAK), 70, 1.2, 0,
            "Tidak ada perubahan yang cukup kuat untuk dibedakan dari kebetulan pada Oktober 2026: dari 70 grafik ada "
            "1 sinyal lemah; sekitar 1 sinyal diperkirakan muncul karena kebetulan.",
            "No change strong enough to tell from chance in October 2026: 1 weak signal among 70 charts; about 1 signal "
            "would be expected by chance.",
        ),
        (
            NONE, 0, 0.0, 0,
            "Belum cukup data untuk membedakan perubahan dari kebetulan pada pilihan ini.",
            "There is not enough data yet to tell change from chance for this choice.",
        ),
    ],
)  # fmt: skip
def test_a_page_closes_with_how_much_is_noise(
    rows: pl.DataFrame, charts: int, alarms: float, said: int, indonesian: str, english: str
) -> None:
    counted = {"charts": charts, "expected_alarms": alarms}
    assert signals.closing(rows, counted, CHOSEN, said).text == indonesian
    with text.speaking("en"):
        assert signals.closing(rows, counted, CHOSEN, said).text == english


def test_a_unit_is_named_once_a_measure_and_what_is_weak_is_not() -> None:
    rows = _rows(
        VISITS,
        SERVICE,
        SATISFACTION | {"is_headline": False},
        ATTAINMENT,
        VISITS | {"unit_id": "pkm-b"},
    )
    found = signals.strongest(rows, 2)
    assert [(row["measure"], row["unit_id"], row["item_id"]) for row in found] == [
        ("visits", "pkm-a", "all"),
        ("attainment", "pkm-a", "SPM-08"),
    ]


@pytest.mark.parametrize(
    ("row", "link"),
    [
        (VISITS, "kunjungan?dari=2026-01&sampai=2026-10&opd=dinkes&unit=pkm-a#bulanan"),
        (SERVICE, "kunjungan?dari=2026-01&sampai=2026-10&opd=dinkes&unit=pkm-a&layanan=gizi#bulanan"),
        (SATISFACTION, "kepuasan?dari=2026-01&sampai=2026-10&opd=dinkes&unit=pkm-a#ikm"),
        (ATTAINMENT, "capaian?dari=2026-01&sampai=2026-10&opd=dinkes&unit=pkm-a&indikator=SPM-08#wajar"),
        (VISITS | {"unit_id": "tebo", "unit_kind": "district", "is_sum": True}, "kunjungan?dari=2026-01&sampai=2026-10#bulanan"),
        (VISITS | {"unit_id": "x", "unit_kind": "agency", "is_sum": True}, "kunjungan?dari=2026-01&sampai=2026-10&opd=x#bulanan"),
    ],
)  # fmt: skip
def test_a_signal_leads_to_its_chart(row: dict, link: str) -> None:
    assert signals.link(row, Filters(CHOSEN.period_from, CHOSEN.period_to, agency="dinkes", unit="pkm-z")) == link


def test_the_notes_of_a_signal_name_the_target_and_why_limits_begin_anew() -> None:
    row = ATTAINMENT | {
        "is_trial": True,
        "points": 7,
        "rebase_reason": "Gedung baru",
        "rebase_reason_en": "New building",
    }
    assert words.notes(row) == "terus di bawah target; batas sementara, 7 semester; batas dimulai ulang: Gedung baru"
    with text.speaking("en"):
        assert (
            words.notes(row)
            == "goes on missing the target; trial limits, 7 half-years; limits begun anew: New building"
        )
    assert not words.notes(VISITS)


def test_the_series_of_a_tile_is_that_of_the_choice_else_the_districts() -> None:
    district = VISITS | {"unit_id": "tebo", "unit_kind": "district", "is_sum": True}
    rows = _rows(VISITS, SERVICE, SATISFACTION, district)
    assert (signals.of(rows, "visits", "pkm-a") or {})["unit_id"] == "pkm-a"
    assert (signals.of(rows, "visits", None) or {})["unit_id"] == "tebo"
    assert signals.of(rows, "satisfaction", None) is None
    assert signals.of(NONE, "visits", None) is None


def test_an_old_step_asks_and_says_what_to_do() -> None:
    row = VISITS | {"unit_id": "pkm-x", "step_since": date(2025, 3, 1), "step_before": 5430.0, "step_after": 4120.0}
    assert words.step(VISITS) == ""
    said = words.step(row)
    assert said.startswith(
        "Tingkatnya berubah pada Maret 2025, dari sekitar 5.430 menjadi 4.120, dan tetap sejak itu: mulai ulang"
    )
    assert "visits,pkm-x,all,2025-03-01" in said
    frame = pl.DataFrame([row | {"is_sum": False, "unit_kind": "health_centre"}])
    block = signals.steps_block(frame, CHOSEN)
    assert block is not None
    assert block.table.select("began", "before", "after", "cells").rows() == [
        ("Mar 2025", "5.430", "4.120", "visits,pkm-x,all,2025-03-01")
    ]
    assert signals.steps_block(frame.with_columns(step_since=pl.lit(None, pl.Date)), CHOSEN) is None
