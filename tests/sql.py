"""The look of the SQL files: `python -m tests.sql` checks it, `python -m tests.sql --write` formats them.

sqruff formats by `.sqruff`, on a copy: a file is written again only where nothing but white space and case has changed.
"""

import difflib
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LONGEST_LINE = 140
HEADER = re.compile(r"-- (title|meaning|grain): ")
MACROS = ("macros", "functions")  # their bodies keep their own indentation: sqruff takes a scalar macro's to the margin
NOT_READ_WHOLE = {  # by sqruff: `grouping sets`, `is distinct from` in a condition with more parts, a lambda of two values
    "marts/attainment_forecast_backtest.sql",
    "marts/attainment_period.sql",
    "marts/attainment_target.sql",
    "marts/indicator_twin.sql",
    "marts/satisfaction_element.sql",
    "marts/satisfaction_index.sql",
    "marts/visit_slice.sql",
}


@dataclass
class Look:
    """What there is to say of the files below a folder: texts as they should be, by name, and faults to mend by hand."""

    formatted: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def look(folder: Path) -> Look:
    """Return how the SQL files below a folder should look, and what no formatter mends; nothing is written."""
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.sql")}
    macros = {name: text for name, text in texts.items() if name.split("/")[0] in MACROS}
    configuration = (PROJECT / ".sqruff").read_text(encoding="utf-8")
    if not texts or "LT02," not in configuration:
        raise ValueError(f"no SQL file below {folder}, or no rule LT02 in .sqruff")
    found = Look()
    _look_at(macros, configuration.replace("LT02,", ""), found)
    _look_at({name: text for name, text in texts.items() if name not in macros}, configuration, found)
    return found


def _look_at(texts: dict[str, str], configuration: str, found: Look) -> None:
    with tempfile.TemporaryDirectory() as base:
        copies = {name: Path(base) / name for name in sorted(texts)}
        (Path(base) / ".sqruff").write_text(configuration, encoding="utf-8")
        for name, copy in copies.items():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(texts[name], encoding="utf-8")
        _sqruff(Path(base), "fix")
        for name, copy in copies.items():
            if _letters(copy.read_text(encoding="utf-8")) != _letters(texts[name]):
                copy.write_text(texts[name], encoding="utf-8")  # and the rule that would change it is named below
        remarks = _sqruff(Path(base), "lint")
        unread = {name for name, remark in remarks if "Unparsable section" in remark}
        for name, copy in copies.items():
            formatted = texts[name] if name in unread else copy.read_text(encoding="utf-8")
            found.formatted[name] = formatted
            found.faults += [f"{name}: {fault}" for fault in _plain_faults(formatted)]
            if name in unread and name not in NOT_READ_WHOLE:
                found.faults.append(f"{name}: sqruff does not read all of it")
            if name in NOT_READ_WHOLE and name not in unread:
                found.faults.append(f"{name}: sqruff reads it now, take it off NOT_READ_WHOLE")
        found.faults += [
            f"{name}: {remark}"
            for name, remark in remarks
            if name not in unread and not remark.startswith(("LT", "CP"))
        ]


def _plain_faults(text: str) -> list[str]:
    lines = text.splitlines()
    faults = [f"line {n}: a tab" for n, line in enumerate(lines, 1) if "\t" in line]
    faults += [f"line {n}: a blank at its end" for n, line in enumerate(lines, 1) if line != line.rstrip()]
    return faults + [
        f"line {n}: {len(line)} characters, {LONGEST_LINE} at most"
        for n, line in enumerate(lines, 1)
        if len(line) > LONGEST_LINE and not HEADER.match(line)
    ]


def _letters(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()


def _sqruff(folder: Path, action: str) -> list[tuple[str, str]]:
    """Return what sqruff says of the files below a folder: name of the file, rule and sentence; `fix` writes them again."""
    program = shutil.which("sqruff", path=sysconfig.get_path("scripts"))
    if not program:
        raise FileNotFoundError("sqruff is not installed: uv sync")
    command = [program, action, ".", "--nocolor", "--parsing-errors"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    remarks, name = [], ""
    for line in (answer.stdout + answer.stderr).splitlines():
        if heading := re.match(r"== \[(?:\./)?(.+?)\] ", line):
            name = heading[1]
        elif fault := re.match(r"L: *(\d+) \| P: *\d+ \| *(\S+) \| (.*)", line):
            remarks.append((name, f"{fault[2]} line {fault[1]}: {fault[3]}"))
    return remarks


def main() -> int:
    """Check the files below queries/, or format them; return 1 where something is left to do."""
    folder = PROJECT / "queries"
    found = look(folder)
    waiting = 0
    for name, text in found.formatted.items():
        path = folder / name
        before = path.read_text(encoding="utf-8")
        if text != before and "--write" in sys.argv:
            path.write_text(text, encoding="utf-8")
            print(f"formatted {name}")
        elif text != before:
            waiting += 1
            print(
                *difflib.unified_diff(before.splitlines(), text.splitlines(), name, name, "now", "formatted", 0, ""),
                sep="\n",
            )
    print(*found.faults, sep="\n")
    if waiting:
        print(f"{waiting} SQL files would be formatted: python -m tests.sql --write", file=sys.stderr)
    return 1 if waiting or found.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
