"""The format of a build: a number that stands in it, so that software which does not know it says so and reads nothing."""

from typing import TYPE_CHECKING

from queries.language import _

if TYPE_CHECKING:
    import duckdb

BUILD = 8  # what etl's schema.sql writes down


class OlderBuild(Exception):
    """A build of an older format lacks what is asked of it: `what` says so, `mend` what to do."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


def of_build(connection: "duckdb.DuckDBPyConnection") -> int:
    """Return the format of an open build; one of version 0.1 has no number and is of format 1."""
    tables = "select count(*) from duckdb_tables() where schema_name = 'load' and table_name = 'format'"
    ((has_number,),) = connection.execute(tables).fetchall()
    return connection.execute("select number from load.format").fetchall()[0][0] if has_number else 1


def expect_current(connection: "duckdb.DuckDBPyConnection") -> None:
    """Raise OlderBuild where an open build is in an older format than that of today; a database that is no build passes."""
    ((is_build,),) = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'load' and table_name = 'build'"
    ).fetchall()
    if not is_build or (found := of_build(connection)) >= BUILD:
        return
    ((build,),) = connection.execute("select build_id from load.build").fetchall()
    words = _(
        "Data terbitan {build} dari versi Rapor yang lama (format {found}, sekarang {known}): tidak memuat semua yang diperlukan.",
        build=build,
        found=found,
        known=BUILD,
    )
    mend = _("Jalankan `rapor upgrade`, atau `rapor load`: data diterbitkan lagi dari laporan yang sama.")
    raise OlderBuild(words, mend)
