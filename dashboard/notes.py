"""The notes store: where what people write down is kept. The only module that opens it; decisions and saved views stand on it.

A SQLite file in the data folder, or the database that RAPOR_NOTES_URL names (or the file that RAPOR_NOTES_URL_FILE names).
The schema is made by the first write; reading a store that is not there yet finds nothing.
"""

import shutil
import sqlite3
import time
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from dashboard.folder import data_dir
from dashboard.words.text import _
from queries import disk, scratch, secret

VERSION = 1
ADDRESS = "RAPOR_NOTES_URL"
BUSY_SECONDS = 10
MEMORY = Path("/dev/shm")  # noqa: S108  a copy that is read for an instant, in a folder of its own
COPIES = 5  # at most, of a store that is written meanwhile
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
    with _calm(file), _readable(engine, file) as connection:
        has_version = sa.inspect(connection).has_table(_version.name)
        known = connection.scalar(sa.select(_version.c.version)) if has_version else None
        _understood(known)
        yield connection if known is not None and sa.inspect(connection).has_table(table.name) else None


@contextmanager
def writing() -> Generator[sa.Connection]:
    """Give a connection within a transaction that waits for other writers; raises Taken, Unavailable."""
    engine = _engine(url())
    file = _file(engine)
    with _calm(file), engine.connect() as connection:
        if file:
            _write_ahead(connection)
            connection.exec_driver_sql("pragma secure_delete = on")  # what is taken away stands in no free page
            connection.exec_driver_sql("begin immediate")
        _prepare(connection)
        try:
            yield connection
            connection.commit()
        except IntegrityError:
            raise Taken from None


@contextmanager
def _readable(engine: sa.Engine, file: Path | None) -> Generator[sa.Connection]:
    """Give a connection to read by."""
    if file is None:
        with engine.connect() as connection:
            yield connection
        return
    with readable(file) as place:
        here = (
            engine
            if place == file
            else sa.create_engine(sa.URL.create("sqlite", database=str(place)), poolclass=NullPool)
        )
        with here.connect() as connection:
            yield connection


@contextmanager
def readable(file: Path) -> Generator[Path]:
    """Give a SQLite store to read: itself, or a copy in memory where the disk takes not even what SQLite keeps beside a store."""
    if _is_read_in_place(file):
        yield file
        return
    with ExitStack() as held:
        try:
            scratch.sweep_copies(MEMORY)
            where = MEMORY if MEMORY.is_dir() else None
            folder = held.enter_context(TemporaryDirectory(prefix=scratch.COPY, dir=where))
            place = _copied(file, Path(folder))
        except OSError:
            place = file
        yield place


def _is_read_in_place(file: Path) -> bool:
    """Whether a store can be read where it stands; of one that is damaged or busy who reads it is told."""
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as store:
            store.execute("select 1 from sqlite_schema limit 1").fetchall()  # what is wrong shows at the first look
    except sqlite3.OperationalError as fault:
        return _is_busy(fault)
    except sqlite3.DatabaseError:
        return True
    return True


def _is_busy(fault: object) -> bool:
    return getattr(fault, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _copied(file: Path, to: Path) -> Path:
    """Copy a store with what was written last and stands beside it still; returns the store itself where it changes all the time."""
    parts = (file, file.with_name(f"{file.name}-wal"))
    for _try in range(COPIES):
        before = [path.stat() if path.is_file() else None for path in parts]
        for path in parts:
            if path.is_file():
                shutil.copyfile(path, to / path.name)
        if before == [path.stat() if path.is_file() else None for path in parts]:
            return to / file.name
    return file


def _write_ahead(connection: sa.Connection) -> None:
    """Have readers not wait for writers; SQLite does not wait itself where two first writers of a new file ask for it at once."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.exec_driver_sql("pragma journal_mode = wal")
        except OperationalError as fault:
            connection.rollback()
            if not _is_busy(fault.orig) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            connection.commit()
            return


@contextmanager
def _calm(file: Path | None) -> Generator[None]:
    """Turn a fault of the store into a sentence; its own message may hold a password or what was written."""
    try:
        yield
    except SQLAlchemyError as fault:
        if file and isinstance(fault, OperationalError) and (of_disk := disk.fault(file)):
            raise Unavailable(" ".join(of_disk)) from None
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
