"""The only place that opens a build: read-only, cached by build, query, parameters and viewer."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import streamlit as st

import queries
from dashboard import access
from dashboard.access import Viewer
from dashboard.folder import data_dir
from dashboard.kept import Kept
from dashboard.kept import one as kept_one
from dashboard.words import text
from queries import builds, comparing, disk, edits, formats, scratch
from queries.explore import viewer_file
from queries.explore.tables import tables
from queries.months import first_of_month

THREADS = 1  # of a page's queries
OlderBuild = formats.OlderBuild
Damaged = (duckdb.Error, OlderBuild)  # what reading a build raises that is damaged or of another make
_chosen: ContextVar[Path | None] = ContextVar("build", default=None)


class NoBuild(Exception):
    """There is no published build to read."""


@dataclass(frozen=True)
class Build:
    """What the build is; months are those of the visits."""

    id: str
    as_of: datetime | None
    district: str
    is_sample: bool
    first_month: date
    last_month: date


@contextmanager
def using(path: Path) -> Generator[None]:
    """Read this build instead of the current one within a `with` block."""
    token = _chosen.set(path)
    try:
        yield
    finally:
        _chosen.reset(token)


def kept(build_id: str) -> Path:
    """Return the file of a build by its id; raises NoBuild where it is not kept."""
    name = f"{Path(build_id).name}.duckdb"
    if path := builds.find(data_dir(), name):
        return path
    raise NoBuild(str(data_dir() / "warehouse" / name))


def current_path() -> Path:
    """Return the file of the current build; raises NoBuild, naming the pointer to it."""
    if chosen := _chosen.get():
        return chosen
    path = builds.current(data_dir())
    if path is None:
        raise NoBuild(str(data_dir() / "warehouse" / "current"))
    return path


@st.cache_resource(max_entries=6, show_spinner=False)
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    if not builds.is_whole(Path(path)):
        raise duckdb.IOException(path)  # cut off or altered since it was published
    connection = duckdb.connect(path, read_only=True, config=builds.OPENED)
    connection.execute("set enable_external_access = false")
    if Path(path).parent.name == "warehouse":
        # A page's queries are small and many run beside each other: one thread each. What they give is the same on any number,
        # as each sum of decimals says the order of its terms. An analysis file may hold millions of rows and keeps all cores.
        connection.execute(f"set threads = {THREADS}")
    connection.execute("set lock_configuration = true")
    return connection


def let_go() -> None:
    """Close the builds that are open, for one that opens them by itself in this process."""
    _connection.clear()
    _frames.clear()


@st.cache_data(max_entries=3, show_spinner=False)
def _build(path: str) -> Build:
    row = (
        _connection(path)
        .cursor()
        .execute("select build_id, as_of, district, is_sample, first_month, last_month from load.build")
        .fetchone()
    )
    if row is None:
        raise NoBuild(path)
    build_id, as_of, district, is_sample, first, last = row
    today = first_of_month((as_of or datetime.now()).date())
    return Build(build_id, as_of, district, is_sample, first or today, last or today)


def build() -> Build:
    """Return the current build; raises NoBuild."""
    return _build(str(current_path()))


@st.cache_data(max_entries=3, show_spinner=False)
def _tables_version(path: str) -> str:
    ((version,),) = _connection(path).cursor().execute("select reference_version from load.comparison").fetchall()
    return version[:64]  # what stands behind it is of persons forgotten


def has_tables_of_today() -> bool:
    """Whether the current build was made of the reference tables as they are now; raises NoBuild."""
    return _tables_version(str(current_path())) == edits.version(data_dir() / "reference")


@st.cache_data(max_entries=3, show_spinner=False)
def _few(path: str) -> access.Few:
    return access.few_of(queries.load("accountability/held_by_few").run(_connection(path).cursor()))


# By their values themselves: to hash and to unpack them, as Streamlit's cache does, took a quarter of a rerun.
_frames: Kept[pl.DataFrame] = Kept(2000, kept_one)


def _fetch(
    path: str, name: str, parameters: tuple[tuple[str, Any], ...], viewer: Viewer, language: str
) -> pl.DataFrame:
    values = {key: list(value) if isinstance(value, tuple) else value for key, value in parameters}
    frame = queries.load(name).run(_connection(path).cursor(), **values)
    return access.protect(frame, viewer, _few(path))


def fetch(query_name: str, viewer: Viewer, **parameters: Any) -> pl.DataFrame:
    """Return the result set of a query for a viewer: rows of the units that it covers, names as it may see them.

    `area` (the code of a kecamatan) narrows them to the service units in it.
    """
    units = _within(viewer, parameters.get("area"))
    frozen = {key: tuple(value) if isinstance(value, list) else value for key, value in parameters.items()}
    wanted = queries.load(query_name).parameters
    chosen = tuple(sorted((key, value) for key, value in ({**frozen, "units": units}).items() if key in wanted))
    asked = (str(current_path()), query_name, chosen, viewer, text.language())
    return _frames.of(asked, lambda: _fetch(*asked)).clone()


def fetch_if_there(query_name: str, viewer: Viewer, **parameters: Any) -> pl.DataFrame:
    """Return what `fetch` does; without rows or columns where the build is in an older format, which lacks what is asked for."""
    try:
        return fetch(query_name, viewer, **parameters)
    except formats.OlderBuild:
        return pl.DataFrame()


# What a person reads of himself though he covers no unit: result sets about one person; of those beside him a count alone.
OWN = {
    "accountability/person": None,
    "accountability/person_components": None,
    "accountability/person_history": None,
    "accountability/person_indicators": None,
    "accountability/person_feeds": None,
    "accountability/person_neighbours": ("alike_people",),
}


def fetch_own(query_name: str, viewer: Viewer, **parameters: Any) -> pl.DataFrame:
    """Return a result set of OWN about the viewer himself; raises KeyError where another is asked for, or he has no record."""
    columns = OWN[query_name]
    if viewer.employee is None:
        raise KeyError(query_name)
    found = fetch(query_name, replace(viewer, units=None), **(parameters | {"employee": viewer.employee}))
    return found if columns is None else found.select(columns)


def nip(viewer: Viewer, employee: str) -> str | None:
    """Return the number of a person whom the viewer covers, whole and kept nowhere; None of another, or without the right to it."""
    if not (viewer.sees_names and viewer.may("reveal")):
        return None
    query = queries.load("accountability/person")
    asked = {name: None for name in query.parameters} | {"employee": employee}
    asked |= {"units": list(viewer.units)} if viewer.units is not None else {}
    found = query.run(_connection(str(current_path())).cursor(), **asked)
    return found["nip"][0] or None if found.height == 1 else None


def units_of(unit: str) -> tuple[str, ...]:
    """Return a unit and all units under it in the current build, sorted; nothing where it is not known or there is no build."""
    try:
        return _units_of(str(current_path()), unit)
    except NoBuild:
        return ()


@st.cache_data(max_entries=500, show_spinner=False)
def _units_of(path: str, unit: str) -> tuple[str, ...]:
    found = queries.load("overview/units_of").run(_connection(path).cursor(), unit=unit)
    return tuple(found["unit_id"])


def _within(viewer: Viewer, area: str | None) -> tuple[str, ...] | None:
    """Return the units that a viewer covers in an area; None for all of the district."""
    if area is None:
        return viewer.units
    found = fetch("overview/area_units", viewer, kecamatan=area)
    return tuple(found["unit_id"])


@st.cache_data(max_entries=3, show_spinner=False)
def _names(path: str) -> dict[str, str]:
    return dict(queries.load("explore/names").run(_connection(path).cursor()).iter_rows())


def english_names() -> dict[str, str]:
    """Return what categories of the current build are called in English, by their Indonesian names."""
    return _names(str(current_path()))


@st.cache_data(max_entries=5, show_spinner=False)
def _changes(older: str, newer: str) -> str | None:
    with duckdb.connect(config=builds.OPENED) as connection:
        try:
            for path, name in ((older, "before"), (newer, "now")):
                connection.execute(f"""attach '{path.replace("'", "''")}' as "{name}" (read_only)""")
            ((reference, software),) = connection.execute(
                "select older.reference_version <> newer.reference_version, older.software_version <> newer.software_version"
                " from before.load.comparison as older, now.load.comparison as newer"
            ).fetchall()
            connection.execute("create temp table differences as from now.load.change limit 0")
            comparing.insert(
                connection, "now", "temp.differences", is_reference_changed=reference, is_software_changed=software
            )
        except duckdb.Error:
            return None
        return connection.sql("from temp.differences").pl().write_json()


def changes(older: Path, newer: Path) -> str | None:
    """Return what the newer build says otherwise than the older one, as JSON that trace/changes takes; None where one can't be read."""
    return _changes(str(older), str(newer))


@st.cache_data(max_entries=3, show_spinner=False)
def _areas(path: str, modified: float) -> dict[str, Any]:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def areas() -> dict[str, Any] | None:
    """Return the GeoJSON of the kecamatan, or None where the district has no map."""
    path = data_dir() / "reference" / "kecamatan.geojson"
    return _areas(str(path), path.stat().st_mtime) if path.is_file() else None


def analysis_file(viewer: Viewer) -> Path:
    """Return the file that analyses run on: what a viewer may see of the current build; made where it is not there yet."""
    path = current_path()
    asked = [name for name in tables() if viewer.asks(name)]
    target = viewer_file.place(data_dir(), path.stem, viewer.units, viewer.sees_names, asked)
    if target.is_file():
        return target
    try:
        viewer_file.tidy(data_dir())
        return _made(viewer, path, target, asked)
    except (OSError, duckdb.Error) as fault:
        if disk.explain(fault, target) is None and not disk.room(target).is_read_only:
            raise
        # The disk of the data folder takes nothing: the file stands elsewhere for a while.
        return _made(viewer, path, scratch.own() / target.name, asked)


def _made(viewer: Viewer, path: Path, target: Path, asked: list[str]) -> Path:
    with text.speaking("id"):  # one file for readers of both languages
        return viewer_file.make(
            _connection(str(path)).cursor(),
            target,
            viewer.units,
            lambda frame: access.protect(frame, viewer, _few(str(path))),
            asked,
        )


@st.cache_data(max_entries=300, show_spinner=False)  # an answer may have a hundred thousand groups
def _ask(path: str, sql: str) -> pl.DataFrame:
    return _connection(path).cursor().sql(sql).pl()


def ask(viewer: Viewer, sql: str) -> pl.DataFrame:
    """Return the answer to a SELECT of queries.explore.slices on the viewer's file."""
    return _ask(str(analysis_file(viewer)), sql)
