"""What all commands share: the screen, Indonesian help, the data folder, and how a command that can't go on says so."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT_DATA = (
    PROJECT / "data" if (PROJECT / "pyproject.toml").is_file() else Path("data")
)  # a package is not written into

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)

rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.OPTIONS_PANEL_TITLE = "Argumen", "Opsi"
rich_utils.COMMANDS_PANEL_TITLE, rich_utils.ERRORS_PANEL_TITLE = "Perintah", "Tidak dapat dijalankan"
rich_utils.DEFAULT_STRING, rich_utils.ENVVAR_STRING = "[bawaan: {}]", "[variabel lingkungan: {}]"
rich_utils.REQUIRED_LONG_STRING, rich_utils.ABORTED_TEXT = "[wajib]", "Dihentikan."
rich_utils.RICH_HELP = "Lihat [blue]'{command_path} {help_option}'[/]."


class _Command(TyperCommand):
    def get_usage(self, ctx: Any) -> str:
        return super().get_usage(ctx).replace("Usage:", "Cara pakai:", 1)

    def get_help_option(self, ctx: Any) -> Any:
        return _in_indonesian(super().get_help_option(ctx))


class _Group(TyperGroup):
    def get_usage(self, ctx: Any) -> str:
        return super().get_usage(ctx).replace("Usage:", "Cara pakai:", 1)

    def get_help_option(self, ctx: Any) -> Any:
        return _in_indonesian(super().get_help_option(ctx))


def _in_indonesian(option: Any) -> Any:
    if option is not None:
        option.help = "Tampilkan bantuan ini."
    return option


SETTINGS: dict[str, Any] = {
    "context_settings": {"help_option_names": ["-h", "--help"]},
    "add_completion": False,
    "no_args_is_help": True,
    "rich_markup_mode": "rich",
    "pretty_exceptions_enable": False,
    "options_metavar": "[OPSI]",
    "subcommand_metavar": "PERINTAH [ARGUMEN]...",
    "cls": _Group,
}

DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        envvar="RAPOR_DATA",
        help="Folder data: reference, inbox, lake, warehouse.",
        show_default="data/ di samping proyek, atau di folder ini bila terpasang sebagai paket",
    ),
]


def command(group: typer.Typer, name: str, *examples: str) -> Callable:
    """Return the decorator that makes a function a command, its help ending with the examples."""
    epilog = "\n\n".join(["Contoh:", *(f"  [bold]{example}[/]" for example in examples)])
    return group.command(name, epilog=epilog, options_metavar="[OPSI]", cls=_Command)


def fail(what: str, mend: str = "") -> NoReturn:
    """Say what went wrong and what to do, and end with code 1."""
    err.print(Text(what, "red"))
    if mend:
        err.print(Text(mend))
    raise typer.Exit(1)


def current(data_dir: Path) -> Path | None:
    """Return the published build, None where nothing was published yet."""
    pointer = data_dir / "warehouse" / "current"
    said = pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else ""
    path = pointer.parent / Path(said).name
    return path if path.suffix == ".duckdb" and path.is_file() else None
