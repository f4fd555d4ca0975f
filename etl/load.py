"""A load: files in, readings into the lake, a new build out. It succeeds whole or leaves the published build untouched."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl

from etl import reference
from etl.building import build
from etl.conforming.conform import Conformed, Observation, Reject, conform
from etl.conforming.recognise import Nearest, Table, recognise
from etl.conforming.source import Source, load_all, own_folders, rules_version
from etl.kinds import KINDS
from etl.lake import OBSERVATION, REJECT, Entry, Lake, LoadBusy, Reading, Sighting, canonical, only_one, spoilt
from etl.reading import guard
from etl.reading.age import as_of, modified
from etl.reading.files import ENDINGS, Document, Sheet, Unreadable, read
from etl.reading.words import NUMBER
from queries.language import _
from queries.language import named as text

__all__ = ["FileResult", "LoadBusy", "LoadReport", "Progress", "load"]

MOST_ROWS_OF_A_NOTE = (
    3  # a sheet of more rows that no source recognises is worth a finding; one of fewer is a title or a remark
)
CELLS_OF_A_HEADING = (
    3  # filled ones by which a header row is known again below; a pair such as `Bulan: Mei` may well repeat
)


@dataclass(frozen=True)
class Progress:
    """How far a load is: the stage (`read`, `build`), how many of how many, and the file in hand."""

    stage: str
    done: int
    total: int
    item: str


@dataclass(frozen=True)
class FileResult:
    """What became of one file of this load; `reason` says why it was refused, or what it is a copy of."""

    name: str
    folder: str
    status: str
    source_title: str
    rows_accepted: int
    rows_rejected: int
    reason: str


@dataclass(frozen=True)
class LoadReport:
    """The result of a load. Exit code 0: published and nothing refused; 3: published, something refused; 1: nothing published."""

    published: str | None
    build_path: Path | None
    files: list[FileResult]
    rejects: pl.DataFrame
    findings: pl.DataFrame
    failed_checks: list[str]
    seconds: float
    exit_code: int


def load(
    data_dir: Path,
    paths: Sequence[Path] | None = None,
    progress: Callable[[Progress], None] | None = None,
    wait_seconds: float = 600,
) -> LoadReport:
    """Load files or folders (default: the inbox) and publish a build; raises LoadBusy, and FileNotFoundError for a missing path."""
    started = time.monotonic()
    listener = progress or (lambda _: None)
    files = discover(list(paths) if paths else [data_dir / "inbox"])
    with only_one(data_dir, wait_seconds, lambda holder: listener(Progress("wait", 0, 0, holder))):
        lake = Lake(data_dir)
        lake.tidy()
        manifest, order, unchanged = _read_all(data_dir, lake, files, listener)
        listener(Progress("build", 0, 1, ""))
        built = _published(data_dir, lake, manifest)
        listener(Progress("build", 1, 1, built.build_id))
    results = _results(order, manifest, unchanged, built.files)
    ids = list({sha[:12] for _, sha in order})
    rejects = built.rejects.filter(pl.col("file_id").is_in(ids))
    code = 1 if built.failed_checks else 3 if rejects.height or any(r.status == "refused" for r in results) else 0
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


def _published(data_dir: Path, lake: Lake, manifest: dict[str, Entry]) -> build.Built:
    """Publish a build; raises Damaged, naming the report, where a reading in the lake can't be read back."""
    try:
        return build.publish(data_dir, lake, manifest)
    except Exception as error:
        for folder, name in lake.damaged(manifest):
            raise spoilt(folder, name) from error
        raise


def discover(paths: Sequence[Path]) -> list[Path]:
    """Return all files below the paths in a fixed order, but for hidden ones and the lock files of office programs."""
    found: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(_("Tidak ada berkas atau folder {path}.", path=path))
        below = path.rglob("*") if path.is_dir() else [path]
        found.update(p for p in below if p.is_file() and not p.name.startswith((".", "~$")))
    return sorted(found)


def _read_all(
    data_dir: Path, lake: Lake, files: Sequence[Path], listener: Callable[[Progress], None]
) -> tuple[dict[str, Entry], list[tuple[Path, str]], set[str]]:
    """Return the files that count from now on, the hash of each file given, and the hashes that the lake knew as they are."""
    manifest = lake.manifest()
    before = dict(manifest)
    contents: dict[str, Path] = {}
    order: list[tuple[Path, str]] = []
    for path in files:
        sha, modified_at = guard.hashed(path)
        if sha is None:
            continue  # gone since the folder was listed
        sighting = Sighting(*guard.shown(path), modified_at)
        manifest[sha] = manifest.get(sha, Entry("", ())).seen(sighting)
        contents.setdefault(sha, path)
        order.append((path, sha))
    known: tuple[tuple[Source, ...], reference.Registers] | None = None  # read only where a file is: often none is
    rules = rules_version(*own_folders(data_dir)) + _names_version(data_dir / "reference")
    for done, (sha, path) in enumerate(contents.items()):
        named = canonical(manifest[sha].sightings)
        listener(Progress("read", done, len(contents), named.name))
        key = hashlib.sha256(f"{sha}|{named.folder}|{named.name}|{named.modified}|{rules}".encode()).hexdigest()[:24]
        if not lake.has(key):
            known = known or (load_all(*own_folders(data_dir)), reference.registers(data_dir / "reference"))
            lake.add(*_guarded_reading(key, sha, path, named, *known))
        manifest[sha] = replace(manifest[sha], key=key)
    listener(Progress("read", len(contents), len(contents), ""))
    return manifest, order, {sha for sha in contents if sha in before and before[sha].key == manifest[sha].key}


def _names_version(folder: Path) -> str:
    """Return a hash of the registers that headings and file names are read with."""
    digest = hashlib.sha256()
    for name in ("units", "services", "payers"):
        path = folder / f"{name}.csv"
        if not path.is_file():
            reference.read_table(folder, name)  # raises Damaged
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _results(
    order: Sequence[tuple[Path, str]], manifest: dict[str, Entry], unchanged: set[str], files: pl.DataFrame
) -> list[FileResult]:
    """Return what became of each file given, as the build has it; a copy of another file says whose."""
    rows = {row["sha256"]: row for row in files.to_dicts()}
    results, shown = [], set()
    for path, sha in order:
        row, named = rows[sha], canonical(manifest[sha].sightings)
        folder, name = guard.shown(path)
        if sha in shown or (name, folder) != (named.name, named.folder):
            reason = (
                text(reference.say("duplicate_file", {"found": named.name}), "message") if name != named.name else ""
            )
            results.append(FileResult(name, folder, "unchanged", text(row, "source_title") or "", 0, 0, reason or ""))
            continue
        shown.add(sha)
        known = "unchanged" if sha in unchanged and row["status"] != "refused" else row["status"]
        results.append(
            FileResult(
                name, folder, known, text(row, "source_title") or "", row["rows_accepted"], row["rows_rejected"],
                text(row, "reason") or "",
            )
        )  # fmt: skip
    return results


# --- one file --------------------------------------------------------------------------------------------------------


def _guarded_reading(
    key: str, sha: str, path: Path, named: Sighting, sources: Sequence[Source], registers: reference.Registers
) -> tuple[Reading, dict[str, pl.DataFrame], pl.DataFrame, pl.DataFrame]:
    """Read a file; a fault of ours refuses that file alone, by the fault's name, and the others are loaded."""
    refused = Reading(key, sha, named.name, named.folder, 0, "refused", as_of=modified(named).isoformat())
    try:
        refused = replace(refused, bytes=path.stat().st_size)
        guard.check_size(refused.bytes)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == sha:
            return _reading(key, sha, content, named, sources, registers)
        refused = replace(refused, code="file_changing")
    except guard.TooLarge as error:
        refused = replace(refused, code="file_too_large", details={"found": error.found, "limit": error.limit})
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        refused = replace(refused, code="file_unexpected", details={"found": type(error).__name__})
    return refused, {}, _rejects([], ""), _observations([], "")


def _reading(
    key: str, sha: str, content: bytes, named: Sighting, sources: Sequence[Source], registers: reference.Registers
) -> tuple[Reading, dict[str, pl.DataFrame], pl.DataFrame, pl.DataFrame]:
    """Return what one file gives: its reading, the accepted records by kind, its rejects and observations."""
    bare = Reading(key, sha, named.name, named.folder, len(content), "refused", as_of=modified(named).isoformat())
    ending = Path(named.name).suffix.casefold()
    if ending not in ENDINGS:
        return (
            replace(bare, code="file_type", details={"found": ending or named.name}),
            {},
            _rejects([], ""),
            _observations([], ""),
        )
    try:
        document = read(content)
    except Unreadable as error:
        return replace(bare, code=error.code, details=error.details), {}, _rejects([], ""), _observations([], "")
    tables, nearest = _tables(document, sources, registers, named)
    if not tables:
        code, details = ("not_recognised", {"source": nearest.source.title, "missing": ", ".join(nearest.missing)}) if (
            nearest
        ) else ("nothing_recognised", {})  # fmt: skip
        return (
            replace(bare, code=code, details=details, encoding=document.encoding),
            {},
            _rejects([], ""),
            _observations([], ""),
        )
    conformed = [conform(sheet, table, registers.vocabulary) for sheet, table in tables]
    records, observations = _records(conformed, bare.file_id)
    dated, dated_from = as_of(document, named)
    seen = [o for c in conformed for o in c.observations] + observations
    recognised = {sheet.name for sheet, _ in tables}
    seen += [Observation("hidden_sheet", details={"found": name}) for name in document.hidden]
    seen += [
        Observation("sheet_not_recognised", s.name)
        for s in document.sheets
        if s.name not in recognised and s.cells.height > MOST_ROWS_OF_A_NOTE
    ]
    rejects = [r for c in conformed for r in c.rejects]
    accepted = sum(c.accepted for c in conformed)
    used = {c.source.name: c.source for c in conformed}
    reading = replace(
        bare,
        status="refused" if not accepted else "partly" if rejects else "accepted",
        code=None if accepted else "no_rows",
        details={} if accepted else {"source": ", ".join(s.title for s in used.values())},
        sources=tuple(used),
        titles=tuple(s.title for s in used.values()),
        titles_en=tuple(s.title_en for s in used.values()),
        kinds=tuple(sorted(records)),
        read=sum(c.read for c in conformed),
        accepted=accepted,
        rejected=sum(c.rejected for c in conformed),
        totals=sum(c.totals for c in conformed),
        other=sum(c.other for c in conformed),
        as_of=dated.isoformat(),
        as_of_from=dated_from,
        encoding=document.encoding,
    )
    return reading, records, _rejects(rejects, bare.file_id), _observations(seen, bare.file_id)


def _tables(
    document: Document, sources: Sequence[Source], registers: reference.Registers, named: Sighting
) -> tuple[list[tuple[Sheet, Table]], Nearest | None]:
    tables: list[tuple[Sheet, Table]] = []
    nearest: Nearest | None = None
    for sheet in document.sheets:
        for part in _parts(sheet, sources, registers, named):
            if isinstance(part, Nearest):
                nearest = nearest or part
            else:
                tables.append(part)
    return tables, nearest


def _parts(
    sheet: Sheet, sources: Sequence[Source], registers: reference.Registers, named: Sighting
) -> Iterator[tuple[Sheet, Table] | Nearest]:
    """Yield the tables of a sheet: where the same headings stand again below, another table begins with its own header block."""
    found = recognise(sheet, sources, registers.vocabulary, named.name, named.folder)
    if not isinstance(found, Table):
        if found:
            yield found
        return
    repeats = _repeated_headers(sheet, found)
    if not repeats:
        yield sheet, found
        return
    starts = [0, *(_block_start(sheet, found, row) for row in repeats)]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        rows = sheet.cells.filter(pl.col("row") > start)
        part = Sheet(sheet.name, rows.filter(pl.col("row") <= end) if end else rows)
        again = recognise(part, sources, registers.vocabulary, named.name, named.folder)
        if isinstance(again, Table):
            yield part, again


def _repeated_headers(sheet: Sheet, table: Table) -> list[int]:
    heading = sheet.cells.filter(pl.col("row") == table.header_first).row(0)[1:]
    if sum(bool(cell) for cell in heading) < CELLS_OF_A_HEADING:
        return []
    same = pl.all_horizontal(pl.col(f"c{i}") == cell for i, cell in enumerate(heading))
    return sheet.cells.filter(same & (pl.col("row") > table.header_last))["row"].to_list()


def _block_start(sheet: Sheet, table: Table, header_row: int) -> int:
    """Return the last row with figures above a repeated header: what follows it belongs to the next table."""
    measured = [f"c{value.index}" for value in table.values]
    figures = pl.any_horizontal(pl.col(c).str.contains(rf"^({NUMBER})?[0-9]") for c in measured)
    above = sheet.cells.filter(figures & (pl.col("row") < header_row))
    return above["row"].max() or 0  # ty: ignore[invalid-explicit-return]


def _records(conformed: Sequence[Conformed], file_id: str) -> tuple[dict[str, pl.DataFrame], list[Observation]]:
    frames: dict[str, list[pl.DataFrame]] = {}
    observations = []
    for kind in dict.fromkeys(c.source.kind for c in conformed):
        parts = [
            c.records.with_columns(pl.lit(c.sheet).alias("sheet"))
            for c in conformed
            if c.source.kind == kind and c.records.height
        ]
        if not parts:
            continue
        joined = pl.concat(parts, how="diagonal_relaxed").with_columns(pl.lit(file_id).alias("file_id"))
        if any(c.source.trailing_zero for c in conformed if c.source.kind == kind):
            joined, zero = without_trailing_zeros(joined)
            observations += zero
        columns = KINDS[kind]
        missing = [pl.lit(None, dtype).alias(name) for name, dtype in columns.items() if name not in joined.columns]
        if kind == "response" and "respondents" not in joined.columns:
            joined = joined.with_columns(pl.lit(1, pl.Int64).alias("respondents"))
            missing = [m for m in missing if m.meta.output_name() != "respondents"]
        frames[kind] = [
            joined.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in columns.items())
        ]
    return {kind: pl.concat(parts) for kind, parts in frames.items()}, observations


def without_trailing_zeros(records: pl.DataFrame) -> tuple[pl.DataFrame, list[Observation]]:
    """Return visit records without the last months that are zero throughout for a unit: those were not reported yet.

    A month with some patient in any service is kept whole, and so is a file of one month: there a zero is a zero.
    """
    if records["period"].n_unique() < 2:
        return records, []
    known = [c for c in ("new_count", "returning_count", "patients") if c in records.columns]
    is_nil = pl.col("is_nil").any() if "is_nil" in records.columns else pl.lit(False)
    amount = (pl.sum_horizontal(known).sum() + is_nil.cast(pl.Int64)).alias("amount")
    months = records.group_by("unit", "period").agg(amount)
    last = months.filter(pl.col("amount") > 0).group_by("unit").agg(pl.col("period").max().alias("last"))
    empty = months.join(last, on="unit", how="left", nulls_equal=True).filter(
        pl.col("last").is_null() | (pl.col("period") > pl.col("last"))
    )
    if not empty.height:
        return records, []
    kept = records.join(
        empty.select("unit", "period"), on=["unit", "period"], how="anti", nulls_equal=True, maintain_order="left"
    )
    groups = empty.group_by("period").agg(pl.len()).sort("period").rows()
    units = empty["unit"].n_unique()
    words = ", ".join(f"{month:%Y-%m} ({count} unit)" for month, count in groups)
    single = empty["unit"][0] if units == 1 else None
    return kept, [Observation("trailing_zero", unit=single, details={"months": words, "units": str(units)})]


def _rejects(rejects: Sequence[Reject], file_id: str) -> pl.DataFrame:
    rows = [{**asdict(r), "value": guard.quoted(r.value), **_stored(r, file_id)} for r in rejects]
    return pl.DataFrame(rows, schema=REJECT)


def _observations(observations: Sequence[Observation], file_id: str) -> pl.DataFrame:
    rows = [{**asdict(o), **_stored(o, file_id)} for o in observations]
    return pl.DataFrame(rows, schema=OBSERVATION).unique(maintain_order=True)


def _stored(remark: Reject | Observation, file_id: str) -> dict[str, str]:
    """Return what the lake writes otherwise of a remark than the remark has it: its file, and its details as JSON."""
    details = {name: guard.quoted(text) for name, text in remark.details.items()}
    return {"file_id": file_id, "details": json.dumps(details)}
