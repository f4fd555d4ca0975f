"""The terminal in two languages: nothing is left untranslated, placeholders agree, and each command follows --lang and RAPOR_LANG."""

import ast
import json
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer.main
from babel.messages.pofile import read_po
from typer.testing import CliRunner

from etl import folder
from etl.load import FileResult, LoadReport
from queries import arguments, language, output
from rapor import app
from rapor.help import paragraphs

PROJECT = Path(__file__).resolve().parents[2]
CATALOGUE = PROJECT / "queries" / "locale" / "en" / "terminal.po"
ROOT = typer.main.get_command(app)
RUNNER = CliRunner()
# Words that stand in Indonesian texts of all kinds and never in English ones.
INDONESIAN = re.compile(
    r"\b(dan|yang|atau|tidak|dengan|untuk|berkas|halaman|bawaan|wajib|bantuan|contoh|tanpa)\b", re.I
)


def _said() -> dict[str, str]:
    """Return every text that the terminal can say, with where it stands."""
    found = {}
    for path in (path for part in ("rapor", "etl", "queries") for path in (PROJECT / part).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "n_"):
                text = node.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    found[text.value] = path.name
    return found | {text: name for name, command in _commands() for text in _texts(command)}


def _commands(command: Any = ROOT, name: str = "") -> Iterator[tuple[str, Any]]:
    yield name, command
    for below, each in getattr(command, "commands", {}).items():
        yield from _commands(each, f"{name} {below}".strip())


def _texts(command: Any) -> Iterator[str]:
    yield from paragraphs(command.help)
    yield from (line for line in (command.epilog or "").splitlines() if not line.startswith("rapor "))
    for words in (command.options_metavar, getattr(command, "subcommand_metavar", None)):
        yield from re.findall(r"[A-Z]+", words or "")
    for param in command.params:
        yield from (text for text in (param.help, param.metavar, param.show_default) if isinstance(text, str) and text)


def _placeholders(text: str) -> set[tuple]:
    return {(name, spec, how) for _text, name, spec, how in string.Formatter().parse(text) if name}


def test_every_text_of_the_terminal_is_in_the_catalogue_and_no_other() -> None:
    said = _said()
    assert len(said) > 200
    assert not {text: where for text, where in said.items() if text not in language.catalogue("en")}
    assert not set(language.catalogue("en")) - set(said)


def test_the_placeholders_are_the_same_in_both_languages() -> None:
    wrong = {
        text: forms
        for text, forms in language.catalogue("en").items()
        if any(_placeholders(form) != _placeholders(text) for form in forms)
    }
    assert not wrong


def test_the_catalogue_is_read_as_every_tool_reads_it() -> None:
    with CATALOGUE.open("rb") as file:
        known = {
            (m.id if isinstance(m.id, str) else m.id[0]): (
                (m.string,) if isinstance(m.string, str) else tuple(m.string or ())
            )
            for m in read_po(file, locale="en")
            if m.id
        }
    assert language.catalogue("en") == known
    folded = 'msgid ""\n"satu "\n"\\"dua\\""\nmsgstr "one "\n"\\"two\\"\\n"\n#, fuzzy\n\nmsgid "a"\nmsgstr ""\n'
    assert language.read(folded) == {'satu "dua"': ('one "two"\n',)}


@pytest.mark.parametrize(("name", "command"), list(_commands()), ids=lambda c: c if isinstance(c, str) else "")
def test_the_help_of_every_command_speaks_both_languages(name: str, command: Any) -> None:
    indonesian = RUNNER.invoke(app, [*name.split(), "--help"], env={"RAPOR_LANG": None})
    english = RUNNER.invoke(app, [*name.split(), "--help", "--lang", "en"])
    assert (indonesian.exit_code, english.exit_code) == (0, 0)
    assert "Cara pakai:" in indonesian.output
    for word in ("Usage", "Options", "Arguments", "Commands", "default:", "required", "Show this"):
        assert word not in indonesian.output
    assert english.output.startswith("Usage:")
    told = "\n".join(line for line in english.output.splitlines() if not line.startswith("  rapor "))
    assert not INDONESIAN.findall(told)


@pytest.mark.parametrize(
    ("arguments", "indonesian", "english"),
    [
        (
            ["lod"],
            "Tidak ada perintah 'lod'. Mungkin maksud Anda: 'load'.",
            "No such command 'lod'. Did you mean 'load'?",
        ),
        (["check", "--kosong"], "Tidak ada opsi --kosong.", "No such option: --kosong"),
        (["init"], "Yang ini wajib diisi: DIR.", "Missing argument 'DIR'."),
        (["query", "--format", "doc"], "'--format': 'doc' bukan salah satu dari", "'doc' is not one of"),
        (["serve", "--port", "x"], "'--port': bukan angka.", "should be a valid integer"),
        (["serve", "--port", "0"], "'--port': paling kecil 1.", "greater than or equal to 1"),
        (["serve", "kini"], "Argumen ini berlebih: kini.", "unexpected extra argument"),
        (["load", "--data-dir"], "Opsi --data-dir memerlukan nilai.", "requires an argument"),
        (["units", "learn", "tiada.csv"], "tiada.csv tidak ditemukan.", "'tiada.csv' does not exist."),
        (["load", "tiada.csv"], "Tidak ditemukan: tiada.csv", "Not found: tiada.csv"),
        (["query", "visits/tred"], "Mungkin maksud Anda: visits/trend", "Did you mean: visits/trend"),
        (["--lang", "xx", "check"], "'--lang': 'xx' bukan salah satu dari 'id', 'en'.", None),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, list) else "",
)
def test_a_wrong_command_line_is_answered_in_both_languages(
    arguments: list[str], indonesian: str, english: str | None
) -> None:
    result = RUNNER.invoke(app, arguments)
    assert indonesian in result.output
    assert result.exit_code in (1, 2)
    if english:
        told = RUNNER.invoke(app, [*arguments, "--lang=en"])
        assert english in told.output
        assert told.exit_code == result.exit_code


def test_the_language_is_asked_for_before_or_after_the_command_or_by_the_environment() -> None:
    for asked in (["--lang", "en", "query", "x"], ["query", "x", "--lang", "en"], ["query", "--lang=en", "x"]):
        assert "There is no query 'x'." in RUNNER.invoke(app, asked).output
    assert "There is no query 'x'." in RUNNER.invoke(app, ["query", "x"], env={"RAPOR_LANG": "en"}).output
    for form in ("EN", "en_US.UTF-8", "en-GB"):
        assert "There is no query 'x'." in RUNNER.invoke(app, ["query", "x"], env={"RAPOR_LANG": form}).output
    for unknown in ("xx", ""):  # a variable that other programs may have set
        assert "Tidak ada kueri 'x'." in RUNNER.invoke(app, ["query", "x"], env={"RAPOR_LANG": unknown}).output
    last = RUNNER.invoke(app, ["--lang", "id", "query", "x", "--lang", "en"], env={"RAPOR_LANG": None}).output
    assert "There is no query 'x'." in last
    assert RUNNER.invoke(app, ["--lang", "xx", "query", "x"]).exit_code == 2
    said = RUNNER.invoke(app, ["query", "x", "--lang", "id"], env={"RAPOR_LANG": "en"}).output
    assert "Tidak ada kueri 'x'." in said
    assert language.language() == "id"  # a command leaves no language behind


def test_the_report_of_a_load_is_english_in_words_of_the_data_too() -> None:
    from rapor import summary  # noqa: PLC0415  it stands where the report stands

    rejects = [
        {
            "file": "a.csv",
            "sheet": "",
            "row": row,
            "col": "Baru",
            "value": "x",
            "reason": "Bukan angka.",
            "reason_en": "No number.",
        }
        for row in (3, 4)
    ]
    finding = {
        "code": "stale_copy", "severity": "attention", "file": "a.csv", "message": "Angka sama", "message_en": "Same figures",
        "mend": "Minta ulang.", "mend_en": "Ask again.",
    }  # fmt: skip
    files = [
        FileResult("a.csv", "", "partly", "Visits", 1240, 2, "", 1242),
        FileResult("b.csv", "", "unchanged", "", 0, 0, ""),
    ]
    report = LoadReport("20261112T080000Z", None, files, pl.DataFrame(rejects), pl.DataFrame([finding]), [], 1.25, 3)
    with language.speaking("en"):
        said = [line for _, line in summary.lines(report)]
    assert said == [
        "Result of the load (1.2 seconds)",  # 1.25 to one decimal, half to even
        "      1 file accepted in part",
        "      1 file loaded before, unchanged",
        "",
        "Accepted in part: mend these rows, then send the file again",
        "  a.csv (Visits): rows: 1,242, of them accepted 1,240, refused 2",
        "    column Baru, row 3, 4: No number.",
        "",
        "Findings: 1 thing that looks odd though it was loaded",
        "  1 × Same figures [a.csv]",
        "      Ask again.",
        "",
        "The published build in use now: 20261112T080000Z",
    ]


def test_rows_and_parameters_follow_the_language() -> None:
    with language.speaking("en"):
        assert list(output.text_rows(pl.DataFrame({"x": [1234.5], "ok": [True]}))) == [["1,234.5", "yes"]]
        with pytest.raises(ValueError, match="'kemarin' is no month") as wrong:
            arguments.parse(["month=kemarin"], {"month"})
    assert wrong.value.args[1] == "Write month=2026-01 or month=2026-01-01"


def test_a_trace_and_a_problem_are_told_in_english(sample_data: Path, tmp_path: Path) -> None:
    asked = ["trace", "visits", "-p", "unit=pkm-mengupeh", "--data-dir", str(sample_data), "--lang", "en"]
    told = RUNNER.invoke(app, asked)
    assert told.exit_code == 0, told.output
    assert "Calculation:" in told.output
    assert "Perhitungan" not in told.output
    assert json.loads(RUNNER.invoke(app, [*asked, "--format", "json"]).stdout)["subject"] == "Visits"
    problems = RUNNER.invoke(app, ["check", "--data-dir", str(tmp_path), "--lang", "en"])
    assert "The reference table is missing." in problems.output
    assert not INDONESIAN.findall(problems.output.replace(str(tmp_path), ""))


def test_what_nobody_foresaw_is_told_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    """A target where no folder can be made: the fault reaches the last place that can say anything."""
    folder.init(tmp_path / "data", "Kabupaten Contoh")
    command = [sys.executable, "-m", "rapor", "--lang", "en", "backup", "/proc/rapor/y.tar.gz"]
    ran = subprocess.run(
        [*command, "--data-dir", str(tmp_path / "data")], capture_output=True, text=True, cwd=PROJECT, check=False
    )
    assert ran.returncode == 1
    assert "Could not be finished (FileNotFoundError)" in ran.stderr
