"""Capaian, on two agencies and two health centres whose figures are worked out by hand, and on the sample district."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard.areas.attainment import indicator as one_indicator
from dashboard.areas.attainment import outlook, words
from dashboard.words import measure_words, text
from tests.dashboard.builds import begin, publish, shown

INDICATORS = """
    ('h-spm', 'Pelayanan <ibu hamil>', '%', 'higher', 'ratio', 'ratio', 30, 'dinkes', true),
    ('h-stunting', 'Prevalensi stunting', '%', 'lower', 'last', 'distance', 10, 'dinkes', true),
    ('r-road', 'Jalan ditangani', 'km', 'higher', 'sum', 'ratio', 20, 'pupr', true),
    ('r-plan', 'Rencana', 'km', 'higher', 'last', 'ratio', 5, 'pupr', true),
    ('x', 'Rapat', 'kali', null, null, null, null, 'pupr', false)
"""
TARGETS = {"h-spm": ("dinkes", 100), "h-stunting": ("dinkes", 20), "r-road": ("pupr", 40), "r-plan": ("pupr", 10)}
# indicator, unit, year: value, numerator, denominator of the first quarter
REALISED = {
    ("h-spm", "a", 2025): (None, 60, 100),
    ("h-spm", "b", 2025): (None, 20, 100),
    ("h-spm", "a", 2026): (None, 90, 100),
    ("h-spm", "b", 2026): (None, 150, 300),
    ("h-stunting", "dinkes", 2025): (24, None, None),
    ("h-stunting", "dinkes", 2026): (22, None, None),
    ("r-road", "pupr", 2025): (20, None, None),
    ("r-road", "pupr", 2026): (25, None, None),
    ("x", "pupr", 2026): (4, None, None),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a build of these figures."""
    folder = tmp_path_factory.mktemp("data")
    connection = begin(folder)
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id) values"
        " ('tebo', 'Kabupaten Tebo', 'Tebo', 'district', null), ('dinkes', 'Dinkes', 'Dinkes', 'agency', 'tebo'),"
        " ('pupr', 'Dinas PUPR', 'PUPR', 'agency', 'tebo'), ('a', 'Puskesmas A', 'Alfa', 'health_centre', 'dinkes'),"
        " ('b', 'Puskesmas B', 'Beta', 'health_centre', 'dinkes')"
    )
    connection.execute(
        "insert into indicator (indicator_id, name, unit_of_measure, polarity, aggregation, attainment_rule, weight,"
        f" owner_unit_id, is_registered) values {INDICATORS}"
    )
    connection.execute(
        "insert into load.file (file_id, sha256, name, status) values ('f1', 'x', 'capaian <SPM>.csv', 'accepted')"
    )
    for indicator, (unit, value) in TARGETS.items():
        for year in (2025, 2026):
            connection.execute(
                "insert into target values (?, ?, make_date(?, 1, 1), 12, ?, null, null, 'f1', 'Target', 5)",
                [indicator, unit, year, value],
            )
    connection.execute(
        "insert into target_before values ('r-plan', 'pupr', '2026-01-01', 12, 8, null, null, 'f1', 'Target', 4, null, '2026-02-10')"
    )
    for row, ((indicator, unit, year), figures) in enumerate(REALISED.items(), 2):
        connection.execute(
            "insert into realisation (indicator_id, unit_id, period, period_months, value, numerator, denominator, file_id, sheet, row)"
            " values (?, ?, make_date(?, 1, 1), 3, ?, ?, ?, 'f1', 'Realisasi', ?)",
            [indicator, unit, year, *figures, row],
        )
    connection.execute(
        "insert into load.build values"
        " ('b1', '2026-04-12', '2026-04-12', 'Kabupaten Tebo', true, '2025-01-01', '2026-03-01', 'x')"
    )
    return publish(folder, connection)


def test_a_revised_target_is_said_with_its_day_and_both_figures(page: Callable, data: Path) -> None:
    said = shown(page("capaian", data_dir=data, indikator="r-plan"))
    assert "Target 2026 direvisi 10 Feb 2026: 8 km → 10 km." in said
    assert "direvisi 10 Feb 2026" in said
    revision = {"unit_id": "pupr", "short_name": "PUPR", "unit_of_measure": "km", "period": date(2026, 1, 1), "period_months": 12,
                "revised_on": date(2026, 2, 10), "before": 8.0, "before_max": None, "before_text": None, "target": 10.0,
                "target_max": None, "target_text": None}  # fmt: skip
    with text.speaking("en"):
        said = one_indicator.revised(pl.DataFrame([revision] * 4), "dinkes")
    assert said.startswith("The target of 2026 (PUPR) was revised on 10 Feb 2026: 8 km → 10 km.")
    assert "And 1 more revision. Periods that had ended by then are still held against the older target." in said


def test_the_answer_is_the_weighted_mean_of_capped_attainments(page: Callable, data: Path) -> None:
    said = shown(page("capaian", data_dir=data))
    # h-spm (90 + 150) / (100 + 300) = 60 %; stunting (2*20 - 22) / 20 = 90 %;
    # road 25 of 40 * 3/12 = 10: 250 %, capped 120. (60*30 + 90*10 + 120*20) / 60 = 85 %;
    # a year before (40*30 + 80*10 + 120*20) / 60 = 73.3 %: up 11.7 points.
    assert (
        "Capaian rata-rata 85,0 % dari target (Tinggi) pada Jan–Mar 2026, naik 11,7 poin dibanding tahun lalu" in said
    )
    assert "Terjauh dari target: Pelayanan &lt;ibu hamil&gt; (Dinkes), 60,0 %" in said
    # Five indicators are in use, r-plan has not reported, x is in no register: 3 have an attainment.
    assert "4 dari 5 indikator melapor" in said
    assert "dari 3 yang dapat dihitung" in said
    # The mean of the rest of the year would have to be (100*12 - 60*3) / 9 = 113.3 %.
    assert "113,3 % rata-rata" in said
    assert "tidak lagi terjangkau tahun ini" in said


def test_an_easy_target_is_named(page: Callable, data: Path) -> None:
    said = shown(page("capaian", data_dir=data))
    # 20 of 10 in 2025 and 25 of 10 in 2026: above the cap of 120 % both years.
    assert "Target Jalan ditangani terlampaui jauh 2 tahun berturut-turut (250 %)" in said


def test_each_cell_of_the_matrix_says_why_it_is_empty(page: Callable, data: Path) -> None:
    said = shown(page("capaian", data_dir=data))
    assert "PUPR · Rencana, belum melapor, TW I 2026" in said
    assert "PUPR · Rapat, belum ada di daftar indikator, realisasi 4 kali dari target –, TW I 2026" in said


def test_an_agency_is_drilled_into_units_indicators_and_rows(page: Callable, data: Path) -> None:
    of_agency = shown(page("capaian", data_dir=data, opd="dinkes"))
    # A: 90 / 100, B: 150 / 300.
    assert "Alfa tertinggi (90,0 %), Beta terendah (50,0 %)" in of_agency
    assert "unit=b&amp;indikator=h-spm" in of_agency
    one = shown(page("capaian", data_dir=data, opd="dinkes", indikator="h-spm"))
    assert "Pelayanan &lt;ibu hamil&gt; (Dinkes): 60,0 % (Rendah) pada Jan–Mar 2026" in one
    assert "2 dari 2 unit melapor" in one
    assert "150 / 300" in one
    assert "capaian &lt;SPM&gt;.csv" in one
    assert "<SPM>" not in one
    unit = shown(page("capaian", data_dir=data, opd="dinkes", unit="b", indikator="h-spm"))
    # B: 150 / 300 = 50 % against the agency's target of 100, which holds for a rate.
    assert "(Beta): 50,0 % (Sangat Rendah)" in unit
    assert "target perangkat daerah" in unit


def test_a_band_picked_leaves_its_attainments_and_their_units(page: Callable, data: Path) -> None:
    said = shown(page("capaian", data_dir=data, kategori="R"))
    # Of 60 % (Rendah), 90 % (Tinggi) and 250 % (Sangat Tinggi) one is low; it is of Dinkes, one of two agencies.
    assert "1 dari 3 capaian berkategori Rendah" in said
    assert "1 dari 2 unit mempunyai capaian berkategori Rendah" in said
    assert "1 dari 1 indikator belum memenuhi target" in said
    assert "Jan–Mar 2026 · Kategori Rendah" in said
    assert "Pelayanan &lt;ibu hamil&gt;" in said
    assert "Prevalensi stunting" not in said
    assert "Jalan ditangani</a>" not in said
    # The legend still has all three to go to; the one picked lets go.
    for link in ("kategori=T", "kategori=ST", "sampai=2026-03'"):
        assert link in said.replace('"', "'"), link
    both = shown(page("capaian", data_dir=data, kategori="T,ST"))
    assert "2 dari 3 capaian berkategori Sangat Tinggi atau Tinggi" in both
    assert "2 dari 2 unit mempunyai capaian berkategori" in both


def test_a_click_on_a_unit_keeps_the_band_and_a_second_one_lets_go(page: Callable, data: Path) -> None:
    said = shown(page("capaian", data_dir=data, opd="dinkes", kategori="SR"))
    # B's 50 % is the only one below 51.
    assert "1 dari 2 capaian berkategori Sangat Rendah" in said
    assert "opd=dinkes&amp;unit=b&amp;kategori=SR" in said
    of_unit = shown(page("capaian", data_dir=data, opd="dinkes", unit="b", kategori="SR"))
    assert "sampai=2026-03&amp;opd=dinkes&amp;kategori=SR" in of_unit


def test_before_any_report_the_page_says_what_to_do(page: Callable, data: Path, tmp_path: Path) -> None:
    data = shutil.copytree(data, tmp_path / "data")
    connection = duckdb.connect(str(data / "warehouse" / "one.duckdb"))
    connection.execute("delete from mart.attainment_position")
    connection.close()
    test = page("capaian", data_dir=data)
    assert not test.exception
    assert "Belum ada realisasi indikator" in shown(test)


def test_the_year_end_says_why_it_cannot_be_foreseen(page: Callable, data: Path) -> None:
    said = shown(page("capaian", data_dir=data))
    # h-spm: 60 % of a quarter, and at most (60 + 3 * 100) / 4 = 90 % of 100; the others have one quarter a year behind
    # them: they are targets all the same, so that the count is that of the Ringkasan.
    assert "Akankah tercapai? 1 dari 4 indikator kecil kemungkinannya mencapai target 2026" in said
    assert "1 dari 4 indikator kecil kemungkinannya mencapai target 2026; 1 di antaranya mustahil" in said
    assert "riwayat kurang dari empat periode" in said
    assert "Ramalan belum diuji" in said


def test_the_sample_says_how_likely_and_how_often_it_was_right(
    page: Callable, sample_data: Path, tmp_path: Path
) -> None:
    said = shown(page("capaian"))
    pointer = sample_data / "warehouse" / "current"
    copy = shutil.copy(pointer.parent / pointer.read_text(encoding="utf-8").strip(), tmp_path / "copy.duckdb")
    connection = duckdb.connect(str(copy), read_only=True)
    n, inner, outer = connection.execute(
        "select count(*), count(*) filter (actual between lower_80 - 1e-6 and upper_80 + 1e-6),"
        " count(*) filter (actual between lower_95 - 1e-6 and upper_95 + 1e-6)"
        " from mart.attainment_forecast where forecast is not null and actual is not null"
    ).fetchone() or (0, 0, 0)
    assert n > 700
    assert 0.72 < inner / n < 0.88
    assert 0.90 < outer / n < 0.99
    assert f"Dari {n} ramalan akhir tahun 2025 yang dibuat dari data saat itu, {100 * inner / n:.0f} % jatuh" in said
    scores = connection.execute(
        "select brier, prorated_brier from mart.attainment_forecast_backtest where quarters_ahead is null"
    ).fetchone() or (1, 0)
    assert scores[0] < scores[1], "the probabilities are worse than carrying the pace on"
    one = page("capaian", opd="pupr", indikator="PU-02")
    # Forecast 61.8 %, and 64.6 % is farther off than any past error reaches.
    assert "Target 2026 (64,6 %): hampir mustahil (&lt; 1 %); perkiraan akhir tahun 61," in shown(one)
    assert "rentang 80 %" in shown(one)
    sure = shown(page("capaian", opd="pupr"))
    assert "target terlalu mudah: hampir pasti sejak tengah tahun" in sure


@pytest.mark.parametrize(
    ("pct", "least", "said"),
    [
        (90.96, 1, "90,96 %"),  # 91,0 would be the band above
        (90.94, 1, "90,9 %"),
        (90.996, 1, "91,0 %"),  # bands compare two decimals: 91,00
        (99.97, 1, "99,97 %"),  # not yet the target
        (90.6, 0, "90,6 %"),
        (90.4, 0, "90 %"),
        (90.97, 0, "90,97 %"),
    ],
)
def test_an_attainment_is_shown_on_its_own_side_of_a_bound(pct: float, least: int, said: str) -> None:
    names = {1: words.Band("ST", "Sangat Tinggi", 91.0), 2: words.Band("T", "Tinggi", None)}
    assert words.percent(pct, names, least).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("probability", "said"), [(0.0017, "< 1 %"), (0.01, "1 %"), (0.124, "12 %"), (0.99, "99 %"), (0.997, "> 99 %")]
)
def test_what_is_open_is_never_said_to_be_certain(probability: float, said: str) -> None:
    assert outlook.share(probability).replace("\u00a0", " ") == said


def test_words_and_figures_are_there_in_english() -> None:
    with text.speaking("en"):
        assert words.amount(1234.5, "km") == "1,234 km"
        assert measure_words.reasons()["no_target"] == "no target yet"


@pytest.mark.parametrize(
    ("figure", "unit", "said"),
    [
        (80.5, "km", "80,5 km"),
        (1605.0, "dokumen", "1.605 dokumen"),
        (2.146, "%", "2,15 %"),
        (97.31, "%", "97,3 %"),
        (100.0, "persen", "100 %"),
        (84.39, "indeks", "84,39"),
        (None, "km", "–"),
    ],
)
def test_a_figure_stands_with_its_unit(figure: float | None, unit: str, said: str) -> None:
    assert words.amount(figure, unit) == said


def test_names_lose_the_words_that_many_of_them_share() -> None:
    names = ["Pelayanan kesehatan ibu", "Pelayanan kesehatan bayi", "Pelayanan kesehatan lansia", "Prevalensi stunting"]
    assert list(words.shorter(names).values()) == ["Ibu", "Bayi", "Lansia", "Prevalensi stunting"]
    assert words.unlike(names[:2]) == {"Pelayanan kesehatan ibu": "ibu", "Pelayanan kesehatan bayi": "bayi"}
    # Two that would look the same keep their whole names.
    same = ["Angka putus sekolah", "Angka a", "Angka b", "Putus sekolah"]
    assert list(words.shorter(same).values()) == same


def test_the_sample_district_shows_its_stories(page: Callable) -> None:
    test = page("capaian")
    assert not test.exception
    said = shown(test)
    # Roads: 25.9 + 26.9 + 27.7 = 80.5 km of 3 * 10 km = 268 %, above the cap of 120 % in all three years.
    assert "Target Panjang jalan kabupaten yang ditangani terlampaui jauh 3 tahun berturut-turut (268 %)" in said
    one = shown(page("capaian", opd="dinkes", indikator="DK-01"))
    # Stunting: target 14.5 %, realised 20.45 %: (2*14.5 - 20.45) / 14.5 = 8.55 / 14.5 = 58.97 %.
    assert "Prevalensi stunting (Dinkes): 59,0 % (Rendah) pada Jan–Sep 2026" in one
    # From January of the year before: four quarters of 2025 and three of 2026, all above a target that is to be undercut.
    assert "Prevalensi stunting: belum memenuhi target 7 periode berturut-turut" in one
    opinion = shown(page("capaian", opd="bpkad", indikator="KU-01"))
    assert "Opini BPK atas laporan keuangan (BPKAD): 100,0 % (Sangat Tinggi) pada Jan–Jun 2026" in opinion
    assert "WTP" in opinion


def test_every_figure_of_the_sample_matches_the_reports(sample_data: Path, tmp_path: Path) -> None:
    """The agency's figure of each minimum standard is its centres' numerators over their denominators, as they may be shown.

    Small counts are told in groups, so it strays from the reports by 0.2 points at the most; only of disorders that a centre sees
    seven people of in a month (543 in the year) by less than 4.
    """
    pointer = sample_data / "warehouse" / "current"
    # A copy: the pages of this process hold the build itself open with settings of their own.
    copy = shutil.copy(pointer.parent / pointer.read_text(encoding="utf-8").strip(), tmp_path / "copy.duckdb")
    connection = duckdb.connect(str(copy), read_only=True)
    wrong = connection.sql(
        "select p.indicator_id from mart.attainment_position p join ("
        "  select indicator_id, 100 * sum(numerator) / sum(denominator) as pct from mart.realisation_open"
        "  where period between '2026-01-01' and '2026-09-01' and denominator > 0 group by indicator_id"
        ") r using (indicator_id)"
        " where p.unit_id = 'dinkes' and p.as_of = '2026-09-01' and abs(p.value_ytd - r.pct) > 1e-9"
    ).fetchall()
    assert wrong == []
    astray = connection.sql(
        "select p.indicator_id from mart.attainment_position p join ("
        "  select indicator_id, 100 * sum(numerator) / sum(denominator) as pct, sum(denominator) as n from realisation"
        "  where period between '2026-01-01' and '2026-09-01' and denominator > 0 group by indicator_id"
        ") r using (indicator_id)"
        " where p.unit_id = 'dinkes' and p.as_of = '2026-09-01' and abs(p.value_ytd - r.pct) > if(r.n < 1000, 4, 0.2)"
    ).fetchall()
    assert astray == []
    counted = connection.sql(
        "select count(*) from mart.attainment_position"
        " where unit_id = 'dinkes' and as_of = '2026-09-01' and source = 'units'"
    ).fetchall()
    assert counted == [(12,)]
