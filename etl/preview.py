"""What loading files would do, before it is done: what they are recognised as, what is accepted, and their figures beside the published.

Nothing is written: the files are read into memory, and only the reports of their kinds are read from the lake with them.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

import queries
from etl import reference
from etl.building import build, changes, frames, order
from etl.kinds import KINDS
from etl.lake import Entry
from etl.load import FileResult, Progress, look
from etl.rulings import NOTHING, Asked
from etl.shadow import Shadow
from queries.builds import current

# What rows of a kind are understood with, besides rows of their own kind.
UNDERSTOOD_WITH = {"performance": ("indicator",), "evaluation": ("employee",), "evaluation_indicator": ("employee",)}
FIGURES = {
    "visit": ("visit",),
    "response": ("index",),
    "performance": ("realisation", "target"),
}  # by kind: queries/figures


@dataclass(frozen=True)
class Spoken:
    """What one file speaks of: its kinds of rows, its units by name, its first and its last month.

    `unit_ids` are those that are known, with the units in which the persons that it names are and were published; `strangers` counts
    the units and persons that nobody knows, and rows that name none.
    """

    file: str
    kinds: tuple[str, ...]
    units: tuple[str, ...]
    unit_ids: tuple[str, ...]
    strangers: int
    first_month: date | None
    last_month: date | None


@dataclass(frozen=True)
class Preview:
    """What would become of the files; `beside` are the figures that they give or change, `published` the build they are held against.

    Exit code 0: all would be loaded; 3: something would be refused; 4: something would be held.
    """

    published: str | None
    files: list[FileResult]
    spoken: list[Spoken]
    rejects: pl.DataFrame
    findings: pl.DataFrame
    beside: pl.DataFrame
    seconds: float
    exit_code: int


def preview(
    data_dir: Path,
    paths: Sequence[Path],
    progress: Callable[[Progress], None] | None = None,
    asked: Asked = NOTHING,
) -> Preview:
    """Return what loading these files or folders would do; raises FileNotFoundError for a missing path."""
    began = time.monotonic()
    lake = Shadow(data_dir)
    given: dict[str, Entry] = {}

    def of_their_kinds(manifest: dict[str, Entry], hashes: set[str]) -> dict[str, Entry]:
        given.update({sha: manifest[sha] for sha in sorted(hashes)})
        kinds = {kind for entry in given.values() for kind in _kinds(lake, entry)}
        kinds |= {other for kind in kinds for other in UNDERSTOOD_WITH.get(kind, ())}
        return {sha: e for sha, e in manifest.items() if sha in hashes or any(lake.gives(e.key, k) for k in kinds)}

    files, ids, connection = look(data_dir, paths, lake, progress, of_their_kinds, asked)
    with connection:
        kinds = {kind for entry in given.values() for kind in _kinds(lake, entry)}
        published, beside = _beside(connection, current(data_dir), sorted(kinds), sorted(ids))
        posted = _posted(connection, is_published=published is not None)
        rejects, findings = frames.of(connection, "from load.reject"), frames.of(connection, "from load.finding")
    mine = pl.col("file_id").is_in(sorted(ids))
    named = [
        pl.col("message").str.contains(file.name, literal=True) for file in files
    ]  # a finding about what a file replaces
    rejects, findings = rejects.filter(mine), findings.filter(pl.any_horizontal(mine, *named))
    is_refused = bool(rejects.height) or any(file.status == "refused" for file in files)
    return Preview(
        published=published,
        files=files,
        spoken=list(_spoken(lake, given, reference.registers(data_dir / "reference"), posted)),
        rejects=rejects,
        findings=findings,
        beside=beside,
        seconds=time.monotonic() - began,
        exit_code=4 if any(file.status == "held" for file in files) else 3 if is_refused else 0,
    )


def _kinds(lake: Shadow, entry: Entry) -> list[str]:
    return [kind for kind in KINDS if lake.gives(entry.key, kind)]


def _spoken(
    lake: Shadow, given: Mapping[str, Entry], registers: reference.Registers, posted: Mapping[str, set[str]]
) -> Iterator[Spoken]:
    for sha, entry in given.items():
        one = {sha: entry}
        units: set[str] = set()
        months: set[date] = set()
        known: set[str] = set()
        strangers = 0
        for kind in _kinds(lake, entry):
            for rows in (*map(pl.read_parquet, lake.paths(one, kind)), *lake.frames(one, kind)):
                months |= set(rows["period"].drop_nulls()) if "period" in rows.columns else set()
                if "unit" in rows.columns:
                    units |= set(rows["unit"].drop_nulls())
                    strangers += rows["unit"].null_count()
                for nip in rows["nip"].unique() if "nip" in rows.columns else ():
                    known |= posted.get(nip, set())
                    strangers += nip not in posted and "unit" not in rows.columns  # a list of employees brings new ones
        ids = {name: registers.units.find(name) for name in units}
        found = {registers.units.shown[unit] if unit else name for name, unit in ids.items()}
        name = lake.reading(entry.key).name
        span = (min(months), max(months)) if months else (None, None)
        known |= {unit for unit in ids.values() if unit}
        strangers += sum(unit is None for unit in ids.values())
        yield Spoken(name, tuple(_kinds(lake, entry)), tuple(sorted(found)), tuple(sorted(known)), strangers, *span)


def _posted(connection: duckdb.DuckDBPyConnection, *, is_published: bool) -> dict[str, set[str]]:
    """Return the units in which each person, by his number, is in the build in memory and was in the one attached as `before`."""
    posted: dict[str, set[str]] = {}
    found = connection.execute("select nip, unit_id from employee").fetchall()
    if is_published:
        with suppress(duckdb.Error):  # that one is of another schema, or damaged
            found += connection.execute("select nip, unit_id from before.employee").fetchall()
    for nip, unit in found:
        posted.setdefault(nip, set()).add(unit)
    return posted


def _beside(
    connection: duckdb.DuckDBPyConnection, published: Path | None, kinds: Sequence[str], ids: Sequence[str]
) -> tuple[str | None, pl.DataFrame]:
    """Return the published build's id and the figures of the files beside those that it has."""
    build_id = None
    if changes.attach(connection, published) == changes.ATTACHED:
        try:
            build_id = connection.execute("select build_id from before.load.build").fetchall()[0][0]
        except (duckdb.Error, IndexError):
            build_id = None
    (query,) = queries.files("preview")
    wanted = {f"figures/{name}" for kind in kinds for name in FIGURES.get(kind, ())}
    parts = []
    for figures in queries.files("figures"):
        if figures.name in wanted:
            if order.ordered(figures.sql):  # only survey's figures rest on a mart
                build.make_marts(connection, figures.sql)
            _hold(connection, figures.sql, is_published=build_id is not None)
            values = {"kind": figures.name.split("/")[1], "files": list(ids)}
            parts.append(frames.of(connection, query.sql, values))
    return build_id, pl.concat(parts) if parts else pl.DataFrame()


def _hold(connection: duckdb.DuckDBPyConnection, sql: str, *, is_published: bool) -> None:
    """Put what a query of figures gives into figures_now and figures_before."""
    connection.execute(f"create or replace temp table figures_now as {sql}")
    connection.execute("create or replace temp table figures_before as from figures_now limit 0")
    if not is_published:
        return
    ((here,),) = connection.execute("select current_database()").fetchall()
    try:
        connection.execute("use before")
        connection.execute(f"create or replace temp table figures_before as {sql}")
    except duckdb.Error:  # of another schema, or damaged
        pass
    finally:
        connection.execute(f'use "{here}"')
