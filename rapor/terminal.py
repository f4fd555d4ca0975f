"""What all commands share: the screen, the data folder, how a command is made and how one that can't go on says so."""
# ruff: noqa: PLC0415  rich draws what a command says; help, which needs it not, answers without it

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from rapor.help import Command, Group

if TYPE_CHECKING:
    from rich.console import Console

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT_DATA = (
    PROJECT / "data" if (PROJECT / "pyproject.toml").is_file() else Path("data")
)  # a package is not written into

SETTINGS: dict[str, Any] = {
    "context_settings": {"help_option_names": ["-h", "--help"]},
    "add_completion": False,
    "no_args_is_help": True,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "options_metavar": "[OPSI]",
    "subcommand_metavar": "PERINTAH [ARGUMEN]...",
    "cls": Group,
}

DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        envvar="RAPOR_DATA",
        metavar="FOLDER",
        help="Folder data: reference, inbox, lake, warehouse.",
        show_default="data/ di samping proyek, atau di folder ini bila terpasang sebagai paket",
    ),
]


@cache
def out() -> "Console":
    """Return the screen that results go to."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


@cache
def err() -> "Console":
    """Return the screen that progress and faults go to."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True, stderr=True)


def say(text: str, style: str = "", *, aside: bool = False) -> None:
    """Print a line as it is, without markup; `aside` puts it on the error stream, out of the way of results."""
    from rich.text import Text

    (err() if aside else out()).print(Text(text, style))


def command(group: typer.Typer, name: str, *examples: str) -> Callable:
    """Return the decorator that makes a function a command, its help ending with the examples."""
    return group.command(name, epilog="\n".join(("Contoh:", *examples)), options_metavar="[OPSI]", cls=Command)


def fail(what: str, mend: str = "") -> NoReturn:
    """Say what went wrong and what to do, and end with code 1."""
    say(what, "red", aside=True)
    if mend:
        say(mend, aside=True)
    raise typer.Exit(1)
