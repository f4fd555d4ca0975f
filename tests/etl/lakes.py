"""A lake that a test fills file by file, and what a build would make of it, without the marts."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from etl import rulings
from etl.building import blank, facts
from etl.conforming.report import read_report
from etl.folder import PRODUCT_REFERENCE
from etl.lake import Entry, Lake, Sighting
from etl.recognising.source import load_all
from etl.reference import registers

KNOWN = cache(lambda: registers(PRODUCT_REFERENCE))


@dataclass
class Filled:
    """A data folder of Kabupaten Tebo whose files are put into the lake one by one."""

    data_dir: Path
    manifest: dict[str, Entry] = field(default_factory=dict)

    def put(self, name: str, text: str | bytes, day: str = "2026-07-01", folder: str = "masuk") -> str:
        """Read a file that was modified on that day into the lake; returns its id."""
        lake, content = Lake(self.data_dir), text if isinstance(text, bytes) else text.encode()
        sha = hashlib.sha256(content).hexdigest()
        sighting = Sighting(folder, name, datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
        outcome = read_report(sha[:24], sha, content, sighting, load_all(), KNOWN())
        assert outcome.reading.status != "refused", outcome.reading
        lake.add(outcome)
        self.manifest[sha] = Entry(sha[:24], (sighting,))
        return sha[:12]

    def rule(self, what: str, name: str) -> None:
        """Rule something of a file."""
        self.manifest, _ = rulings.ruled(self.manifest, [(what, name)], ())

    def said(self, also: tuple[str, ...] = ()) -> "Said":
        """Return what a build says of the lake; `also` are further tables that are asked for."""
        with duckdb.connect() as connection:
            blank.begin(connection, self.data_dir / "reference")
            facts.fill(connection, self.data_dir, Lake(self.data_dir), self.manifest)
            names = (
                "visit",
                "response",
                "realisation",
                "target",
                "employee",
                "load.file",
                "load.finding",
                "load.reject",
                *also,
            )
            return Said({name: connection.sql(f"select * from {name} order by all").pl() for name in names})


@dataclass(frozen=True)
class Said:
    """The tables of facts, files and findings."""

    tables: Mapping[str, pl.DataFrame]

    def patients(self) -> dict[tuple[str, str], int]:
        """Return the patients of each unit and month."""
        visits = self.tables["visit"].group_by("unit_id", "month").agg(pl.col("patients").sum())
        return {(unit, f"{month:%Y-%m}"): patients for unit, month, patients in sorted(visits.rows())}

    def services(self) -> dict[str, int]:
        """Return the patients of each service."""
        return dict(sorted(self.tables["visit"].group_by("service_id").agg(pl.col("patients").sum()).rows()))

    def statuses(self) -> dict[str, str]:
        """Return the status of each file."""
        return dict(self.tables["load.file"].select("name", "status").rows())

    def file(self, name: str) -> dict[str, Any]:
        """Return what is known of one file."""
        return self.tables["load.file"].row(by_predicate=pl.col("name") == name, named=True)

    def findings(self, *codes: str) -> list[dict[str, Any]]:
        """Return the findings with these codes."""
        return self.tables["load.finding"].filter(pl.col("code").is_in(codes)).to_dicts()

    def held(self) -> list[str]:
        """Return the files that are held."""
        return sorted(name for name, status in self.statuses().items() if status == "held")


def tebo(path: Path) -> Filled:
    """Return an empty lake of Kabupaten Tebo."""
    shutil.copytree(PRODUCT_REFERENCE, path / "reference")
    (path / "lake").mkdir()
    (path / "lake" / "salt").write_text("uji")
    return Filled(path)


def again(filled: Filled) -> Filled:
    """Return a second view of the same lake, with no file in it that counts."""
    return replace(filled, manifest={})
