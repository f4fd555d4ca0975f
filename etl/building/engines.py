"""Which engine makes the rollups of a data folder: DuckDB in the load itself, or Apache Spark where `engine.toml` says so."""

import re
import tomllib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType

import duckdb

from etl.lake import Entry, Lake
from etl.trouble import Damaged
from queries.language import _

FILE = "engine.toml"
ENGINES = ("duckdb", "spark")

Rollup = Callable[[str, str], str]  # name and SQL of a rollup -> the SELECT that gives its rows in the build
Engine = Callable[[duckdb.DuckDBPyConnection, Lake, Mapping[str, Entry]], Rollup]


@dataclass(frozen=True)
class Setting:
    """What `engine.toml` says: the engine; the address of a Spark Connect server, or the memory of one that a load starts here."""

    engine: str = "duckdb"
    remote: str = ""
    memory: str = "2g"


def read(data_dir: Path) -> Setting:
    """Return which engine a data folder asks for, DuckDB where it does not say; raises Damaged where that can't be understood."""
    path = data_dir / FILE
    if not path.is_file():
        return Setting()
    known = [each.name for each in fields(Setting)]
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _wrong(path, _("tidak terbaca sebagai TOML")) from error
    for name, value in said.items():
        if name not in known or not isinstance(value, str):
            raise _wrong(path, _("{name} tidak dikenal; yang ada: {known}", name=name, known=", ".join(known)))
    setting = Setting(**said)
    if setting.engine not in ENGINES:
        raise _wrong(path, _("engine adalah salah satu dari {known}", known=", ".join(ENGINES)))
    if setting.remote and not re.fullmatch(r"sc://[\w.\-\[\]:]+(/(;(?!token=)[\w=.\-]+)*)?", setting.remote):
        raise _wrong(path, _("remote berbentuk sc://server:15002, tanpa kata sandi"))
    if not re.fullmatch(r"[1-9]\d*[mg]", setting.memory):
        raise _wrong(path, _("memory berbentuk 2g atau 512m"))
    return setting


def _wrong(path: Path, what: str) -> Damaged:
    return Damaged(
        f"{path}: {what}",
        _("Perbaiki berkas itu, atau hapus: rollup lalu dibuat oleh DuckDB. Lihat docs/operating.md."),
    )


@contextmanager
def opened(data_dir: Path, scratch: Path) -> Generator[Engine | None]:
    """Yield what makes the rollups of a data folder, None for DuckDB; the scratch folder is its own while it works.

    Raises Damaged where the engine asked for can't be had, or goes away meanwhile.
    """
    setting = read(data_dir)
    if setting.engine == "duckdb":
        yield None
        return
    with _spark(data_dir).opened(setting.remote, setting.memory, scratch) as engine:
        yield engine


def expect(data_dir: Path) -> None:
    """Raise Damaged where the engine that a data folder asks for can't be had: a package, a Java runtime, or the server is missing."""
    setting = read(data_dir)
    if setting.engine == "spark":
        _spark(data_dir).expect(setting.remote)


def _spark(data_dir: Path) -> ModuleType:
    try:
        from etl.spark import rollups  # noqa: PLC0415  its packages are a group of their own
    except ImportError as missing:
        what = _("{path} meminta Spark, tetapi paket {name} tidak terpasang.", path=data_dir / FILE, name=missing.name)
        mend = _("Pasang dengan: uv sync --group spark; atau hapus berkas itu: rollup lalu dibuat oleh DuckDB.")
        raise Damaged(what, mend) from missing
    return rollups
