"""The notes store: where what people write down is kept. The only module that opens it; decisions and saved views stand on it.

A SQLite file in the data folder, or the database that RAPOR_NOTES_URL names (or the file that RAPOR_NOTES_URL_FILE names).
The schema is made by the first write; reading a store that is not there yet finds nothing.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from dashboard.folder import data_dir
from dashboard.words.text import _
from queries import secret

VERSION = 1
ADDRESS = "RAPOR_NOTES_URL"
BUSY_SECONDS = 10
TABLES = sa.MetaData()
_version = sa.Table("notes_version", TABLES, sa.Column("version", sa.Integer, primary_key=True, autoincrement=False))


class Unavailable(Exception):
    """The store can't be read or written; the message says what to do."""


class Taken(Exception):
    """Somebody else wrote in the same place first; nothing was written."""


def events_table(name: str, of: str) -> sa.Table:
    """Return a table of events that are only ever added, numbered from 1 for each thing that they happen to (`of`)."""
    return sa.Table(
        name,
        TABLES,
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column(of, sa.String(32), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        sa.UniqueConstraint(of, "position"),  # of two writers who saw the same state, one is told
    )


def url() -> sa.URL:
    """Return where the notes are: RAPOR_NOTES_URL, else notes.sqlite in the data folder; raises Unavailable."""
    try:
        address = secret.given(ADDRESS)
    except (OSError, secret.Exposed) as exposed:
        raise Unavailable(str(exposed)) from None
    if not address:
        return sa.URL.create("sqlite", database=str(data_dir() / "notes.sqlite"))
    try:
        return sa.make_url(address)
    except ArgumentError:
        raise Unavailable(_("Alamat penyimpanan catatan (RAPOR_NOTES_URL) tidak dapat dibaca.")) from None


@cache
def _engine(address: sa.URL) -> sa.Engine:
    """Return the one engine of an address; a SQLite file is opened anew each time, as it may be replaced meanwhile."""
    try:
        if address.get_backend_name() == "sqlite":
            return sa.create_engine(address, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
        return sa.create_engine(address, pool_pre_ping=True)
    except NoSuchModuleError:
        raise Unavailable(_("Alamat penyimpanan catatan (RAPOR_NOTES_URL) tidak dapat dibaca.")) from None
    except ImportError as missing:
        words = _("Penyimpanan catatan memerlukan paket {name}, yang belum terpasang.", name=missing.name)
        raise Unavailable(words) from None


def _file(engine: sa.Engine) -> Path | None:
    """Return the file of a SQLite store, None for another."""
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    return Path(name) if name else None


@contextmanager
def reading(table: sa.Table) -> Generator[sa.Connection | None]:
    """Give a connection to the store, None where nothing was written into the table yet; raises Unavailable."""
    engine = _engine(url())
    file = _file(engine)
    if file is not None and not file.is_file():
        yield None
        return
    with _calm(), engine.connect() as connection:
        has_version = sa.inspect(connection).has_table(_version.name)
        known = connection.scalar(sa.select(_version.c.version)) if has_version else None
        _understood(known)
        yield connection if known is not None and sa.inspect(connection).has_table(table.name) else None


@contextmanager
def writing() -> Generator[sa.Connection]:
    """Give a connection within a transaction that waits for other writers; raises Taken, Unavailable."""
    engine = _engine(url())
    is_file = engine.dialect.name == "sqlite"
    with _calm(), engine.connect() as connection:
        if is_file:
            _write_ahead(connection)
            connection.exec_driver_sql("pragma secure_delete = on")  # what is taken away stands in no free page
            connection.exec_driver_sql("begin immediate")
        _prepare(connection)
        try:
            yield connection
            connection.commit()
        except IntegrityError:
            raise Taken from None


def _write_ahead(connection: sa.Connection) -> None:
    """Have readers not wait for writers; SQLite does not wait itself where two first writers of a new file ask for it at once."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.exec_driver_sql("pragma journal_mode = wal")
        except OperationalError:
            connection.rollback()
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            connection.commit()
            return


@contextmanager
def _calm() -> Generator[None]:
    """Turn a fault of the store into a sentence; its own message may hold a password or what was written."""
    try:
        yield
    except SQLAlchemyError:
        words = _("Catatan keputusan belum dapat dibuka; periksa folder data dan hak tulisnya, lalu coba lagi.")
        raise Unavailable(words) from None


def _prepare(connection: sa.Connection) -> None:
    """Make what is missing of the schema, within the writer's transaction."""
    if connection.dialect.name == "postgresql":  # two first writers would otherwise both make the tables
        connection.exec_driver_sql("select pg_advisory_xact_lock(7261706)")
    TABLES.create_all(connection)
    known = connection.scalar(sa.select(_version.c.version))
    if known is None:
        connection.execute(sa.insert(_version).values(version=VERSION))
    _understood(known)


def _understood(version: int | None) -> None:
    if version is not None and version > VERSION:
        words = _(
            "Catatan keputusan dibuat oleh Rapor yang lebih baru (format {found}, yang dikenal {known}); perbarui Rapor dulu.",
            found=version, known=VERSION,
        )  # fmt: skip
        raise Unavailable(words)
