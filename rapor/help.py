"""Help and the faults of a command line, in the reader's language: --lang or RAPOR_LANG, Indonesian without them."""

import copy
import inspect
import os
import re
import sys
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from queries import language
from queries.language import _

LANGUAGE_OPTION, LANGUAGE_VARIABLE = "--lang", "RAPOR_LANG"
# What the parser says in English, and how it is said in Indonesian; {0} is the first thing that it names.
_FAULTS = (
    (r"No such command '(.+?)'\. Did you mean (.+)\?", "Tidak ada perintah '{0}'. Mungkin maksud Anda: {1}."),
    (r"No such command '(.+?)'\.", "Tidak ada perintah '{0}'."),
    (r"No such option: (\S+) \(Possible options: (.+)\)", "Tidak ada opsi {0}. Mungkin maksud Anda: {1}."),
    (r"No such option: (.+)", "Tidak ada opsi {0}."),
    (r"Missing (?:option|argument|parameter) '?(.+?)'?\.(?: .*)?", "Yang ini wajib diisi: {0}."),
    (r"Missing command\.", "Sebutkan perintahnya."),
    (r"Got unexpected extra argument\S* \((.+)\)", "Argumen ini berlebih: {0}."),
    (r"Option '?(.+?)'? requires an argument\.", "Opsi {0} memerlukan nilai."),
    (r"Option '?(.+?)'? does not take a value\.", "Opsi {0} tidak memerlukan nilai."),
    (r"Invalid value for (.+?): .*?'(.+?)' does not exist\.", "{0}: {1} tidak ditemukan."),
    (r"Invalid value for (.+?): (.+) is not one of (.+)\.", "{0}: {1} bukan salah satu dari {2}."),
    (r"Invalid value for (.+?): Input should be a valid (?:integer|number).*", "{0}: bukan angka."),
    (r"Invalid value for (.+?): Input should be greater than or equal to (.+)", "{0}: paling kecil {1}."),
    (r"Invalid value for (.+?): Input should be less than or equal to (.+)", "{0}: paling besar {1}."),
    (r"Invalid value for (.+?): (.+)", "{0}: nilai ini tidak dapat dipakai ({1})."),
)


class _Spoken:
    """Writes a command's help; mixed into Typer's own kinds of commands."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        pieces = re.sub("[{}]", "", " ".join(self.collect_usage_pieces(ctx)))
        words = re.sub("[A-Z]+", lambda word: str(_(word[0])), pieces)
        formatter.write_usage(ctx.command_path, words, prefix=f"{_heading(_('Cara pakai:'))} ")

    def format_help_text(self: Any, ctx: Any, formatter: Any) -> None:
        for paragraph in paragraphs(self.help):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(_(paragraph))

    def format_options(self: Any, ctx: Any, formatter: Any) -> None:
        params = [each for each in self.get_params(ctx) if not getattr(each, "hidden", False)]
        arguments = [_record(each, ctx) for each in params if each.param_type_name == "argument"]
        options = [_record(each, ctx) for each in params if each.param_type_name == "option"]
        commands = [(name, _(paragraphs(each.help)[0])) for name, each in getattr(self, "commands", {}).items()]
        for title, rows in ((_("Argumen"), arguments), (_("Opsi"), options), (_("Perintah"), commands)):
            if rows:
                with formatter.section(_heading(title)):
                    formatter.write_dl(rows)

    def format_epilog(self: Any, ctx: Any, formatter: Any) -> None:
        formatter.write_paragraph()
        for line in (self.epilog or "").splitlines():
            text = _(line)
            formatter.write(f"  {text}\n" if line.startswith("rapor ") else f"{_heading(text)}\n")


class Command(_Spoken, TyperCommand):
    """One command."""


class Group(_Spoken, TyperGroup):
    """A group of commands, or the whole command line."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Show the help where nothing is asked."""
        if not args and self.no_args_is_help:
            typer.echo(ctx.get_help())
            raise typer.Exit(2)
        return super().parse_args(ctx, args)

    def main(self, args: Sequence[str] | None = None, *_args: Any, **settings: Any) -> Any:
        """Run a command line in the language that it asks for, and end the process with the code of its command."""
        chosen, rest = asked_language(list(sys.argv[1:] if args is None else args))
        with language.speaking(chosen):
            try:
                settings["standalone_mode"] = False  # its own faults are English
                code = super().main([LANGUAGE_OPTION, chosen, *rest] if rest else [], **settings)
            except typer.Abort:
                typer.echo(_("Dihentikan."), err=True)
                code = 1
            except typer.TyperException as fault:
                _explain(fault)
                code = fault.exit_code
        sys.exit(code if isinstance(code, int) else 0)


def paragraphs(text: str | None) -> list[str]:
    """Return the paragraphs of a docstring, each on one line: so they stand in the catalogue."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", inspect.cleandoc(text or "")) if part.strip()]


def asked_language(args: list[str]) -> tuple[str, list[str]]:
    """Return the language that a command line asks for, and its other arguments: --lang is an option of the whole.

    It may stand anywhere before a `--`, the last one counts; without it RAPOR_LANG does. `EN` and `en_US` are `en`. An unknown
    language in the variable, which other programs may have set, is Indonesian; of the option it is returned, to be refused.
    """
    asked, rest = None, []
    end = args.index("--") if "--" in args else len(args)
    words = iter(args[:end])
    for each in words:
        if each == LANGUAGE_OPTION:
            asked = next(words, "")
        elif each.startswith(f"{LANGUAGE_OPTION}="):
            asked = each.partition("=")[2]
        else:
            rest.append(each)
    set_by_all = _code(os.environ.get(LANGUAGE_VARIABLE, ""))
    usual = set_by_all if set_by_all in language.LANGUAGES else language.LANGUAGES[0]
    if asked is None:
        return usual, [*rest, *args[end:]]
    return (_code(asked) if _code(asked) in language.LANGUAGES else asked), [*rest, *args[end:]]


def _code(asked: str) -> str:
    """Return `en` of `EN`, `en_US` or `en-GB.UTF-8`."""
    return re.split(r"[_.-]", asked.strip().lower())[0]


def _heading(text: str) -> str:
    return typer.style(text, bold=True)


def _record(param: Any, ctx: Any) -> tuple[str, str]:
    """Return how a parameter is written and what it is for, with what holds where it is left out."""
    shown: Any = copy.copy(param)
    is_help = param.name == "help"
    shown.help = _("Tampilkan bantuan ini.") if is_help else _(param.help or "")
    shown.metavar = _(param.metavar) if param.metavar else None
    shown.show_default, shown.show_envvar, shown.required = False, False, False
    name, text = shown.get_help_record(ctx)
    if param.param_type_name == "argument" and shown.metavar:
        name = shown.metavar
    name = re.sub(r"<list\[(.+)\]>", r"<\1>", str(name))
    notes = "; ".join(_notes(param))
    return name, f"{text}  [{notes}]" if notes and not is_help else text


def _notes(param: Any) -> Iterator[str]:
    if param.required:
        yield _("wajib")
    default = param.default.value if isinstance(param.default, Enum) else param.default
    if isinstance(param.show_default, str):
        yield _("bawaan: {value}", value=_(param.show_default))
    elif param.show_default and default not in (None, False, "", []):
        yield _("bawaan: {value}", value=default)
    if param.envvar and param.show_envvar:
        yield _("variabel lingkungan: {name}", name=param.envvar)


def _explain(fault: typer.TyperException) -> None:
    """Say what is wrong with a command line, how the command is used, and where its help is."""
    ctx = getattr(fault, "ctx", None)
    if ctx is not None:
        typer.echo(ctx.get_usage(), err=True)
        typer.echo(_("Bantuan: {command}", command=f"{ctx.command_path} --help"), err=True)
    message = re.sub(r"Value error, | \(env var: '\w+'\)", "", fault.format_message())
    if language.language() == "id":
        for pattern, text in _FAULTS:
            if found := re.fullmatch(pattern, message, re.DOTALL):
                message = text.format(*found.groups())
                break
    typer.echo(typer.style(message, fg="red"), err=True)
