"""What was loaded: accepted rows as one Parquet a file and kind, rejects and observations beside them; nothing is forgotten.

`pool/<key>/` holds what one reading of one file gave and never changes; `manifest.json` names the readings that count.
Each is written under another name first and renamed, so a load killed at any moment leaves both whole.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import IO, Any

import polars as pl

from etl import sums as sums_of
from etl.kinds import KINDS
from etl.ruled import Correction, Mend, Ruling
from etl.trouble import Damaged, newer
from queries import whole
from queries.language import _

# Of manifest.json: 1, of version 0.1, was the files alone, without a number; 3 has what people ruled and stated of a file; in 4 it may
# have cells that people mended, and people.json may stand beside it, without which the ids of people would be others.
FORMAT, RULED, MENDED = 4, 3, 4
REJECT = {"file_id": pl.String, "sheet": pl.String, "row": pl.Int32, "col": pl.String, "value": pl.String, "code": pl.String,
          "details": pl.String}  # fmt: skip
MEMBER = {"file_id": pl.String, "sheet": pl.String, "row": pl.Int32, "record_row": pl.Int32, "cells": pl.Int32}
# How many cells of each row are in records, a line a run of rows.
CELLS = {"file_id": pl.String, "sheet": pl.String, "first_row": pl.Int32, "last_row": pl.Int32, "cells": pl.Int32}
OBSERVATION = {"file_id": pl.String, "sheet": pl.String, "row": pl.Int32, "unit": pl.String, "code": pl.String,
               "details": pl.String}  # fmt: skip


# What was read, a row a row of a table; `about` says of the first what else is known of its sheet and file.
KEPT = {"part": pl.Int32, "sheet": pl.String, "row": pl.Int32, "cells": pl.List(pl.String), "about": pl.String}


@dataclass(frozen=True)
class Sighting:
    """Where the bytes of a file were seen: folder, name, when it was last modified (seconds, UTC); what was stated of it and mended."""

    folder: str
    name: str
    modified: float
    stated_source: str = ""
    stated_unit: str = ""
    stated_period: str = ""
    mended: tuple[Mend, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What one file is and what became of it; `key` names its folder in the pool."""

    key: str
    sha256: str
    name: str
    folder: str
    bytes: int
    status: str
    code: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    titles_en: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    read: int = 0
    accepted: int = 0
    partly: int = 0
    rejected: int = 0
    totals: int = 0
    other: int = 0
    cells: Mapping[str, int] = field(
        default_factory=dict
    )  # their account; none where a version that did not count them read the file
    as_of: str = ""
    as_of_from: str = "modified"
    encoding: str | None = None
    is_of_patients: bool = False  # of a file with rejects: it is not kept as it came
    corrects: str = ""  # the hash of the file that went back to its sender and that this one corrects

    @property
    def file_id(self) -> str:
        """Return the short name of the file: the beginning of its hash."""
        return self.sha256[:12]


@dataclass(frozen=True)
class Outcome:
    """What one reading of a file gave: what the file is, the accepted records by kind, the rejects, the observations.

    `members` are the rows of records that count or join several rows of a sheet; `cells` says how many cells of each row are in
    records; `kept` is what was read, without what is of persons.
    """

    reading: Reading
    records: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    rejects: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECT))
    observations: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OBSERVATION))
    members: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MEMBER))
    cells: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CELLS))
    kept: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=KEPT))


@dataclass(frozen=True)
class Stated:
    """What was said of a file when it was given: its source, its unit, its period; blank where nothing was."""

    source: str = ""
    unit: str = ""
    period: str = ""

    def __bool__(self) -> bool:
        return bool(self.source or self.unit or self.period)


NOTHING_STATED = Stated()


@dataclass(frozen=True)
class Entry:
    """A file in the manifest: the reading that counts, everywhere that its bytes were seen, what people ruled and stated of it."""

    key: str
    sightings: tuple[Sighting, ...]
    rulings: tuple[Ruling, ...] = ()
    stated: Stated = NOTHING_STATED
    corrections: tuple[Correction, ...] = ()

    @property
    def corrected(self) -> tuple[Correction, ...]:
        """Return the corrections that hold, by place: the last of each cell, unless it was taken back."""
        last = {each.place: each for each in self.corrections}
        return tuple(each for _, each in sorted(last.items()) if each.what == "correct")

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether the file was withdrawn and not reinstated since."""
        return next(
            (r.what == "withdraw" for r in reversed(self.rulings) if r.what in ("withdraw", "reinstate")), False
        )

    @property
    def confirmed(self) -> str | None:
        """Return `confirmed`, `confirmed_in_part` or None: whether the file counts although it takes away."""
        states = {"confirm": "confirmed", "confirm_in_part": "confirmed_in_part", "revoke": None}
        return next((states[r.what] for r in reversed(self.rulings) if r.what in states), None)

    @property
    def named(self) -> Sighting:
        """Return the sighting that the file is read under, with what was stated of it and which cells were mended."""
        stated = {f"stated_{name}": said for name, said in asdict(self.stated).items()}
        mended = tuple((*each.place, each.value) for each in self.corrected)
        return replace(canonical(self.sightings), **stated, mended=mended)

    def seen(self, sighting: Sighting) -> "Entry":
        """Return the entry with one more sighting."""
        return replace(
            self, sightings=tuple(sorted({*self.sightings, sighting}, key=lambda s: (s.folder, s.name, s.modified)))
        )


def canonical(sightings: tuple[Sighting, ...]) -> Sighting:
    """Return the sighting that names the file: the shortest name, so that `x.csv` comes before `x (2).csv`; oldest time."""
    first = min(sightings, key=lambda s: (len(s.name), s.name, s.folder))
    return replace(first, modified=min(s.modified for s in sightings))


class Lake:
    """The folder of accepted rows of one data folder."""

    is_written = True

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "lake"
        self.pool = self.folder / "pool"
        self.originals = self.folder / "originals"
        self._names: dict[str, frozenset[str]] = {}

    @property
    def scratch(self) -> Path:
        """Return a folder for what has no name and is gone with its process."""
        return self.folder

    def manifest(self) -> dict[str, Entry]:
        """Return the files that count, by hash; raises Damaged, also where a newer Rapor wrote them."""
        path = self.folder / "manifest.json"
        if not path.is_file():
            return {}
        try:
            number, files = _numbered(json.loads(path.read_text(encoding="utf-8")))
            if number > FORMAT:
                raise newer(path, number, FORMAT)
            return {
                sha: Entry(
                    entry["key"],
                    tuple(Sighting(**sighting) for sighting in entry["sightings"]),
                    tuple(Ruling(**ruling) for ruling in entry.get("rulings", ())),
                    Stated(**entry.get("stated", {})),
                    tuple(Correction(**each) for each in entry.get("corrections", ())),
                )
                for sha, entry in files.items()
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            mend = _("Pindahkan berkas itu, lalu muat semua laporan lagi: rapor load")
            raise Damaged(_("{path} rusak.", path=path), mend) from error

    def damaged(self, manifest: Mapping[str, Entry]) -> list[tuple[Path, str]]:
        """Return the readings that can't be read back, as (folder, name of the report)."""
        found = []
        for entry in manifest.values():
            folder = self.pool / entry.key
            try:
                self.reading(entry.key)
                for path in folder.glob("*.parquet"):
                    pl.read_parquet(path, glob=False)
            except (OSError, ValueError, pl.exceptions.PolarsError):
                found.append((folder, canonical(entry.sightings).name))
        return found

    def format(self) -> int | None:
        """Return the format that the lake is in, None where nothing was loaded yet."""
        path = self.folder / "manifest.json"
        return _numbered(json.loads(path.read_text(encoding="utf-8")))[0] if path.is_file() else None

    def write_manifest(self, manifest: Mapping[str, Entry], number: int | None = None) -> None:
        """Make these the files that count, in one step; without a number in the lake's own format: rulings need 3, cells mended 4."""
        number = number or self.format() or FORMAT
        if any(entry.rulings or entry.stated for entry in manifest.values()):
            number = max(number, RULED)
        if any(entry.corrections for entry in manifest.values()):
            number = max(number, MENDED)
        files = {sha: _stored(entry) for sha, entry in sorted(manifest.items())}
        stored = files if number == 1 else {"format": number, "files": files}
        write_atomically(self.folder / "manifest.json", json.dumps(stored, indent=1, ensure_ascii=False))

    def has(self, key: str) -> bool:
        """Tell whether the pool holds this reading."""
        return (self.pool / key / "file.json").is_file()

    def reading(self, key: str) -> Reading:
        """Return what a reading says of its file."""
        stored = json.loads((self.pool / key / "file.json").read_text(encoding="utf-8"))
        names = {each.name for each in fields(Reading)}  # of an older or a newer version: what it lacks is blank
        known: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in stored.items() if n in names}
        return Reading(**known)

    def add(self, outcome: Outcome) -> None:
        """Put a reading into the pool, whole or not at all."""
        unfinished = self.pool / f".{outcome.reading.key}-{os.getpid()}"
        try:
            self._put(outcome, unfinished)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def _put(self, outcome: Outcome, unfinished: Path) -> None:
        reading = outcome.reading
        unfinished.mkdir(parents=True, exist_ok=True)
        for kind, frame in outcome.records.items():
            frame.write_parquet(unfinished / f"{kind}.parquet", compression="zstd")
            if (sums := sums_of.worth(kind, frame)) is not None:
                sums.write_parquet(unfinished / f"{kind}{sums_of.NAME}", compression="zstd")
        if outcome.members.height:
            outcome.members.write_parquet(unfinished / "members.parquet", compression="zstd")
        if outcome.cells.height:
            outcome.cells.write_parquet(unfinished / "cells.parquet", compression="zstd")
        if outcome.kept.height:
            outcome.kept.write_parquet(unfinished / "kept.parquet", compression="zstd")
        outcome.rejects.write_parquet(unfinished / "rejects.parquet")
        outcome.observations.write_parquet(unfinished / "observations.parquet")
        (unfinished / "file.json").write_text(json.dumps(asdict(reading), ensure_ascii=False), encoding="utf-8")
        if not self.has(reading.key):
            shutil.rmtree(self.pool / reading.key, ignore_errors=True)
            unfinished.rename(self.pool / reading.key)

    def salt(self) -> str | None:
        """Return the secret of this data folder, None where it has none yet."""
        path = self.folder / "salt"
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def keep_salt(self, secret: str) -> None:
        """Keep the secret of this data folder, for its owner alone."""
        write_atomically(self.folder / "salt", secret)
        (self.folder / "salt").chmod(0o600)

    def kept(self, key: str) -> pl.DataFrame | None:
        """Return what was read of a file, cell by cell; None where it is not kept."""
        path = self.pool / key / "kept.parquet"
        return pl.read_parquet(path, glob=False) if path.is_file() else None

    def original(self, sha: str) -> Path | None:
        """Return a file as it came, where it is still kept."""
        path = self.originals / sha
        return path if path.is_file() else None

    def keep_original(self, sha: str, file: IO[bytes]) -> None:
        """Keep a file as it came, for its owner's eyes alone, where it still is the one of that hash."""
        self.originals.mkdir(mode=0o700, exist_ok=True)
        unfinished = self.originals / f".{sha}-{os.getpid()}"
        try:
            with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as copy:
                shutil.copyfileobj(file, copy)
            with unfinished.open("rb") as copy:
                is_same = hashlib.file_digest(copy, "sha256").hexdigest() == sha
            if is_same:
                unfinished.replace(self.originals / sha)
        finally:
            unfinished.unlink(missing_ok=True)

    def tidy(self, days: int | None = None) -> None:
        """Remove what a killed load left half written, and files as they came that were kept for so many days."""
        for path in self.pool.glob(".*-*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.originals.glob("*") if self.originals.is_dir() else ():
            too_old = days is not None and path.stat().st_mtime < time.time() - days * 86_400
            if too_old or path.name.startswith("."):
                path.unlink(missing_ok=True)

    def paths(self, manifest: Mapping[str, Entry], kind: str, *, in_sums: bool = False) -> list[Path]:
        """Return the Parquet files of one kind (or `rejects`, `observations`, `members`, `cells`) of the files that count, in order.

        `in_sums`: those of the sums where a reading has them.
        """
        names = [f"{kind}{sums_of.NAME}"] * in_sums + [f"{kind}.parquet"]
        found = ((e.key, [name for name in names if name in self._given(e.key)]) for _, e in sorted(manifest.items()))
        return [self.pool / key / there[0] for key, there in found if there]

    def remarks(self, manifest: Mapping[str, Entry], name: str) -> pl.DataFrame:
        """Return the `rejects` or the `observations` of the files that count, in a fixed order."""
        schema = {"rejects": REJECT, "observations": OBSERVATION}[name]
        parts, paths = [pl.DataFrame(schema=schema)], self.paths(manifest, name)
        if paths:
            stored = pl.scan_parquet(paths, schema=schema, glob=False, missing_columns="insert", extra_columns="ignore")
            parts.append(stored.collect())
        return pl.concat([*parts, *self.frames(manifest, name)])

    def kinds_alike(self, one: Mapping[str, Entry], other: Mapping[str, Entry]) -> set[str]:
        """Return the kinds of whose accepted rows two manifests name the same readings, ruled the same."""
        differ = set.symmetric_difference(*({(sha, e.key, e.confirmed) for sha, e in m.items()} for m in (one, other)))
        return {kind for kind in KINDS if not any(self.gives(key, kind) for _, key, _ in differ)}

    def gives(self, key: str, kind: str) -> bool:
        """Tell whether a reading has rows of a kind."""
        return f"{kind}.parquet" in self._given(key)

    def frames(self, manifest: Mapping[str, Entry], kind: str) -> list[pl.DataFrame]:
        """Return the rows of one kind that stand in no file, a frame a reading: none."""
        return []

    def _given(self, key: str) -> frozenset[str]:
        """Return the names of the files of a reading, asked for once: they never change."""
        if key not in self._names:
            folder = self.pool / key
            self._names[key] = frozenset(os.listdir(folder)) if folder.is_dir() else frozenset()
        return self._names[key]


def _numbered(stored: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return the format and the files of a manifest."""
    return (stored["format"], stored["files"]) if "format" in stored else (1, stored)


def _stored(entry: Entry) -> dict[str, Any]:
    """Return a file as the manifest has it; an older Rapor reads it where nothing was ruled, stated or mended."""
    own = ("folder", "name", "modified")
    seen = [{name: each for name, each in asdict(s).items() if name in own} for s in entry.sightings]
    more = {
        name: each for name, each in asdict(entry).items() if name not in ("key", "sightings") and getattr(entry, name)
    }
    return {"key": entry.key, "sightings": seen, **more}


def spoilt(folder: Path, name: str) -> Damaged:
    """Return what to raise for a reading that can't be read back: its folder in the pool, and the name of its report."""
    return Damaged(
        _("Simpanan laporan {name} rusak: {folder}.", name=name, folder=folder),
        _("Hapus folder itu, lalu muat lagi laporan {name}.", name=name),
    )


def write_atomically(path: Path, text: str) -> None:
    """Write a text file so that a reader sees the old or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole.write(path, text)
