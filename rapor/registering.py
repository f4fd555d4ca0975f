"""The process behind the pages of registers: `python -m rapor.registering`, run by the dashboard for one thing that was asked.

What is asked stands as JSON on the standard input (`do` names it), the answer as JSON on the standard output; `refused` says in words
why something is not kept.
"""
# ruff: noqa: PLC0415  each thing imports only what it needs

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from queries import language, private
from queries.edits import Change, Edit
from queries.language import _
from queries.registers import registers

if TYPE_CHECKING:
    from etl.check import Problem

Asked = Mapping[str, Any]


def keep(data_dir: Path, asked: Asked) -> dict[str, Any]:
    """Keep the changes of a table; the id of the edit."""
    return _kept(data_dir, asked, tuple(Change(each["before"], each["after"]) for each in asked["changes"]))


def undo(data_dir: Path, asked: Asked) -> dict[str, Any]:
    """Take an edit back; the id of the edit that did."""
    from etl import registers as register

    made = register.undo(data_dir, asked["id"], asked["by"], asked["role"])
    _tell(data_dir, made)
    return {"id": made.id}


def change(data_dir: Path, asked: Asked) -> dict[str, Any]:
    """Look at what a form says of one row (`before`, `said`): its change, and what would be wrong; with `keeps` it is kept."""
    from etl import registers as register
    from queries.edits import columns

    declared = registers()[asked["table"]]
    after = register.typed(declared, asked["said"], asked["before"], columns(data_dir, asked["table"]))
    return _tried(data_dir, asked, (Change(asked["before"], after),))


def paste(data_dir: Path, asked: Asked) -> dict[str, Any]:
    """Look at pasted lines: the changes that they ask for, and what would be wrong; with `keeps` they are kept."""
    from etl import registers as register

    changes = register.from_lines(data_dir, registers()[asked["table"]], asked["text"])
    return _tried(data_dir, asked, changes)


def init(data_dir: Path, asked: Asked) -> dict[str, Any]:
    """Make an empty data folder, for a district of the free list or for a name."""
    from etl import folder, regions

    found = regions.find(asked["code"]) if asked["code"] else None
    name = found.name if found else asked["name"]
    if not name:
        return {"refused": _("Pilih kabupaten atau kota, atau tulis namanya.")}
    try:
        folder.init(data_dir, name, regions.filled(found) if found else None)
    except FileExistsError as exists:
        return {"refused": str(exists)}
    return {"name": name}


def districts(_data_dir: Path, asked: Asked) -> dict[str, Any]:
    """Find districts by words of their names."""
    from etl import regions

    return {"found": [asdict(each) for each in regions.named(asked["text"])[:20]]}


def learn(data_dir: Path, asked: Asked) -> dict[str, Any]:
    """Propose units for the names in files that the register does not know."""
    from etl import units

    proposal = units.learn(data_dir, [Path(path) for path in asked["paths"]])
    return {"proposed": proposal.to_dicts()}


def publish(data_dir: Path, asked: Asked) -> dict[str, Any]:
    """Make a build of the lake with the tables as they are now, and publish it."""
    from etl import load as loading
    from etl import rulings
    from rapor import auditing

    report = loading.load(data_dir, [])
    auditing.tell_load(data_dir, report, rulings.NOTHING, by=asked["by"], role=asked["role"])
    return {"published": report.published, "failed": report.failed_checks}


DOES: Mapping[str, Callable[[Path, Asked], dict[str, Any]]] = {
    each.__name__: each for each in (keep, undo, change, paste, init, districts, learn, publish)
}


def answer(data_dir: Path, asked: Asked) -> dict[str, Any]:
    """Do what is asked; what is refused, or fails, in words that hold nothing of a file."""
    from etl.load import LoadBusy
    from etl.registers import Refused
    from etl.trouble import explain

    try:
        return DOES[asked["do"]](data_dir, asked)
    except (Refused, LoadBusy) as refused:
        return {"refused": str(refused)}
    except Exception as fault:
        what, mend = explain(fault)
        return {"refused": f"{what} {mend}"}


def _tried(data_dir: Path, asked: Asked, changes: tuple[Change, ...]) -> dict[str, Any]:
    from etl import registers as register

    if asked.get("keeps"):
        return _kept(data_dir, asked, tuple(each for each in changes if each.before != each.after))
    problems = register.try_out(data_dir, Edit(asked["table"], changes))
    return {"changes": [asdict(each) for each in changes], "problems": [_in_words(each) for each in problems]}


def _kept(data_dir: Path, asked: Asked, changes: tuple[Change, ...]) -> dict[str, Any]:
    from etl import registers as register

    if not changes:
        return {"refused": _("Tidak ada yang berubah.")}
    if registers()[asked["table"]].right == "approve" and not asked["why"]:
        return {"refused": _("Tulis alasan atau dasar perubahannya.")}
    made = register.keep(data_dir, Edit(asked["table"], changes, asked["by"], asked["role"], asked["why"]))
    _tell(data_dir, made)
    return {"id": made.id}


def _in_words(problem: "Problem") -> str:
    return f"{problem.what} {problem.mend}"


def _tell(data_dir: Path, made: Edit) -> None:
    from rapor import auditing

    what = "undone" if made.undoes else "changed"
    auditing.tell(data_dir, "register_changed", {"table": made.table, "change": what}, made.by, made.role)


if __name__ == "__main__":
    language.use(os.environ.get("RAPOR_LANG", "id"))
    with private.for_owner():
        said = answer(Path(os.environ["RAPOR_DATA"]), json.loads(sys.stdin.read()))
    sys.stdout.write(json.dumps(said, ensure_ascii=False))
