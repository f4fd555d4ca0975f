"""A reading that has sums beside its rows says, in every table, what its rows say alone."""

import hashlib
from datetime import UTC, date, datetime
from random import Random

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from etl import sums
from etl.building import memory
from etl.kinds import KINDS
from etl.lake import CELLS, Entry, Lake, Outcome, Reading, Sighting
from tests import effort
from tests.etl.lakes import Filled, tebo

UNITS = ("Puskesmas Mengupeh", "PKM Mengupeh", "Puskesmas Suo-Suo", "Puskesmas Antah Berantah")
SERVICES = ("UMUM", "GIGI", "LAYANAN ANTAH", None)
PAYERS = ("JKN PBI", "UMUM", "Kartu Antah", None)
KECAMATAN = (None, "Sumay", "Tebo Ilir")


def _rows(random: Random, length: int) -> pl.DataFrame:
    """Return rows as forms by village or day have them: many of one unit, month, service and payer; some share a row of the sheet."""
    units, services, payers = (
        UNITS[: random.randint(1, 4)],
        random.sample(SERVICES, random.randint(1, 3)),
        random.sample(PAYERS, 2),
    )
    kecamatan = random.sample(KECAMATAN, random.randint(1, 2))
    rows, row = [], 2
    for _each in range(length):
        new, old = (random.choice((None, 0, random.randint(1, 40))) for _ in range(2))
        row += random.random() < 0.8
        rows.append(
            {
                "unit": random.choice(units), "kecamatan": random.choice(kecamatan), "period": date(2026, random.randint(1, 2), 1),
                "period_months": 1, "service": random.choice(services), "payer": random.choice(payers), "new_count": new,
                "returning_count": old, "patients": random.choice((None, (new or 0) + (old or 0))), "sheet": "Data", "row": row,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema=dict(KINDS["visit"]) | {"sheet": pl.String})


def _put(filled: Filled, name: str, rows: pl.DataFrame, day: int) -> None:
    sha = hashlib.sha256(name.encode()).hexdigest()
    there = rows["row"].unique().sort()
    cells = pl.DataFrame(
        {"file_id": sha[:12], "sheet": "Data", "first_row": there, "last_row": there, "cells": 3},
        schema_overrides=CELLS,
    )
    reading = Reading(
        sha[:24], sha, name, "masuk", 1, "accepted", sources=("visits",), titles=("Kunjungan",), titles_en=("Visits",), kinds=("visit",),
        read=len(there), accepted=len(there), cells={"read": 3 * len(there), "accepted": 3 * len(there)},
        as_of=f"2026-03-{day:02}T00:00:00",
    )  # fmt: skip
    Lake(filled.data_dir).add(Outcome(reading, {"visit": rows.with_columns(file_id=pl.lit(sha[:12]))}, cells=cells))
    filled.manifest[sha] = Entry(sha[:24], (Sighting("masuk", name, datetime(2026, 3, day, tzinfo=UTC).timestamp()),))


@effort.tries(2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_sums_beside_the_rows_of_a_reading_change_no_table(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    said = {}
    for most in (1, 10**9):
        random, filled = Random(seed), tebo(tmp_path_factory.mktemp("sums"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sums, "WORTH", most)
            for number in range(3):
                _put(filled, f"kunjungan {number}.csv", _rows(random, 20 if number == 2 else 3000), number + 1)
        said[most] = filled.said(also=("load.expected_report",)).tables
        assert bool(list(filled.data_dir.rglob(f"visit{sums.NAME}"))) == (most == 1)
    for name, table in said[1].items():
        assert_frame_equal(table, said[10**9][name])


def test_a_record_sums_those_that_agree_and_what_is_blank_stays_blank() -> None:
    row = {
        "unit": "A",
        "period": date(2026, 1, 1),
        "period_months": 1,
        "service": "UMUM",
        "payer": None,
        "sheet": "",
        "file_id": "f",
    }
    rows = [
        {**row, "new_count": 1, "returning_count": 2, "row": 4},
        {**row, "new_count": 3, "returning_count": 5, "row": 3},
        {**row, "new_count": None, "patients": 9, "row": 2},
        {**row, "new_count": None, "patients": 1, "row": 5},
    ]
    found = sums.summed("visit", pl.DataFrame(rows, schema=dict(KINDS["visit"])))
    assert found.select("row", "new_count", "returning_count", "patients").rows() == [
        (2, None, None, 10),
        (3, 4, 7, None),
    ]


def test_the_memory_of_a_build_is_what_is_set_else_a_part_of_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(memory.NAME, "700")
    assert memory.settings()["memory_limit"] == "700MB"
    monkeypatch.setenv(memory.NAME, "banyak")
    assert memory.LEAST_MB <= memory.limit_mb() <= memory.MOST_MB
