"""Real report exports of other districts through the whole chain; skipped only where their folder is absent."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from etl import folder, units
from etl.lake import Lake
from etl.load import FileResult, LoadReport, load

LEFT_OUT = "README.md"  # of the exports themselves


@dataclass(frozen=True)
class Loaded:
    """A data folder whose register was learned from the files, and the load of these files."""

    data_dir: Path
    proposal: pl.DataFrame
    report: LoadReport

    def rows(self, sql: str) -> list[tuple]:
        assert self.report.build_path
        with duckdb.connect(self.report.build_path, read_only=True) as build:
            return build.sql(sql).fetchall()

    def codes(self, code: str) -> pl.DataFrame:
        return self.report.findings.filter(pl.col("code") == code)


def learned(data_dir: Path, *paths: Path) -> Loaded:
    folder.init(data_dir, "Kabupaten Uji")
    proposal = units.learn(data_dir, paths)
    units.accept(data_dir, proposal)
    return Loaded(data_dir, proposal, load(data_dir, paths))


@pytest.fixture(scope="module")
def surabaya(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return learned(tmp_path_factory.mktemp("surabaya"), exports / "visits-surabaya")


@pytest.fixture(scope="module")
def pamekasan(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return learned(tmp_path_factory.mktemp("pamekasan"), exports / "visits-pamekasan-xlsx")


@pytest.fixture(scope="module")
def everything(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return learned(tmp_path_factory.mktemp("everything"), *sorted(p for p in exports.iterdir() if p.name != LEFT_OUT))


# --- visits of 63 health centres, 18 files ---------------------------------------------------------------------------


def own_rows(exports: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield the rows of the 18 files with a reader of three lines, for what the chain has to agree with."""
    for path in sorted((exports / "visits-surabaya").rglob("*.csv")):
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            for row in csv.DictReader(file, delimiter=";"):
                yield path, {str(k).strip(): " ".join(str(v).split()) for k, v in row.items()}


def test_all_18_files_are_accepted_whole(surabaya: Loaded) -> None:
    assert Counter(f.status for f in surabaya.report.files) == {"accepted": 18}
    # 16 files of 63 centres and two by service of 569 rows: 16 x 63 + 2 x 569 = 1008 + 1138 = 2146.
    assert sum(f.rows_accepted for f in surabaya.report.files) == 2146
    assert not surabaya.report.rejects.height
    assert (surabaya.report.exit_code, surabaya.report.failed_checks) == (0, [])


def test_the_spellings_are_63_centres(surabaya: Loaded) -> None:
    assert surabaya.proposal.height == 63
    assert set(surabaya.proposal["kind"]) == {"health_centre"}
    assert surabaya.rows("select count(distinct unit_id) from visit") == [(63,)]
    merged = [{row["name"], *row["aliases"].split("|")} for row in surabaya.proposal.to_dicts() if row["aliases"]]
    # The only centres that the 18 files write in two ways; Asem Rowo is a kecamatan, its centre always Asemrowo.
    assert sorted(map(sorted, merged)) == [
        ["Puskesmas Moro Krembangan", "Puskesmas Morokrembangan"],
        ["Puskesmas Ngagel Rejo", "Puskesmas Ngagelrejo"],
    ]


def test_the_totals_of_the_issue(surabaya: Loaded) -> None:
    def total(month: str) -> list[tuple]:
        return surabaya.rows(f"select sum(patients)::bigint, sum(new_count)::bigint from visit where month = '{month}'")

    assert total("2022-08-01") == [(236_834, 32_253)]
    assert total("2023-12-01")[0][0] == 348_237
    assert total("2024-01-01") == total("2023-12-01")  # the stale copy


MONTHS = dict(
    zip(
        [
            "januari",
            "februari",
            "maret",
            "april",
            "mei",
            "juni",
            "juli",
            "agustus",
            "september",
            "oktober",
            "november",
            "desember",
        ],
        range(1, 13),
        strict=True,
    )
)


def test_every_month_agrees_with_its_file(surabaya: Loaded, exports: Path) -> None:
    expected: Counter[tuple[date, str]] = Counter()
    for path, row in own_rows(exports):
        if row["Nama Puskesmas"]:
            month = date(int(path.parent.name), MONTHS[row["Periode"].casefold()], 1)
            for name in ("Baru", "Lama", "Total Kunjungan"):
                expected[month, name] += int(row[name])
    loaded = surabaya.rows(
        "select month, sum(new_count)::bigint, sum(returning_count)::bigint, sum(patients)::bigint from visit group by month"
    )
    found = {
        (row[0], name): n
        for row in loaded
        for name, n in zip(("Baru", "Lama", "Total Kunjungan"), row[1:], strict=True)
    }
    assert found == dict(expected)
    assert len({month for month, _ in found}) == 18


def test_months_that_no_file_has_are_missing_and_never_zero(surabaya: Loaded) -> None:
    absent = [date(2023, month, 1) for month in range(5, 12)]
    assert surabaya.rows("select count(*) from visit where month between '2023-05-01' and '2023-11-01'") == [(0,)]
    gaps = surabaya.codes("month_gap")
    assert sorted(gaps["period"]) == absent
    assert all("63 unit" in message for message in gaps["message"])
    assert surabaya.rows("select count(*) from visit where patients = 0 and month < '2023-12-01'") == [(0,)]


def test_services_begin_in_december_2023(surabaya: Loaded) -> None:
    assert surabaya.rows(
        "select month >= '2023-12-01' as later, count(*) filter (service_id = 'total'), count(*) filter (service_id <> 'total') "
        "from visit group by later order by later"
    ) == [(False, 1008, 0), (True, 0, 1138)]


def test_the_stale_copy_is_one_finding(surabaya: Loaded) -> None:
    found = surabaya.codes("stale_copy")
    assert found["period"].to_list() == [date(2024, 1, 1)]
    assert "Desember 2023" in found["message"][0]
    assert "63 unit" in found["message"][0]


def test_the_last_row_of_february_2023_is_a_total(surabaya: Loaded, exports: Path) -> None:
    name = "februari-jumlah-kunjungan-puskesmas-lama-baru-2023.csv"
    last = [row for path, row in own_rows(exports) if path.name == name][-1]
    assert (last["Nama Puskesmas"], last["Total Kunjungan"]) == ("", "249257")
    assert surabaya.rows(
        f"select rows_read, rows_accepted, rows_total, rows_other from load.file where name = '{name}'"
    ) == [(64, 63, 1, 0)]
    assert surabaya.rows("select sum(patients)::bigint from visit where month = '2023-02-01'") == [(249_257,)]


def test_the_rows_with_another_centres_kecamatan_are_found(surabaya: Loaded, exports: Path) -> None:
    # By hand: the kecamatan that most files name for a centre, against each row.
    places: dict[str, Counter[str]] = {}
    seen = set()
    for path, row in own_rows(exports):
        key = re.sub(r"\W", "", row["Nama Puskesmas"].casefold())
        if key and (path, key, row["Kecamatan"]) not in seen:
            seen.add((path, key, row["Kecamatan"]))
            places.setdefault(key, Counter())[row["Kecamatan"].replace(" ", "").casefold()] += 1
    wrong = Counter(
        (path.name, row["Nama Puskesmas"], row["Kecamatan"])
        for path, row in own_rows(exports)
        if (key := re.sub(r"\W", "", row["Nama Puskesmas"].casefold()))
        and row["Kecamatan"].replace(" ", "").casefold() != places[key].most_common(1)[0][0]
    )
    # Simomulyo is put into Simokerto in 11 rows of either file by service, and into Sukomanunggal in all 16 before.
    assert sorted(wrong.values()) == [11, 11]
    found = surabaya.codes("kecamatan_contradicts")
    told = Counter()
    for file, message in found.select("file", "message").rows():
        said = re.search(r"kecamatan (.+?); register: .+ \((\d+) baris\)", message)
        assert said
        told[file, said[1]] += int(said[2])
    assert told == Counter({(file, place): n for (file, _, place), n in wrong.items()})


# --- a health office's own workbooks ---------------------------------------------------------------------------------

VISITS = "Banyaknya_Kunjungan_Ke_Puskesmas_Menurut_Kecamatan_Tahun_2023_Hingga_Bulan_September.xlsx"
DISEASE = "Jumlah_Penderita_Penyakit_Tidak_Menular_Menurut_Kecamatan_Tahun_2022.xlsx"
STAFF = "Jumlah_Tenaga_Kesehatan_Menurut_Kecamatan.xlsx"


def grid(path: Path) -> list[list]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def result(loaded: Loaded, name: str) -> FileResult:
    return next(f for f in loaded.report.files if f.name == name)


def test_months_not_yet_reported_are_not_loaded_as_zero(pamekasan: Loaded, exports: Path) -> None:
    figures = [row[4:16] for row in grid(exports / "visits-pamekasan-xlsx" / VISITS)[2:23]]
    assert len(figures) == 21
    zeros = [sum(row[month] == 0 for row in figures) for month in range(12)]
    assert zeros == [0] * 6 + [10, 11, 14, 21, 21, 21]
    loaded = pamekasan.rows("select month, count(*), sum(patients)::bigint from visit group by month order by month")
    # 21 - 10 = 11 centres in July, 10 in August, 7 in September, none after.
    assert [count for _, count, _ in loaded] == [21, 21, 21, 21, 21, 21, 11, 10, 7]
    assert [total for _, _, total in loaded] == [sum(int(row[m]) for row in figures) for m in range(9)]
    assert pamekasan.rows("select count(distinct unit_id), count(*) filter (patients = 0) from visit") == [(21, 0)]
    message = pamekasan.codes("trailing_zero")["message"][0]
    assert re.findall(r"\((\d+) unit\)", message) == ["10", "11", "14", "21", "21", "21"]


def test_a_kecamatan_written_only_on_the_first_row_of_its_group_holds_for_the_group(pamekasan: Loaded) -> None:
    place = {row["name"]: row["kecamatan"] for row in pamekasan.proposal.to_dicts() if row["kind"] == "health_centre"}
    assert place["Bandaran"] == place["Tlanakan"] == "Tlanakan"
    assert None not in place.values()


def test_the_copy_of_a_file_is_a_no_op(pamekasan: Loaded) -> None:
    copy = result(pamekasan, DISEASE.replace(".xlsx", " (2).xlsx"))
    assert (copy.status, copy.rows_accepted) == ("unchanged", 0)
    assert DISEASE in copy.reason
    assert pamekasan.codes("duplicate_file").height == 1


def test_low_birth_weight_by_quarter(pamekasan: Loaded, exports: Path) -> None:
    # Columns F (weighed) and H (of low weight), rows 4..16 of either workbook.
    expected = []
    for quarter, month in (("I", 1), ("II", 4)):
        name = f"Jumlah_Bayi_Berdasarkan_Berat_Badan_Lahir_Rendah_(BBLR)_Menurut_Kecamatan_Tahun_2023_Triwulan_{quarter}.xlsx"
        rows = [row for row in grid(exports / "visits-pamekasan-xlsx" / name) if isinstance(row[0], float)]
        expected.append((date(2023, month, 1), 3, len(rows), sum(row[7] for row in rows), sum(row[5] for row in rows)))
    assert expected == [(date(2023, 1, 1), 3, 13, 108, 3458), (date(2023, 4, 1), 3, 13, 117, 3473)]
    assert (
        pamekasan.rows(
            "select period, period_months, count(*), sum(numerator), sum(denominator) from realisation group by all order by 1"
        )
        == expected
    )


@pytest.mark.parametrize("name", [DISEASE, STAFF])
def test_a_workbook_of_another_kind_is_refused_without_a_hint_that_misleads(pamekasan: Loaded, name: str) -> None:
    refused = result(pamekasan, name)
    assert (refused.status, refused.rows_accepted) == ("refused", 0)
    assert refused.reason.startswith("Tidak jelas ini laporan apa. Yang dipahami: ")
    assert "kecamatan" in refused.reason


# --- every file of the folder ----------------------------------------------------------------------------------------


def test_indicators_of_semarang(everything: Loaded, exports: Path) -> None:
    rows = grid(exports / "indicators-semarang" / "api_data.xlsx")[1:]
    times = Counter(row[1] for row in rows)
    unique = [row for row in rows if times[row[1]] == 1]
    # 83 rows: 63 names stand once, one twice and one 18 times.
    assert (len(rows), len(unique), sorted(n for n in times.values() if n > 1)) == (83, 63, [2, 18])
    found = result(everything, "api_data.xlsx")
    assert (found.status, found.rows_accepted, found.rows_rejected) == ("partly", 63, 20)
    rejects = everything.report.rejects.filter(pl.col("file") == "api_data.xlsx")
    assert set(rejects["code"]) == {"key_contradicts"}
    assert sorted(rejects["row"]) == [n for n, row in enumerate(rows, start=2) if times[row[1]] > 1]
    loaded = everything.rows(
        "select row, year(period), value, value_text from realisation join load.file using (file_id) "
        "where name = 'api_data.xlsx' and period_months = 12"
    )
    expected = []
    for number, row in enumerate(rows, start=2):
        for year, text in zip((2018, 2019), row[2:4], strict=True):
            if times[row[1]] == 1:
                figure = None if text == "WTP" else float(text.replace(",", "."))
                expected.append((number, year, figure, "WTP" if text == "WTP" else None))
    assert sorted(loaded, key=str) == sorted(expected, key=str)
    assert len(loaded) == 126
    # -14,32; -71,06 and -32,47; -56,47; -10,53 and -70,59; -35,03; -3,10 and -2,59.
    assert sum(value < 0 for _, _, value, _ in loaded if value is not None) == 9


def nip_fault(text: str) -> str | None:
    """Return what is wrong with a NIP of these files, by its number of digits alone."""
    digits = len(re.sub(r"\D", "", text))
    return None if digits == 18 else "nip_missing" if digits == 0 else "nip_length"


@pytest.mark.parametrize(
    "name", ["data_pegawai.masked.csv", "data_pegawai_struktural.masked.csv", "datapegawai-gabung.masked.csv"]
)
def test_employees_are_accepted_and_rejected_by_their_nip(everything: Loaded, exports: Path, name: str) -> None:
    with (exports / "employees-masked" / name).open(encoding="utf-8-sig") as file:
        people = [(n, row) for n, row in enumerate(csv.reader(file), start=1) if n > 1 and row[1]]
    faults = {(n, fault) for n, row in people if (fault := nip_fault(row[2]))}
    ranks = {"Penata Tk.I", "Penata", "Pembina", "Pembina Tk.I", "Penata Muda Tk.I", "Pembina Utama Muda"}
    if name == "data_pegawai.masked.csv":
        faults |= {(n, "column_shifted") for n, row in people if row[4] in ranks}
    rejects = everything.report.rejects.filter(pl.col("file") == name)
    assert set(rejects.select("row", "code").rows()) == faults
    found = result(everything, name)
    rejected = {n for n, _ in faults}
    assert (found.rows_accepted, found.rows_rejected) == (len(people) - len(rejected), len(rejected))
    assert all(not re.search(r"\d{4}", value or "") for value in rejects["value"])


def test_what_is_known_of_the_employees_files(everything: Loaded) -> None:
    counts = {
        f.name: (f.rows_accepted, f.rows_rejected) for f in everything.report.files if f.folder == "employees-masked"
    }
    assert counts == {
        "STAFF JSK 2025.xlsx - Master Data.masked.csv": (0, 0),
        "data_pegawai.masked.csv": (
            45,
            111,
        ),  # 93 without a NIP, and 18 whose columns are shifted: a rank for a position
        "data_pegawai_struktural.masked.csv": (21, 2),
        "datapegawai-gabung.masked.csv": (62, 95),  # 93 without a NIP, one of 17 and one of 20 digits
    }


@pytest.mark.parametrize("name", ["C.4.KepuasanDosenterhadapSDM-prep.csv", "C2.tatakelolamhs-preprossesing.csv"])
def test_surveys_without_unit_and_period_are_refused_as_that(everything: Loaded, name: str) -> None:
    refused = result(everything, name)
    assert refused.status == "refused"
    assert "Jawaban survei kepuasan" in refused.reason
    assert "tidak ada Unit layanan, Periode" in refused.reason


WHOLE, PART = ("accepted", None), ("partly", None)
TYPE, CONTENT = ("refused", "file_type"), ("refused", "file_not_a_table")
NEAR, NOTHING = ("refused", "not_recognised"), ("refused", "nothing_recognised")
HELD = ("held", None)  # of 62 employees a newer list has 45, another 14
UNCLEAR, OF_INDICATORS = ("refused", "form_unclear"), ("refused", "form_of_indicators")
BIRTHS = "Jumlah_Bayi_Berdasarkan_Berat_Badan_Lahir_Rendah_(BBLR)_Menurut_Kecamatan_Tahun_2023_Triwulan_{}.xlsx"
STAFF_RATINGS = "STAFF JSK 2025.xlsx - Master Data.masked.csv"
DENSITY = "Kepadatan Penduduk menurut Kecamatan di Kota Bandung, 2022.csv"
EMPLOYEES = ["data_pegawai.masked.csv", "data_pegawai_struktural.masked.csv", "datapegawai-gabung.masked.csv"]
LIKERT = ["C.1.HasilSurveyPemahamanVMTSUPPS2024.csv", "C.4.KepuasanDosenterhadapSDM-prep.csv",
          "C2.tatakelolamhs-preprossesing.csv"]  # fmt: skip
NHS = [f"Monthly-AE-{month}.csv" for month in ("April-2025", "June-2025-1-1", "May-2025")]
HCAHPS = [f"{n}.csv" for n in ["data_dictionary", "measures", "national_results", "reports", "state_results", "states"]]
# What becomes of each file but those of visits-surabaya, and why.
FILES: dict[str, dict[str, tuple[str, str | None]]] = {
    "employees-masked": dict.fromkeys(EMPLOYEES[:2], HELD) | {EMPLOYEES[2]: PART, STAFF_RATINGS: NOTHING},
    "indicators-bps-template": {"Template_Import_Capaian_Kinerja (1).masked.xlsx": NEAR},
    "indicators-semarang": {"api_data.xlsx": PART, "data.json": TYPE, "lppd_semarang.sql": TYPE},
    "indicators-spm-layout": dict.fromkeys(["all.xlsx", "monthly.xlsx", "test_export_dm_2025.xlsx"], OF_INDICATORS)
    | {"monthly_export.xlsx": CONTENT},
    "map-tebo": {"LICENSE": TYPE, "kecamatan_tebo_kemendagri_15.09.geojson": TYPE},
    "reference-puskesmas": {"LICENSE": TYPE, "puskesmas.csv": UNCLEAR, "puskesmas_tebo_1509.extract.csv": UNCLEAR}
    | {"wilayah_administratif.csv": NOTHING},
    "reference-title-rows": {DENSITY: NOTHING},
    "survey-hcahps": dict.fromkeys([*HCAHPS, "questions.csv"], NOTHING),
    "survey-ikm-worked-example": {"ikm_29_responden.json": TYPE},
    "survey-likert": dict.fromkeys(LIKERT[1:], NEAR) | {LIKERT[0]: NOTHING},
    "survey-skm-template": {"template_file.xlsx": NEAR},
    "visits-hospital-clinics": {"data_cleaned.csv": NEAR},
    "visits-nhs-ae": dict.fromkeys(NHS, UNCLEAR) | {"LICENSE.repo": TYPE},
    "visits-pamekasan-xlsx": {VISITS: WHOLE, BIRTHS.format("I"): WHOLE, BIRTHS.format("II"): WHOLE, STAFF: UNCLEAR}
    | {DISEASE: UNCLEAR, DISEASE.replace(".xlsx", " (2).xlsx"): ("unchanged", "form_unclear")},
}


def became(loaded: Loaded) -> dict[tuple[str, str], tuple[str, str | None]]:
    lake = Lake(loaded.data_dir)
    codes = {(s.folder, s.name): lake.reading(e.key).code for e in lake.manifest().values() for s in e.sightings}
    return {(f.folder, f.name): (f.status, codes[f.folder, f.name]) for f in loaded.report.files}


@pytest.mark.parametrize(("place", "name"), [(place, name) for place, names in FILES.items() for name in names])
def test_what_becomes_of_each_file(everything: Loaded, place: str, name: str) -> None:
    assert became(everything)[place, name] == FILES[place][name]
    found = next(f for f in everything.report.files if (f.folder, f.name) == (place, name))
    assert bool(found.reason) == (found.status in ("refused", "unchanged", "held"))
    assert bool(found.rows_accepted) == (found.status in ("accepted", "partly", "held"))


def test_no_file_of_the_folder_is_left_out_of_the_table(everything: Loaded, exports: Path) -> None:
    there = {(p.parent.name, p.name) for p in exports.rglob("*") if p.is_file() and p.name != LEFT_OUT}
    surabaya = {place for place in there if place[0] in ("2022", "2023", "2024")}
    assert len(surabaya) == 18
    assert there - surabaya == {(place, name) for place, names in FILES.items() for name in names}
    assert {became(everything)[place] for place in surabaya} == {WHOLE}
    assert everything.report.exit_code == 4  # published, and something is held
