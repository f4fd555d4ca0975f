"""Rollups made by Spark: it reads the accepted rows of the lake as they lie, and of the build what DuckDB hands it, as Parquet; what it
gives lies as Parquet beside the build, and DuckDB takes it in as it takes its own rows."""

import logging
import re
import shutil
import warnings
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import duckdb
import grpc
import polars as pl
from pyspark.errors import PySparkException
from sqlglot.errors import SqlglotError

from etl.kinds import KINDS, SUMMED
from etl.lake import Entry, Lake
from etl.reading.guard import as_pattern
from etl.spark import server
from etl.spark.dialect import translated
from etl.trouble import Damaged
from queries.language import _

if TYPE_CHECKING:
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession

PORT = 15002  # of a Spark Connect server whose address says none
_SQL = {pl.String: "string", pl.Int64: "bigint", pl.Int32: "int", pl.Float64: "double", pl.Boolean: "boolean",
        pl.Date: "date", pl.Datetime("us"): "timestamp_ntz"}  # fmt: skip


@contextmanager
def opened(remote: str, memory: str, scratch: Path) -> Generator[Callable[..., "Rollups"]]:
    """Yield what makes the rollups of a build, on the server of an address or on one that is started here when the first is asked for.

    Raises Damaged where the server can't be reached, goes away, or refuses. The scratch folder is gone afterwards.
    """
    where = urlsplit(remote).netloc or _("komputer ini")
    try:
        with ExitStack() as stack:

            @cache
            def session() -> "SparkSession":
                scratch.mkdir(parents=True)
                address = remote or stack.enter_context(server.started(memory, scratch))
                return stack.enter_context(_session(address))

            yield partial(Rollups, session, scratch)
    except (PySparkException, grpc.RpcError) as error:
        # Only the kind of an error is told: its words may quote what a report says.
        why = (error.getCondition() if isinstance(error, PySparkException) else None) or type(error).__name__
        what = _("Rollup tidak selesai di server Spark ({where}): {why}.", where=where, why=why)
        mend = _(
            "Data terbitan sebelumnya tetap dipakai. Periksa server itu lalu ulangi, atau hapus engine.toml: DuckDB yang membuatnya."
        )
        raise Damaged(what, mend) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def expect(remote: str) -> None:
    """Raise Damaged where no server answers at an address; without one, where no Java is there to run one."""
    if not remote:
        server.java()
        return
    host, port = urlsplit(remote).hostname, urlsplit(remote).port or PORT
    if not host or not server.answers(host, port, 10):
        what = _("Server Spark di {host}:{port} tidak menjawab.", host=host, port=port)
        raise Damaged(what, _("Nyalakan server itu, atau hapus engine.toml: rollup lalu dibuat oleh DuckDB."))


@contextmanager
def _session(address: str) -> "Generator[SparkSession]":
    """Yield a session of its own on a server, which waits seconds for an answer, where PySpark would wait ten minutes."""
    expect(address)
    logging.getLogger("SQLQueryContextLogger").setLevel(
        logging.CRITICAL
    )  # PySpark's own words quote values and Java's stack
    with warnings.catch_warnings(action="ignore"):  # of a newer pandas, which is not asked
        from pyspark.sql.connect.client.retries import DefaultPolicy  # noqa: PLC0415  they import pandas
        from pyspark.sql.connect.session import SparkSession  # noqa: PLC0415

        session = SparkSession.builder.remote(address).create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=6, max_backoff=2000, max_server_retry_delay=2000)])
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.conf.set("spark.sql.ansi.enabled", "true")
    try:
        yield session
    finally:
        with suppress(Exception):
            session.stop()


class Rollups:
    """The rollups of one build: each reads the lake, what the build has so far, and the rollups before it."""

    def __init__(
        self,
        session: "Callable[[], SparkSession]",
        scratch: Path,
        connection: duckdb.DuckDBPyConnection,
        lake: Lake,
        files: Mapping[str, Entry],
    ) -> None:
        self._session, self._scratch = session, scratch
        self._connection, self._lake, self._files = connection, lake, files
        self._shown: set[str] = set()

    def __call__(self, name: str, sql: str) -> str:
        """Make a rollup; return the SELECT that reads its rows where DuckDB takes them in."""
        try:
            rollup = translated(sql)
        except SqlglotError as error:
            raise ValueError(f"rollups/{name}.sql can't be translated to Spark") from error
        for table, view in rollup.reads.items():
            if table not in self._shown:
                self._show(table, view)
        folder = self._scratch / "made" / name
        self._session().sql(rollup.sql).write.parquet(str(folder))
        self._session().read.parquet(_literal(folder)).createOrReplaceTempView(name)
        self._shown.add(name)
        return f"select * from read_parquet('{_quoted(as_pattern(folder))}/*.parquet')"  # noqa: S608  a path of our own

    def _show(self, table: str, view: str) -> None:
        """Make a table readable in Spark: rows of the lake where they lie, what else there is as DuckDB writes it."""
        schema, _, kind = table.rpartition(".")
        self._frame(table, kind if schema == "lake" and kind in KINDS else None).createOrReplaceTempView(view)
        self._shown.add(table)

    def _frame(self, table: str, kind: str | None) -> "DataFrame":
        paths = self._lake.paths(self._files, kind, in_sums=kind in SUMMED) if kind else []
        if kind and paths:
            columns = ", ".join(f"`{name}` {_SQL[dtype]}" for name, dtype in KINDS[kind].items())
            # What a reading of an older version lacks is null, as the schema is given.
            return self._session().read.schema(columns).parquet(*map(_literal, paths))
        path = self._scratch / "read" / f"{table}.parquet"
        path.parent.mkdir(exist_ok=True)
        self._connection.execute(f"copy (from {table}) to '{_quoted(str(path))}' (format parquet)")
        return self._session().read.parquet(_literal(path))


def _literal(path: Path) -> str:
    """Return a path as Spark reads it, which takes one for a pattern."""
    return re.sub(r"([\\*?{}\[\],])", r"\\\1", str(path))


def _quoted(path: str) -> str:
    return path.replace("'", "''")
