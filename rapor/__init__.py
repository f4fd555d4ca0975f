"""The command line: the front door that joins etl and dashboard, importing each only when asked.

Every text is Indonesian, for the clerk who loads the reports; `--lang en` or RAPOR_LANG makes it English.
Exit codes: 0 well, 1 nothing done, 2 wrong usage, 3 partly done, 4 something waits for a person.
"""
# ruff: noqa: PLC0415  a command imports only what it needs: `--help` answers at once, a load never imports Streamlit

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

from queries import language, private
from rapor import (
    auditing,
    builds,
    declaring,
    folders,
    forgetting,
    loading,
    meetings,
    messaging,
    querying,
    replicating,
    returning,
    serving,
    support,
    templates,
    tracing,
    users,
    watching,
)
from rapor.help import LANGUAGE_OPTION, LANGUAGE_VARIABLE, asked_language
from rapor.keeping import commands as keeping
from rapor.terminal import SETTINGS, say

app = typer.Typer(
    help="Rapor mengubah laporan yang sudah dimiliki perangkat daerah menjadi satu gambaran tepercaya bagi pimpinan.",
    epilog="Mulai dari sini, dengan data contoh:\nrapor demo\n"
    "Dengan data sendiri, laporannya di DIR/inbox:\nrapor init DIR\nrapor load --data-dir DIR\nrapor serve --data-dir DIR",
    **SETTINGS,
)


class Language(StrEnum):
    """The languages that the terminal speaks."""

    id = "id"
    en = "en"


@app.callback()
def start(
    ctx: typer.Context,
    lang: Annotated[  # read by `help.Group` before anything is said
        Language, typer.Option(LANGUAGE_OPTION, envvar=LANGUAGE_VARIABLE, help="Bahasa semua teks: id atau en.")
    ] = Language.id,
) -> None:
    """Take the options that hold for every command."""
    ctx.with_resource(private.for_owner())


for part in (
    loading,
    watching,
    returning,
    builds,
    serving,
    querying,
    declaring,
    templates,
    tracing,
    meetings,
    messaging,
    keeping,
    folders,
    auditing,
    forgetting,
    support,
    users,
    replicating,
):
    part.register(app)


def main() -> None:
    """Run the command line; what nobody foresaw is said in one line, in full with RAPOR_DEBUG=1."""
    language.use(asked_language(sys.argv[1:])[0])  # for what is said after the command, too
    try:
        app()
    except Exception as unexpected:
        if os.environ.get("RAPOR_DEBUG"):
            raise
        from etl.trouble import explain

        what, mend = explain(unexpected)
        say(what, "red", aside=True)
        say(mend, aside=True)
        sys.exit(1)
