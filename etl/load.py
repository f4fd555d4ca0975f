"""A load: files in, readings into the lake, a new build out. It succeeds whole or leaves the published build untouched."""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from pathlib import Path

import duckdb
import polars as pl

from etl import reference, rulings
from etl.building import build, shelf
from etl.intake import bundles, faults, places, process
from etl.lake import (
    Entry,
    Lake,
    Outcome,
    Reading,
    Sighting,
    canonical,
    spoilt,
)  # fmt: skip
from etl.lock import LoadBusy, only_one
from etl.reading import guard
from etl.reading.age import modified
from etl.recognising.source import Source, load_all, own_folders, rules_version
from etl.rulings import NOTHING, Asked
from etl.trouble import told
from queries import loads, private
from queries.builds import current
from queries.language import named as text

DAYS = "RAPOR_KEEP_FILES_DAYS"

__all__ = ["FileResult", "LoadBusy", "LoadReport", "Progress", "load"]


_ACCOUNTS = (
    *(f"rows_{name}" for name in ("read", "partly", "total", "other", "published", "superseded", "unpublished")),
    *(f"cells_{name}" for name in ("read", "accepted", "rejected", "total", "other")),
)


@dataclass(frozen=True)
class Progress:
    """How far a load is: the stage (`read`, `build`), how many of how many, the file in hand, and which share of that was read."""

    stage: str
    done: int
    total: int
    item: str
    share: float = 0.0


@dataclass(frozen=True)
class FileResult:
    """What became of one file of this load; `reason` says why it was refused, or what it is a copy of.

    Each of its `rows_read` is accepted, partly accepted, rejected, a total, or stands around the tables (other); what is accepted or
    partly accepted is published, superseded by another file, or not published (held, withdrawn, set aside). Each of its filled
    cells is accepted, rejected, of a total, or of no column or row of the form (other).
    """

    name: str
    folder: str
    status: str
    source_title: str
    rows_accepted: int
    rows_rejected: int
    reason: str
    rows_read: int = 0
    rows_partly: int = 0
    rows_total: int = 0
    rows_other: int = 0
    rows_published: int = 0
    rows_superseded: int = 0
    rows_unpublished: int = 0
    cells_read: int = 0
    cells_accepted: int = 0
    cells_rejected: int = 0
    cells_total: int = 0
    cells_other: int = 0
    corrects: str = ""  # the name of the file of the lake that went back to its sender and that this one corrects


@dataclass(frozen=True)
class LoadReport:
    """The result of a load. Exit code 0: published and nothing refused; 3: something refused; 4: something held; 1: nothing published."""

    published: str | None
    build_path: Path | None
    files: list[FileResult]
    rejects: pl.DataFrame
    findings: pl.DataFrame
    failed_checks: list[str]
    seconds: float
    exit_code: int


@private.for_owner()
def load(
    data_dir: Path,
    paths: Sequence[Path] | None = None,
    progress: Callable[[Progress], None] | None = None,
    wait_seconds: float = 600,
    asked: Asked = NOTHING,
) -> LoadReport:
    """Load files or folders (None: the inbox, or nothing where something is ruled) and publish a build.

    Raises LoadBusy, FileNotFoundError for a missing path, rulings.Unclear where a ruling names no file of the lake, or several.
    """
    started = time.monotonic()
    listener = progress or (lambda _: None)
    if paths is None:
        paths = [] if asked.rulings else [data_dir / "inbox"]
    files, barred = places.discover(list(paths))
    with told(data_dir), only_one(data_dir, wait_seconds, lambda holder: listener(Progress("wait", 0, 0, holder))):
        lake = Lake(data_dir)
        lake.tidy(_days_kept())
        shelf.sweep(data_dir)
        with bundles.unpacked(files, lake.pool) as (files, barred_members):
            barred |= barred_members
            manifest, order, unchanged = _read_all(data_dir, lake, files, barred, listener, asked)
        held = _held(data_dir) if asked.rulings else set()
        manifest, ruled = rulings.ruled(manifest, asked.rulings, held)
        listener(Progress("build", 0, 1, ""))
        built = _published(data_dir, lake, manifest)
        listener(Progress("build", 1, 1, built.build_id))
    given = {sha for _, sha in order}
    order += [(Path(manifest[sha].named.folder) / manifest[sha].named.name, sha) for sha in ruled if sha not in given]
    read = zip(
        (path for path, _ in order), _results(lake, order, manifest, unchanged - set(ruled), built.files), strict=True
    )
    results = [result for _, result in sorted([*read, *_barred(barred)], key=itemgetter(0))]
    ids = list({sha[:12] for _, sha in order})
    rejects = built.rejects.filter(pl.col("file_id").is_in(ids))
    is_held = "held" in built.files["status"] if built.files.height else False
    is_refused = bool(rejects.height) or any(r.status == "refused" for r in results)
    code = 1 if built.failed_checks else 4 if is_held else 3 if is_refused else 0
    loads.tell(data_dir, seconds=time.monotonic() - started, files=len(order), code=code)
    return LoadReport(
        published=None if built.failed_checks else built.build_id,
        build_path=None if built.failed_checks else built.path,
        files=results,
        rejects=rejects,
        findings=built.findings,
        failed_checks=built.failed_checks,
        seconds=time.monotonic() - started,
        exit_code=code,
    )


def look(
    data_dir: Path,
    paths: Sequence[Path],
    lake: Lake,
    progress: Callable[[Progress], None] | None = None,
    only: Callable[[dict[str, Entry], set[str]], dict[str, Entry]] | None = None,
    asked: Asked = NOTHING,
) -> tuple[list[FileResult], set[str], duckdb.DuckDBPyConnection]:
    """Read files into a lake without publishing anything; return what became of them, their ids, and a build in memory.

    The build has facts, files, rejects and findings as a whole build has them, but no marts; `only` picks the files that it is
    made of, from all and the hashes of those given. With a `Shadow` for a lake nothing is written.
    """
    files, barred = places.discover(paths)
    with ThreadPoolExecutor(1) as beside:  # while another process reads the files
        empty = beside.submit(build.empty, data_dir)
        with bundles.unpacked(files) as (files, barred_members):
            barred |= barred_members
            manifest, order, unchanged = _read_all(data_dir, lake, files, barred, progress or (lambda _: None), asked)
    lake.write_manifest(manifest)
    given = {sha for _, sha in order}
    connection = build.facts_of(empty.result(), data_dir, lake, only(manifest, given) if only else manifest)
    results = _results(lake, order, manifest, unchanged, build.files_of(connection))
    return results + [result for _, result in _barred(barred)], {sha[:12] for sha in given}, connection


def _published(data_dir: Path, lake: Lake, manifest: dict[str, Entry]) -> build.Built:
    """Publish a build; raises Damaged, naming the report, where a reading in the lake can't be read back."""
    try:
        return build.publish(data_dir, lake, manifest)
    except Exception as error:
        for folder, name in lake.damaged(manifest):
            raise spoilt(folder, name) from error
        raise


def _held(data_dir: Path) -> set[str]:
    """Return the hashes of the files that the current build holds; none where it can't be read."""
    path = current(data_dir)
    if path is None:
        return set()
    with contextlib.suppress(duckdb.Error), duckdb.connect(path, read_only=True) as connection:
        return {row[0] for row in connection.execute("select sha256 from load.file where status = 'held'").fetchall()}
    return set()


def _read_all(
    data_dir: Path,
    lake: Lake,
    files: Sequence[Path],
    barred: dict[Path, places.NoFile],
    listener: Callable[[Progress], None],
    asked: Asked,
) -> tuple[dict[str, Entry], list[tuple[Path, str]], set[str]]:
    """Return the files that count from now on, the hash of each file given, and the hashes that the lake knew as they are.

    `barred` is filled up with the files that can't be opened, and why.
    """
    manifest = lake.manifest()
    before = dict(manifest)
    contents: dict[str, Path] = {}
    order: list[tuple[Path, str]] = []
    for path in files:
        try:
            sha, modified_at = places.hashed(path)
        except places.NoFile as error:
            if path.exists():  # else gone since the folder was listed
                barred[path] = error
            continue
        if sha not in manifest:
            process.expect()
        sighting = Sighting(*guard.shown(path), modified_at)
        manifest[sha] = manifest.get(sha, Entry("", ())).seen(sighting)
        if asked.stated:
            manifest[sha] = replace(manifest[sha], stated=asked.stated)
        manifest[sha] = rulings.corrected(manifest[sha], [c for name, c in asked.corrections if name == sighting.name])
        contents.setdefault(sha, path)
        order.append((path, sha))
    own = own_folders(data_dir)
    if own:
        load_all(*own)  # a wrong declaration of the district's own is told whatever there is to read
    known: tuple[tuple[Source, ...], reference.Registers] | None = None  # read only where a file is: often none is
    rules = rules_version(*own) + _names_version(data_dir / "reference")
    for done, (sha, path) in enumerate(contents.items()):
        named = manifest[sha].named
        listener(Progress("read", done, len(contents), named.name))
        key = key_of(sha, named, rules)
        if not lake.has(key) and not lake.has(stopped := process.key_of_stopped(key)):
            process.expect()
            known = known or (load_all(*own), reference.registers(data_dir / "reference"))
            now = Progress("read", done, len(contents), named.name)
            far = partial(_tell_share, listener, now)
            outcome = _guarded_reading(data_dir, lake, key, sha, path, named, known, far)
            lake.add(outcome)
            is_kept = outcome.rejects.height and not outcome.reading.is_of_patients
            if is_kept and lake.is_written and _days_kept():
                with contextlib.suppress(places.NoFile), places.opened(path) as file:
                    lake.keep_original(sha, file)
            key = outcome.reading.key
        elif not lake.has(key):
            key = stopped
        manifest[sha] = replace(manifest[sha], key=key)
    if lake.is_written:  # who only looks is not kept waiting by what the next load does
        _read_again(data_dir, lake, manifest, contents, rules)
    listener(Progress("read", len(contents), len(contents), ""))
    return manifest, order, {sha for sha in contents if sha in before and before[sha].key == manifest[sha].key}


def _tell_share(listener: Callable[[Progress], None], now: Progress, share: float) -> None:
    listener(replace(now, share=share))


def _read_again(data_dir: Path, lake: Lake, manifest: dict[str, Entry], given: Collection[str], rules: str) -> None:
    """Read the files that are not given once more where the rules of reading have changed, from what is kept of them.

    A file of which nothing is kept, or that would give nothing now, stays as it was read.
    """
    known: tuple[tuple[Source, ...], reference.Registers] | None = None
    for sha, entry in sorted(manifest.items()):
        key = key_of(sha, entry.named, rules)
        if sha in given or key == entry.key or entry.key == process.key_of_stopped(key):
            continue
        if not lake.has(key):
            known = known or (load_all(*own_folders(data_dir)), reference.registers(data_dir / "reference"))
            outcome = _again(data_dir, lake, sha, entry, key, known)
            if outcome is None or outcome.reading.status == "refused":
                continue
            lake.add(outcome)
        manifest[sha] = replace(entry, key=key)


def _again(
    data_dir: Path, lake: Lake, sha: str, entry: Entry, key: str, rules: tuple[Sequence[Source], reference.Registers]
) -> Outcome | None:
    """Return what a file gives under the rules of today: from its bytes where they are still kept, else from its cells."""
    if (original := lake.original(sha)) is not None:
        return _guarded_reading(data_dir, lake, key, sha, original, entry.named, rules)
    from etl.conforming.report import read_kept  # noqa: PLC0415  most loads read in the other process alone

    try:
        cells = lake.kept(entry.key)
        return None if cells is None else read_kept(lake.reading(entry.key), key, cells, entry.named, *rules)
    except Exception:
        return None


def _days_kept() -> int:
    """Return for how many days a file with rejects is kept as it came: RAPOR_KEEP_FILES_DAYS, 30 without it; 0 keeps none."""
    text = os.environ.get(DAYS, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 30


def key_of(sha: str, named: Sighting, rules: str) -> str:
    """Return the name in the pool of the reading of a file, as it is named and with what is stated of it, under these rules."""
    stated = [named.stated_source, named.stated_unit, named.stated_period]
    what = [sha, named.folder, named.name, str(named.modified), rules, *(stated if any(stated) else [])]
    what += [json.dumps(named.mended)] if named.mended else []
    return hashlib.sha256("|".join(what).encode()).hexdigest()[:24]


def _names_version(folder: Path) -> str:
    """Return a hash of the registers that headings and file names are read with, and of the district's time."""
    digest = hashlib.sha256()
    for name in ("units", "services", "payers"):
        path = folder / f"{name}.csv"
        if not path.is_file():
            reference.read_table(folder, name)  # raises Damaged
        digest.update(path.read_bytes())
    digest.update(str(reference.utc_offset_hours(folder)).encode())
    return digest.hexdigest()[:12]


def _results(
    lake: Lake, order: Sequence[tuple[Path, str]], manifest: dict[str, Entry], unchanged: set[str], files: pl.DataFrame
) -> list[FileResult]:
    """Return what became of each file given, as the build has it; a copy of another file says whose."""
    rows = {row["sha256"]: row for row in files.to_dicts()}
    results, shown = [], set()
    here = {guard.shown(path) for path, _sha in order}
    for path, sha in order:
        row, named = rows[sha], canonical(manifest[sha].sightings)
        folder, name = guard.shown(path)
        if sha in shown or (name, folder) != (named.name, named.folder):
            reason = (
                text(reference.say("duplicate_file", {"found": named.name}), "message") if name != named.name else ""
            )
            is_copy = sha in shown or (named.folder, named.name) in here
            is_used = is_copy or row["status"] in ("accepted", "partly")  # what is held or refused is so under any name
            status, why = ("unchanged", reason) if is_used else (row["status"], text(row, "reason") or reason)
            results.append(FileResult(name, folder, status, text(row, "source_title") or "", 0, 0, why or ""))
            continue
        shown.add(sha)
        known = "unchanged" if sha in unchanged and row["status"] in ("accepted", "partly") else row["status"]
        before = manifest.get(lake.reading(manifest[sha].key).corrects)
        results.append(
            FileResult(
                name, folder, known, text(row, "source_title") or "", row["rows_accepted"], row["rows_rejected"],
                text(row, "reason") or "", *(row[account] for account in _ACCOUNTS), before.named.name if before else "",
            )
        )  # fmt: skip
    return results


def _barred(barred: Mapping[Path, places.NoFile]) -> Iterator[tuple[Path, FileResult]]:
    """Yield the results of what is no file to be read."""
    for path, why in barred.items():
        folder, name = guard.shown(path)
        reason = text(reference.say(why.code, why.details), "message") or ""
        yield path, FileResult(name, folder, "refused", "", 0, 0, reason)


def _guarded_reading(
    data_dir: Path,
    lake: Lake,
    key: str,
    sha: str,
    path: Path,
    named: Sighting,
    rules: tuple[Sequence[Source], reference.Registers],
    far: Callable[[float], None] = lambda _share: None,
) -> Outcome:
    """Read a file in a process of its own; whatever happens there refuses that file alone, by name, and the others are loaded."""
    bare = Reading(key, sha, named.name, named.folder, 0, "refused", as_of=modified(named).isoformat())
    try:
        with places.opened(path) as file:
            bare = replace(bare, bytes=os.fstat(file.fileno()).st_size)
            return process.read(bare, file, named, rules, lake.scratch, far)
    except (process.Changed, places.NoFile):
        return Outcome(replace(bare, code="file_changing"))
    except process.Stopped as stopped:
        if stopped.lines and lake.is_written:
            faults.keep(data_dir, bare.file_id, stopped.lines, {**stopped.details, "bytes": bare.bytes})
        key = process.key_of_stopped(key, stopped)
        return Outcome(replace(bare, key=key, code=stopped.code, details={**stopped.details, "fault": bare.file_id}))
