"""Targets revised in mid-year: which version holds until when, by file and row; the days are worked out by hand."""

import random
from datetime import date
from pathlib import Path

import pytest

from tests.etl.lakes import Filled, tebo

HEAD = "Kode;Indikator Kinerja;Perangkat Daerah;"
YEAR = date(2026, 1, 1)


@pytest.fixture
def lake(tmp_path: Path) -> Filled:
    return tebo(tmp_path)


def _plan(target: str, title: str = "TARGET KINERJA 2026", heading: str = "Target 2026") -> str:
    return f"{title};;;\n{HEAD}{heading}\nPU-1;Jalan ditangani;Dinas PUPR;{target}\n"


def _report(target: str, quarters: str, figures: str) -> str:
    return f"PENGUKURAN KINERJA 2026;;;;\n{HEAD}Target;{quarters}\nPU-1;Jalan ditangani;Dinas PUPR;{target};{figures}\n"


def _versions(lake: Filled) -> list[tuple]:
    """Return (target, from, until, file, row) of every version, the newest last."""
    tables = lake.said(also=("target_before",)).tables
    names = dict(tables["load.file"].select("file_id", "name").rows())
    before = tables["target_before"].sort("valid_until", "valid_from", nulls_last=False)
    older = [
        (row["value"], row["valid_from"], row["valid_until"], names[row["file_id"]], row["row"])
        for row in before.to_dicts()
    ]
    (now,) = tables["target"].filter(indicator_id="PU-1", period=YEAR, period_months=12).to_dicts()
    return [*older, (now["value"], older[-1][2] if older else None, None, names[now["file_id"]], now["row"])]


def test_a_newer_plan_is_a_revision_of_its_day(lake: Filled) -> None:
    lake.put("target.csv", _plan("100"), "2026-01-20")
    lake.put(
        "target perubahan.csv", _plan("120", "TARGET KINERJA PERUBAHAN 2026", "Target Perubahan 2026"), "2026-08-15"
    )
    assert _versions(lake) == [
        (100, None, date(2026, 8, 15), "target.csv", 3),
        (120, date(2026, 8, 15), None, "target perubahan.csv", 3),
    ]
    said = lake.said()
    assert [said.file(name)["rows_published"] for name in ("target.csv", "target perubahan.csv")] == [1, 1]


def test_the_same_target_again_is_no_revision(lake: Filled) -> None:
    lake.put("target.csv", _plan("100"), "2026-01-20")
    lake.put("kinerja.csv", _report("100", "Realisasi TW I;Realisasi TW II", "20;30"), "2026-07-05")
    assert _versions(lake) == [(100, None, None, "kinerja.csv", 3)]


def test_a_report_of_periods_that_are_over_revises_for_the_last_of_them(lake: Filled) -> None:
    """Sent on 5 October with figures up to the third quarter: 120 is the target of that quarter, which ended on 30 September."""
    lake.put("target.csv", _plan("100"), "2026-01-20")
    lake.put("kinerja.csv", _report("120", "Realisasi TW II;Realisasi TW III", "30;35"), "2026-10-05")
    assert _versions(lake) == [
        (100, None, date(2026, 9, 30), "target.csv", 3), (120, date(2026, 9, 30), None, "kinerja.csv", 3)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "headings",
    ["Target;Target Perubahan", "Target Semula;Target Menjadi", "Target Murni;Target Revisi",
     "Target Sebelum Perubahan;Target Setelah Perubahan", "Target 2026;Target Perubahan 2026", "Target PK Murni;Target PK Perubahan"],
)  # fmt: skip
def test_two_columns_are_two_versions_of_one_row(lake: Filled, headings: str) -> None:
    text = f"KINERJA 2026;;;;;\n{HEAD}{headings};Realisasi TW III\nPU-1;Jalan ditangani;Dinas PUPR;100;120;35\n"
    lake.put("lkjip.csv", text, "2026-10-20")
    assert _versions(lake) == [
        (100, None, date(2026, 9, 30), "lkjip.csv", 3), (120, date(2026, 9, 30), None, "lkjip.csv", 3)
    ]  # fmt: skip


def test_a_row_that_was_not_revised_has_one_target(lake: Filled) -> None:
    rows = "PU-1;Jalan ditangani;Dinas PUPR;100;;35\nPU-2;Jembatan;Dinas PUPR;4;5;1\nPU-3;Opini;Dinas PUPR;BB;-;B\n"
    lake.put("a.csv", f"KINERJA 2026;;;;;\n{HEAD}Target;Target Perubahan;Realisasi TW III\n{rows}", "2026-10-20")
    said = lake.said(also=("target_before",))
    targets = said.tables["target"].sort("indicator_id").select("indicator_id", "value", "value_text").rows()
    assert targets == [("PU-1", 100.0, None), ("PU-2", 5.0, None), ("PU-3", None, "BB")]
    assert said.tables["target_before"].select("indicator_id", "value").rows() == [("PU-2", 4.0)]


def test_of_files_of_one_day_only_one_counts(lake: Filled) -> None:
    for number in (100, 110, 120):
        lake.put(f"{number}.csv", _plan(str(number)), "2026-01-20")
    assert len(_versions(lake)) == 1


def test_a_withdrawn_target_was_never_valid(lake: Filled) -> None:
    lake.put("salah.csv", _plan("1000"), "2026-01-20")
    lake.put("target.csv", _plan("100"), "2026-05-20")
    assert len(_versions(lake)) == 2
    lake.rule("withdraw", "salah.csv")
    assert _versions(lake) == [(100, None, None, "target.csv", 3)]


def test_files_in_any_order_give_the_same_versions(lake: Filled) -> None:
    files = [
        ("a.csv", "100", "2026-01-20"),
        ("b.csv", "110", "2026-05-02"),
        ("c.csv", "110", "2026-06-02"),
        ("d.csv", "90", "2026-09-02"),
    ]
    for name, target, day in files:
        lake.put(name, _plan(target, f"TARGET {name} 2026"), day)
    first = _versions(lake)
    assert [(value, until) for value, _, until, *_ in first] == [
        (100, date(2026, 5, 2)), (110, date(2026, 9, 2)), (90, None)
    ]  # fmt: skip
    for seed in range(3):
        names = sorted(lake.manifest)
        random.Random(seed).shuffle(names)
        lake.manifest = {name: lake.manifest[name] for name in names}
        assert _versions(lake) == first
