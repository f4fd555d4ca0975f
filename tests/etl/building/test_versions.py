"""Which version of a report counts: what replaces, what is held, what people rule of it; the same whatever the order."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from etl.lake import Entry
from etl.rulings import Unclear
from tests import effort
from tests.etl.lakes import Filled, Said, tebo

pytestmark = pytest.mark.slow

MELATI, MAWAR, ANGGREK = "Puskesmas Mengupeh", "Puskesmas Muara Tebo", "Puskesmas Alai Ilir"
MONTHS = ("Januari", "Februari", "Maret", "April")


def _rows(*rows: tuple[str, str, str, int]) -> str:
    """Return a report of visits: (unit, month, service, patients) of 2026."""
    lines = [f"{unit};{month};2026;{service};{patients}" for unit, month, service, patients in rows]
    return "\n".join(["Puskesmas;Bulan;Tahun;Poli;Jumlah Kunjungan", *lines]) + "\n"


MARCH = _rows((MELATI, "Maret", "Umum", 400), (MELATI, "Maret", "Gigi", 90), (MELATI, "Maret", "KIA", 150))


@pytest.fixture
def lake(tmp_path: Path) -> Filled:
    return tebo(tmp_path)


def _two(lake: Filled, older: str, newer: str) -> Said:
    lake.put("lama.csv", older, "2026-05-01")
    lake.put("baru.csv", newer, "2026-06-01")
    return lake.said()


# --- what is held ----------------------------------------------------------------------------------------------------


@pytest.mark.by_turns(3)
@pytest.mark.parametrize(
    ("older", "newer", "code", "kept"),
    [
        # a service is gone
        (MARCH, _rows((MELATI, "Maret", "Umum", 400), (MELATI, "Maret", "Gigi", 90)), "version_takes_away", 640),
        # of the three services only one stays, and that as it was
        (MARCH, _rows((MELATI, "Maret", "Umum", 400)), "version_takes_away", 640),
        # all there, but a tenth of it
        (MARCH, _rows((MELATI, "Maret", "Umum", 40), (MELATI, "Maret", "Gigi", 9), (MELATI, "Maret", "KIA", 15)),
         "version_changes", 640),
        # ten times as much
        (MARCH, _rows((MELATI, "Maret", "Umum", 4000), (MELATI, "Maret", "Gigi", 900), (MELATI, "Maret", "KIA", 1500)),
         "version_changes", 640),
        # February is gone: 100 + 110 + 120
        (_rows((MELATI, "Januari", "Umum", 100), (MELATI, "Februari", "Umum", 110), (MELATI, "Maret", "Umum", 120)),
         _rows((MELATI, "Januari", "Umum", 100), (MELATI, "Maret", "Umum", 120)), "version_takes_away_months", 330),
        # one of three health centres is gone: 100 + 200 + 300
        (_rows((MELATI, "Maret", "Umum", 100), (MAWAR, "Maret", "Umum", 200), (ANGGREK, "Maret", "Umum", 300)),
         _rows((MELATI, "Maret", "Umum", 100), (MAWAR, "Maret", "Umum", 210)), "version_takes_away_units", 600),
        # a total says less than its parts
        (MARCH, "Puskesmas;Bulan;Tahun;Jumlah Kunjungan\nPuskesmas Mengupeh;Maret;2026;650\n", "version_takes_away", 640),
    ],
    ids=["service", "services", "shrinks", "grows", "month", "unit", "total"],
)  # fmt: skip
def test_a_version_that_takes_away_is_held_and_the_older_figures_stay(
    lake: Filled, older: str, newer: str, code: str, kept: int
) -> None:
    said = _two(lake, older, newer)
    assert said.held() == ["baru.csv"]
    assert sum(said.patients().values()) == kept
    findings = said.findings(code)
    assert findings
    assert {each["severity"] for each in findings} == {"attention"}
    assert all("lama.csv" in each["message"] and "rapor load --confirm" in each["mend"] for each in findings)
    reason = said.tables["load.file"].filter(name="baru.csv")["reason"][0]
    assert reason.startswith("Ditahan: baru.csv")


def test_both_figures_stand_side_by_side(lake: Filled) -> None:
    said = _two(lake, MARCH, _rows((MELATI, "Maret", "Umum", 2)))
    (finding,) = said.findings("version_takes_away")
    assert finding["message"] == (
        "Ditahan: baru.csv tidak lagi memuat Gigi dan mulut, Kesehatan ibu dan anak (KIA) untuk Puskesmas Mengupeh, "
        "Maret 2026: 640 (di lama.csv) menjadi 1–4. Yang dipakai: angka lama."
    )
    assert (finding["unit_id"], finding["period"], finding["file"]) == ("pkm-mengupeh", date(2026, 3, 1), "baru.csv")


# --- what is not held ------------------------------------------------------------------------------------------------


@pytest.mark.by_turns(3)
@pytest.mark.parametrize(
    ("older", "newer", "patients"),
    [
        # one cell corrected: 640 - 90 + 99
        (MARCH, MARCH.replace("Gigi;90", "Gigi;99"), 649),
        # a service more: 640 + 33
        (MARCH, MARCH + f"{MELATI};Maret;2026;Lansia;33\n", 673),
        # the book of the year with a month more: 640 + 500
        (MARCH, MARCH + f"{MELATI};April;2026;Umum;500\n", 1140),
        # another month: 640 + 70
        (MARCH, _rows((MELATI, "April", "Umum", 70)), 710),
        # another service of the month: 640 + 70
        (MARCH, _rows((MELATI, "Maret", "Lansia", 70)), 710),
        # small figures change by much: 3
        (_rows((MELATI, "Maret", "Umum", 30)), _rows((MELATI, "Maret", "Umum", 3)), 3),
        # a total gets its parts: 400 + 240
        ("Puskesmas;Bulan;Tahun;Jumlah Kunjungan\nPuskesmas Mengupeh;Maret;2026;640\n",
         _rows((MELATI, "Maret", "Umum", 400), (MELATI, "Maret", "KIA", 240)), 640),
        # one health centre of three reports by itself: 500 + 200 + 300
        (_rows((MELATI, "Maret", "Umum", 450), (MAWAR, "Maret", "Umum", 200), (ANGGREK, "Maret", "Umum", 300)),
         _rows((MELATI, "Maret", "Umum", 500)), 1000),
        # one month of four is corrected: 1 + 2 + 333 + 4
        (_rows(*((MELATI, month, "Umum", n) for n, month in zip((1, 2, 300, 4), MONTHS, strict=True))),
         _rows((MELATI, "Maret", "Umum", 333)), 340),
    ],
    ids=["cell", "service-more", "month-more", "other-month", "other-service", "small", "parts", "own-report", "one-month"],
)  # fmt: skip
def test_a_version_that_adds_or_corrects_counts(lake: Filled, older: str, newer: str, patients: int) -> None:
    said = _two(lake, older, newer)
    assert said.held() == []
    assert sum(said.patients().values()) == patients


def test_a_month_that_was_still_running_may_grow(lake: Filled) -> None:
    lake.put("lama.csv", _rows((MELATI, "Maret", "Umum", 60)), "2026-03-10")
    lake.put("baru.csv", _rows((MELATI, "Maret", "Umum", 300)), "2026-04-05")
    assert lake.said().held() == []
    lake.put("ketiga.csv", _rows((MELATI, "Maret", "Umum", 3000)), "2026-04-09")
    assert lake.said().held() == ["ketiga.csv"]  # the second one is of April, when March was over


# --- what people rule ------------------------------------------------------------------------------------------------


def test_a_confirmed_version_takes_away_and_a_withdrawn_one_is_as_if_it_never_came(lake: Filled) -> None:
    _two(lake, MARCH, _rows((MELATI, "Maret", "Umum", 410)))
    lake.rule("confirm", "baru.csv")
    assert lake.said().services() == {"umum": 410}
    lake.rule("withdraw", "baru.csv")
    withdrawn = lake.said()
    assert withdrawn.services() == {"gigi": 90, "kia": 150, "umum": 400}
    assert withdrawn.statuses() == {"lama.csv": "accepted", "baru.csv": "withdrawn"}
    lake.rule("reinstate", "baru.csv")
    assert lake.said().services() == {"umum": 410}
    lake.rule("reinstate", "baru.csv")  # now the confirmation is taken back
    assert lake.said().held() == ["baru.csv"]


def test_a_correction_of_what_it_names_leaves_the_rest(lake: Filled) -> None:
    _two(lake, MARCH, _rows((MELATI, "Maret", "Umum", 410)))
    lake.rule("confirm_in_part", "baru.csv")
    assert lake.said().services() == {"gigi": 90, "kia": 150, "umum": 410}


def test_months_that_a_confirmed_version_lacks_are_gone(lake: Filled) -> None:
    year = _rows(*((MELATI, month, "Umum", 100) for month in MONTHS))
    _two(lake, year, _rows(*((MELATI, month, "Umum", 100) for month in MONTHS[:3])))
    assert sum(lake.said().patients().values()) == 400
    lake.rule("confirm", "baru.csv")
    assert lake.said().patients() == {("pkm-mengupeh", f"2026-0{month}"): 100 for month in (1, 2, 3)}


def test_a_version_after_a_held_one_is_held_against_what_counts(lake: Filled) -> None:
    _two(lake, MARCH, _rows((MELATI, "Maret", "Umum", 400)))
    lake.put("ketiga.csv", MARCH.replace("KIA;150", "KIA;160"), "2026-06-20")
    said = lake.said()
    assert said.held() == ["baru.csv"]
    assert sum(said.patients().values()) == 650


def test_a_ruling_needs_one_file(lake: Filled) -> None:
    lake.put("a.csv", MARCH, "2026-05-01", folder="mei")
    first = lake.put("a.csv", MARCH.replace("400", "410"), "2026-06-01", folder="juni")
    with pytest.raises(Unclear) as several:
        lake.rule("withdraw", "a.csv")
    assert len(several.value.matches) == 2
    with pytest.raises(Unclear) as none:
        lake.rule("withdraw", "b.csv")
    assert none.value.matches == []
    lake.rule("withdraw", "mei/a.csv")
    lake.rule("withdraw", first)
    assert set(lake.said().statuses().values()) == {"withdrawn"}


# --- two forms -------------------------------------------------------------------------------------------------------

REGISTER = "Tanggal;Puskesmas;Jenis Kunjungan;Poli/Ruangan;Asuransi\n" + "".join(
    f"{day:02d}/03/2026;{MELATI};Baru;Gigi;Umum\n" for day in range(1, 29)
)


def test_another_form_replaces_only_what_both_say_and_it_is_said(lake: Filled) -> None:
    lake.put("laporan.csv", _rows((MELATI, "Maret", "Umum", 400), (MELATI, "Maret", "KIA", 150)), "2026-05-01")
    lake.put("register maret.csv", REGISTER, "2026-06-01")
    said = lake.said()
    assert said.held() == []
    assert said.services() == {"gigi": 28, "kia": 150, "umum": 400}


def test_a_total_of_another_form_stays_where_parts_make_up_little_of_it(lake: Filled) -> None:
    lake.put("laporan.csv", "Puskesmas;Bulan;Tahun;Jumlah Kunjungan\nPuskesmas Mengupeh;Maret;2026;640\n", "2026-05-01")
    lake.put("register maret.csv", REGISTER, "2026-06-01")  # 28 of dental care: a part of the 640
    said = lake.said()
    assert said.services() == {"total": 640}
    (finding,) = said.findings("form_replaced")
    assert finding["file"] == "register maret.csv"


# --- the other kinds -------------------------------------------------------------------------------------------------


def _recap(*lines: str) -> str:
    return "\n".join(["Unit Layanan;Periode;Jumlah Responden;U1;U2;U3;U4;U5;U6;U7;U8;U9", *lines]) + "\n"


MEANS = "3;3;3;3;3;3;3;3;3"


def test_a_quarter_and_a_half_year_are_both_kept_and_the_index_counts_one(lake: Filled) -> None:
    lake.put("skm tw.csv", _recap(f"{MELATI};Triwulan I 2026;40;{MEANS}"), "2026-04-10")
    lake.put("skm smt.csv", _recap(f"{MELATI};Semester I 2026;100;{MEANS}"), "2026-07-10")
    said = lake.said()
    rows = said.tables["response"].select("period_months", "respondents", "is_counted").sort("period_months").rows()
    assert rows == [(3, 40, False), (6, 100, True)]  # 100 of the half-year cover the 40 of the quarter
    (finding,) = said.findings("periods_overlap")
    assert "triwulan" in finding["message"]
    assert "semester" in finding["message"]
    lake.put("skm tw2.csv", _recap(f"{MELATI};Triwulan II 2026;60;{MEANS}"), "2026-07-11")
    rows = lake.said().tables["response"].select("period_months", "respondents", "is_counted").rows()
    assert sorted(rows) == [(3, 40, True), (3, 60, True), (6, 100, False)]  # 40 + 60 = 100: the quarters tell more


def _values(*lines: str) -> str:
    return "\n".join(["Indikator;Perangkat Daerah;Target 2025;Realisasi 2025", *lines]) + "\n"


def test_a_newer_file_of_indicators_says_nothing_of_those_that_it_lacks(lake: Filled) -> None:
    said = _two(lake, _values("A;Dinas Kesehatan;90;80", "B;Dinas Kesehatan;50;40"), _values("A;Dinas Kesehatan;90;85"))
    assert said.held() == []
    assert sorted(said.tables["realisation"]["value"].to_list()) == [40, 85]
    (finding,) = said.findings("figures_replaced")
    assert finding["message"] == "1 angka berkas ini diganti oleh berkas yang lebih baru (baru.csv)."


def test_a_file_that_changes_most_indicators_by_much_is_held(lake: Filled) -> None:
    older = _values(*(f"{name};Dinas Kesehatan;90;80" for name in "ABCD"))
    said = _two(lake, older, older.replace(";80", ";8"))
    assert said.held() == ["baru.csv"]
    assert set(said.tables["realisation"]["value"].to_list()) == {80}


def _staff(numbers: range) -> str:
    """Return a list of employees of one health centre; the NIP is made up: born 1 January 1980, appointed January 2010."""
    people = [f"19800101201001100{n};Pegawai {n};Perawat;{MELATI}" for n in numbers]
    return "\n".join(["NIP;Nama;Jabatan;Unit Kerja", *people]) + "\n"


def test_a_list_that_lacks_too_many_employees_is_held(lake: Filled) -> None:
    said = _two(lake, _staff(range(1, 9)), _staff(range(1, 5)))
    assert said.held() == ["baru.csv"]  # 4 of 8 are gone
    assert said.tables["employee"].height == 8
    lake.put("ketiga.csv", _staff(range(2, 9)), "2026-06-20")  # 1 of 8 is gone
    assert lake.said().held() == ["baru.csv"]


# --- in any order ----------------------------------------------------------------------------------------------------

FIGURES = st.dictionaries(
    st.tuples(st.sampled_from((MELATI, MAWAR)), st.sampled_from(MONTHS[:3]), st.sampled_from(("Umum", "Gigi", "KIA"))),
    st.sampled_from((20, 90, 100, 200, 900)),
    min_size=1,
    max_size=9,
)


@given(
    st.lists(FIGURES, min_size=2, max_size=5),
    st.lists(st.tuples(st.sampled_from(("confirm", "confirm_in_part", "withdraw")), st.integers(0, 4)), max_size=3),
    st.randoms(use_true_random=False),
)
@effort.tries(2, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_order_and_any_batches_give_the_same(
    tmp_path_factory: pytest.TempPathFactory, reports: list[dict], rulings: list[tuple[str, int]], order: random.Random
) -> None:
    texts = [_rows(*((*key, patients) for key, patients in sorted(report.items()))) for report in reports]
    files = [
        (f"berkas {n}.csv", text, f"2026-06-{1 + n // 2:02d}") for n, text in enumerate(texts)
    ]  # pairs of one date

    def loaded(files: list[tuple[str, str, str]], batch: int) -> Said:
        lake = tebo(tmp_path_factory.mktemp("lake") / "data")
        for file in files[:batch]:
            lake.put(*file)
        if batch < len(files):
            lake.said()  # a load in between leaves nothing behind
        for file in files[batch:]:
            lake.put(*file)
        for what, number in rulings:
            sha = sorted(lake.manifest)[number % len(lake.manifest)]
            lake.rule(what, sha)
        return lake.said()

    # A file that came twice is named by the first of its sightings, whatever the order: here every text comes once.
    once = list({text: (name, text, day) for name, text, day in reversed(files)}.values())
    expected = loaded(once, len(once))
    shuffled = once.copy()
    order.shuffle(shuffled)
    found = loaded(shuffled, 2)
    for name, table in expected.tables.items():
        assert found.tables[name].equals(table), name
    visits = expected.tables["visit"]
    assert visits.select("unit_id", "month", "service_id", "payer_id").is_duplicated().sum() == 0


def test_an_entry_knows_what_holds_of_it() -> None:
    assert Entry("", ()).confirmed is None
    assert not Entry("", ()).is_withdrawn
