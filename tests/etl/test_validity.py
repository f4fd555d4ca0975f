"""Units that were renamed, merged or split: which unit a name means in a month, and who owes a report in it."""

import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from etl import check, validity
from etl.building.timeline import timeline
from etl.folder import PRODUCT_REFERENCE
from etl.reference import read_table, registers
from etl.trouble import Damaged
from etl.validity import month_of
from tests.etl.lakes import Filled, tebo

HEAD = "Puskesmas;Bulan;Tahun;Poli;Jumlah Kunjungan\n"
CHANGES = "old,new,changed_on,kind,is_comparable,legal_basis\n"


def _units(folder: Path, *rows: str, **limits: tuple[str, str]) -> None:
    """Add units (id, name) to the register, and set valid_from and valid_until of units by their ids (`_` for `-`)."""
    table = read_table(folder, "units")
    added = [dict.fromkeys(table.columns) | dict(zip(("unit_id", "name"), row.split(","), strict=True))
             | {"kind": "health_centre", "parent_id": "dinkes"} for row in rows]  # fmt: skip
    table = pl.concat([table, pl.DataFrame(added, schema=table.schema)])
    for unit, ends in limits.items():
        for column, text in zip(("valid_from", "valid_until"), ends, strict=True):
            is_meant = pl.col("unit_id") == unit.replace("_", "-")
            table = table.with_columns(pl.when(is_meant).then(pl.lit(text or None)).otherwise(column).alias(column))
    table.write_csv(folder / "units.csv")


def _merged(path: Path) -> Filled:
    """Return a lake in which Alai Ilir and Mengupeh are one health centre from April 2026 on."""
    lake = tebo(path)
    _units(path / "reference", "pkm-ilir-raya,Puskesmas Ilir Raya", pkm_ilir_raya=("2026-04", ""))
    rows = "".join(f"{unit},pkm-ilir-raya,2026-04-01,merged,true,\n" for unit in ("pkm-alai-ilir", "pkm-mengupeh"))
    (path / "reference" / "successions.csv").write_text(CHANGES + rows)
    return lake


def _rows(*rows: tuple[str, str, int]) -> str:
    return HEAD + "".join(f"{unit};{month};2026;Umum;{patients}\n" for unit, month, patients in rows)


# --- one unit in the place of two ------------------------------------------------------------------------------------


def test_months_before_a_merger_are_of_the_old_units_and_those_after_of_the_new(tmp_path: Path) -> None:
    lake = _merged(tmp_path)
    lake.put("lama.csv", _rows(("Alai Ilir", "Maret", 100), ("Mengupeh", "Maret", 40)), "2026-04-05")
    lake.put("baru.csv", _rows(("Ilir Raya", "April", 150)), "2026-05-05")
    assert lake.said().patients() == {
        ("pkm-alai-ilir", "2026-03"): 100, ("pkm-ilir-raya", "2026-04"): 150, ("pkm-mengupeh", "2026-03"): 40,
    }  # fmt: skip


def test_an_old_name_after_its_end_and_a_new_one_before_its_beginning_are_refused_and_said(tmp_path: Path) -> None:
    lake = _merged(tmp_path)
    # Of six rows three are in time: Alai Ilir in March, Ilir Raya in April, Muara Tebo in April.
    rows = [("Alai Ilir", "Maret", 100), ("Alai Ilir", "April", 90), ("Mengupeh", "Mei", 30),
            ("Ilir Raya", "Maret", 140), ("Ilir Raya", "April", 150), ("Muara Tebo", "April", 7)]  # fmt: skip
    lake.put("kunjungan.csv", _rows(*rows), "2026-06-05")
    said = lake.said()
    assert said.patients() == {
        ("pkm-alai-ilir", "2026-03"): 100, ("pkm-ilir-raya", "2026-04"): 150, ("pkm-muara-tebo", "2026-04"): 7,
    }  # fmt: skip
    file = said.file("kunjungan.csv")
    assert [file[f"rows_{of}"] for of in ("read", "accepted", "partly", "rejected")] == [6, 3, 0, 3]
    found = {(row["row"], row["value"]): row for row in said.tables["load.reject"].to_dicts()}
    assert list(found) == [(3, "Alai Ilir"), (4, "Mengupeh"), (5, "Ilir Raya")]
    reasons = [row["reason"] for row in found.values()]
    assert reasons == [
        "Puskesmas Alai Ilir berakhir Maret 2026. Sejak itu: Puskesmas Ilir Raya.",
        "Puskesmas Mengupeh berakhir Maret 2026. Sejak itu: Puskesmas Ilir Raya.",
        "Puskesmas Ilir Raya baru ada sejak April 2026. Sebelumnya: Puskesmas Alai Ilir, Puskesmas Mengupeh.",
    ]
    assert (
        found[3, "Alai Ilir"]["reason_en"]
        == "Puskesmas Alai Ilir ended in March 2026. Since then: Puskesmas Ilir Raya."
    )


def test_a_row_of_months_is_accepted_in_part(tmp_path: Path) -> None:
    lake = _merged(tmp_path)
    lake.put("tahun.csv", "KUNJUNGAN 2026;;;\nPuskesmas;Februari;Maret;April\nAlai Ilir;10;11;12\n", "2026-05-05")
    said = lake.said()
    assert said.patients() == {("pkm-alai-ilir", "2026-02"): 10, ("pkm-alai-ilir", "2026-03"): 11}
    assert [said.file("tahun.csv")[f"rows_{of}"] for of in ("accepted", "partly", "rejected")] == [0, 1, 0]


def test_who_is_not_there_owes_nothing_and_what_came_after_owes_it(tmp_path: Path) -> None:
    lake = _merged(tmp_path)
    rows = [("Alai Ilir", "Januari", 1), ("Mengupeh", "Januari", 2), ("Alai Ilir", "Februari", 1)]
    lake.put("a.csv", _rows(*rows), "2026-06-20")
    said = lake.said(also=("load.expected_report",))
    owed = said.tables["load.expected_report"].filter(report_kind="visit")
    missing = sorted((unit, month.month) for unit, month, status in owed.select("unit_id", "period", "status").rows()
                     if status == "missing")  # fmt: skip
    # Mengupeh owes February and March, Alai Ilir March; from April on Ilir Raya, though it never reported yet.
    assert missing == [
        ("pkm-alai-ilir", 3),
        ("pkm-ilir-raya", 4),
        ("pkm-ilir-raya", 5),
        ("pkm-mengupeh", 2),
        ("pkm-mengupeh", 3),
    ]
    assert {unit: sorted(of["period"].dt.month()) for (unit,), of in owed.group_by("unit_id")} == {
        "pkm-alai-ilir": [1, 2, 3], "pkm-mengupeh": [1, 2, 3], "pkm-ilir-raya": [4, 5],
    }  # fmt: skip


def test_files_in_any_order_give_the_same(tmp_path: Path) -> None:
    lake = _merged(tmp_path)
    files = {
        "jan.csv": (_rows(("Alai Ilir", "Januari", 10), ("Mengupeh", "Januari", 20)), "2026-02-03"),
        "mar.csv": (_rows(("Alai Ilir", "Maret", 11), ("Ilir Raya", "Maret", 20)), "2026-04-03"),
        "apr.csv": (_rows(("Ilir Raya", "April", 33), ("Mengupeh", "April", 20)), "2026-05-03"),
        "apr2.csv": (_rows(("Ilir Raya", "April", 35)), "2026-05-09"),
    }
    for name, (text, day) in files.items():
        lake.put(name, text, day)
    first = lake.said().tables
    for seed in range(3):
        names = sorted(lake.manifest)
        random.Random(seed).shuffle(names)
        lake.manifest = {name: lake.manifest[name] for name in names}
        assert all(first[name].equals(table) for name, table in lake.said().tables.items())


# --- another name ----------------------------------------------------------------------------------------------------


def test_both_names_of_a_renamed_unit_mean_it_in_old_and_new_files(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    _units(tmp_path / "reference", "pkm-melati,Puskesmas Melati")
    (tmp_path / "reference" / "successions.csv").write_text(
        CHANGES + "Puskesmas Kenanga,pkm-melati,2026-04,renamed,true,\n"
    )
    rows = [
        ("PKM Kenanga", "Maret", 1),
        ("Melati", "Februari", 2),
        ("Puskesmas Kenanga", "Mei", 4),
        ("Melati", "April", 8),
    ]
    lake.put("a.csv", _rows(*rows), "2026-06-05")
    said = lake.said()
    assert said.patients() == {("pkm-melati", f"2026-0{month}"): n for month, n in ((2, 2), (3, 1), (4, 8), (5, 4))}
    assert said.tables["load.reject"].height == 0


def test_a_name_that_went_to_another_unit_means_each_in_its_time(tmp_path: Path) -> None:
    """Kenanga is Melati from April on; another health centre is called Kenanga from June on."""
    lake = tebo(tmp_path)
    _units(
        tmp_path / "reference",
        "pkm-melati,Puskesmas Melati",
        "pkm-kenanga,Puskesmas Kenanga",
        pkm_kenanga=("2026-06", ""),
    )
    (tmp_path / "reference" / "successions.csv").write_text(
        CHANGES + "Puskesmas Kenanga,pkm-melati,2026-04,renamed,true,\n"
    )
    rows = [("Kenanga", "Maret", 1), ("Kenanga", "Mei", 2), ("Kenanga", "Juni", 4), ("Melati", "Juni", 8)]
    lake.put("a.csv", _rows(*rows), "2026-07-05")
    said = lake.said()
    # In May nobody bears the name: neither the one that gave it up in April nor the one that takes it in June is guessed.
    assert said.patients() == {
        ("pkm-melati", "2026-03"): 1,
        ("pkm-kenanga", "2026-06"): 4,
        ("pkm-melati", "2026-06"): 8,
    }
    (reject,) = said.tables["load.reject"].to_dicts()
    assert (reject["row"], reject["code"]) == (3, "unit_of_two_times")
    assert reject["reason"].endswith("Puskesmas Kenanga, Puskesmas Melati.")


def test_a_period_across_the_change_of_a_name_means_neither_unit(tmp_path: Path) -> None:
    tebo(tmp_path)
    folder = tmp_path / "reference"
    _units(folder, "pkm-melati,Puskesmas Melati", "pkm-kenanga,Puskesmas Kenanga", pkm_kenanga=("2026-04", ""))
    (folder / "successions.csv").write_text(CHANGES + "Puskesmas Kenanga,pkm-melati,2026-04,renamed,true,\n")
    times = timeline(folder, registers(folder))
    found = {months: times.find("Puskesmas Kenanga", date(2026, 1, 1), months) for months in (3, 12)}
    assert found == {3: "pkm-melati", 12: None}
    assert times.find("Puskesmas Kenanga", date(2026, 4, 1), 3) == "pkm-kenanga"
    assert times.find("Melati", date(2026, 1, 1), 12) == "pkm-melati"  # its other name is nobody else's


def test_a_year_of_a_unit_that_ends_in_it_is_its_own(tmp_path: Path) -> None:
    _merged(tmp_path)
    times = timeline(tmp_path / "reference", registers(tmp_path / "reference"))
    assert times.find("Mengupeh", date(2026, 1, 1), 12) == "pkm-mengupeh"  # the target of its last year
    assert times.find("Mengupeh", date(2026, 3, 1), 1) == "pkm-mengupeh"
    assert times.find("Mengupeh", date(2026, 4, 1), 3) is None
    assert times.find("Ilir Raya", date(2025, 1, 1), 12) is None
    assert times.find("Entah", date(2025, 1, 1), 12) is None
    assert times.why_not("Entah", date(2025, 1, 1), 12) is None


# --- what is declared ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "month", "end"),
    [
        ("2026-07", (2026, 7), (2026, 7)), ("2026-07-15", (2026, 7), (2026, 7)), ("2026-07-01", (2026, 7), (2026, 6)),
        ("Juli 2026", (2026, 7), (2026, 7)), ("1 Juli 2026", (2026, 7), (2026, 6)), ("Jul-26", (2026, 7), (2026, 7)),
        ("15/07/2026", (2026, 7), (2026, 7)), ("01/07/2026", None, None), ("2026", (2026, 1), (2026, 12)),
        ("2026-07-15T00:00:00", (2026, 7), (2026, 7)), ("TW I 2026", None, None), ("nanti", None, None),
    ],
)  # fmt: skip
def test_a_month_is_read_or_asked_for(text: str, month: tuple[int, int] | None, end: tuple[int, int] | None) -> None:
    assert month_of(text) == (date(*month, 1) if month else None)
    assert month_of(text, is_end=True) == (date(*end, 1) if end else None)


@pytest.mark.parametrize(
    ("row", "what", "mend"),
    [
        ("pkm-mengupeh,pkm-muara-tebo,2026-04,gabung,true,", 'kind berisi "gabung"', "renamed, merged, split"),
        ("pkm-mengupeh,pkm-muara-tebo,kapan,merged,true,", 'changed_on berisi "kapan"', "2026-07"),
        ("pkm-mengupeh,pkm-muara-tebo,2026-04,merged,,", 'is_comparable berisi ""', "true"),
        ("pkm-mengupeh,pkm-muara-tebo,2026-04,split,true,", "tidak punya angka", "false"),
        ("Puskesmas Mengupeh,pkm-muara-tebo,2026-04,merged,true,", "bukan unit_id", "Tulis pkm-mengupeh"),
        ("pkm-mengupeh,pkm-tidak-ada,2026-04,merged,true,", '"pkm-tidak-ada", bukan unit_id', "units.csv"),
        ("pkm-mengupeh,pkm-mengupeh,2026-04,merged,true,", "sama dengan new", "lama"),
        ("pkm-mengupeh,pkm-muara-tebo,2026-04,renamed,true,", "nama lama", "Tulis nama lama"),
        ("Puskesmas Alai Ilir,pkm-muara-tebo,2026-04,renamed,true,", "juga nama pkm-alai-ilir", "Hapus baris"),
    ],
    ids=["kind", "month", "comparable", "split", "name", "unknown", "itself", "id", "twice"],
)  # fmt: skip
def test_what_is_declared_wrongly_is_said_with_what_to_do(tmp_path: Path, row: str, what: str, mend: str) -> None:
    lake = tebo(tmp_path)
    (tmp_path / "reference" / "successions.csv").write_text(CHANGES + row + "\n")
    with pytest.raises(Damaged) as error:
        registers(tmp_path / "reference")
    assert what in error.value.what
    assert mend in error.value.mend
    assert "successions.csv" in error.value.what
    problems = [each for each in check.problems(lake.data_dir) if each.severity == "error"]
    assert [each for each in problems if what in each.what and mend in each.mend]


def test_limits_that_contradict_are_said(tmp_path: Path) -> None:
    tebo(tmp_path)
    folder = tmp_path / "reference"
    _units(folder, pkm_mengupeh=("2026-04", "2025-12"), pkm_alai_ilir=("", "soon"))
    _, faults = validity.look(folder, read_table(folder, "units"))
    assert [(fault.where.rpartition(" ")[2], fault.what) for fault in faults] == [
        (_line(folder, "pkm-alai-ilir"), 'Kolom valid_until berisi "soon", bukan satu bulan.'),
        (_line(folder, "pkm-mengupeh"), "pkm-mengupeh berakhir 2025-12 sebelum mulai 2026-04."),
    ]
    _units(folder, pkm_mengupeh=("", "2026-08"), pkm_alai_ilir=("", ""))
    (folder / "successions.csv").write_text(CHANGES + "pkm-mengupeh,pkm-muara-tebo,2026-04,merged,true,\n")
    _, (fault,) = validity.look(folder, read_table(folder, "units"))
    assert fault.what == "pkm-mengupeh digabung sejak 2026-04, tetapi menurut units.csv berlaku sampai 2026-08."
    assert "2026-03" in fault.mend


def _line(folder: Path, unit: str) -> str:
    return str(read_table(folder, "units")["unit_id"].to_list().index(unit) + 2)


def test_a_folder_of_an_earlier_version_needs_none_of_it(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    folder = tmp_path / "reference"
    (folder / "successions.csv").unlink()
    read_table(folder, "units").drop("valid_from", "valid_until").write_csv(folder / "units.csv")
    lake.put("a.csv", _rows(("Mengupeh", "April", 5)), "2026-05-05")
    assert lake.said().patients() == {("pkm-mengupeh", "2026-04"): 5}
    assert not [each for each in check.problems(lake.data_dir) if each.severity == "error"]
    assert registers(PRODUCT_REFERENCE).validity == validity.Validity()


# --- indicators ------------------------------------------------------------------------------------------------------


def test_an_indicator_is_valid_in_the_months_that_its_register_says(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    head = "Kode;Indikator;Formula;Polaritas;Agregasi;Berlaku sejak;Berlaku sampai\n"
    rows = "A-1;Satu;x;naik;jumlah;Juli 2026;\nA-2;Dua;x;naik;jumlah;;2026\nA-3;Tiga;x;naik;jumlah;kelak;\n"
    lake.put("daftar indikator.csv", head + rows, "2026-01-05")
    said = lake.said(also=("indicator",))
    found = said.tables["indicator"].sort("indicator_id").select("indicator_id", "valid_from", "valid_until").rows()
    assert found == [("A-1", date(2026, 7, 1), None), ("A-2", None, date(2026, 12, 1)), ("A-3", None, None)]
    (finding,) = said.findings("indicator_validity_unread")
    assert (
        finding["message"] == 'Masa berlaku indikator "Tiga" tidak terbaca: kelak. Indikator dianggap selalu berlaku.'
    )
