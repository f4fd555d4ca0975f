"""The command line: the front door that joins etl and dashboard, importing each only when asked.

Every text is Indonesian: the clerk who loads the reports reads it.
Exit codes: 0 well, 1 nothing done, 2 wrong usage, 3 partly done.
"""
# ruff: noqa: PLC0415  a command imports only what it needs: `--help` answers at once, a load never imports Streamlit

import os
import sys

import typer
from rich.text import Text

from rapor import folders, loading, meetings, querying, serving, tracing
from rapor.console import SETTINGS, err

app = typer.Typer(
    help="Rapor mengubah laporan yang sudah dimiliki perangkat daerah menjadi satu gambaran tepercaya bagi pimpinan.",
    epilog="Mulai dari sini: [bold]rapor demo[/] membuka dasbor dengan data contoh.\n\n"
    "Data sendiri: [bold]rapor init DIR[/], taruh laporan di DIR/inbox, lalu [bold]rapor load[/] dan "
    "[bold]rapor serve[/].",
    **SETTINGS,
)
for part in (loading, serving, querying, tracing, meetings, folders):
    part.register(app)


def main() -> None:
    """Run the command line; what nobody foresaw is said in one line, in full with RAPOR_DEBUG=1."""
    try:
        app()
    except Exception as unexpected:
        if os.environ.get("RAPOR_DEBUG"):
            raise
        from etl.trouble import explain

        what, mend = explain(unexpected)
        err.print(Text(what, "red"))
        err.print(Text(mend))
        sys.exit(1)
