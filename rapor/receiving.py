"""The processes behind *Kirim laporan*: `python -m rapor.receiving look` and `... load ANSWER`, run by the dashboard."""
# ruff: noqa: PLC0415  a command imports only what it needs

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from queries import language, private, whole
from queries.language import _
from rapor import auditing

if TYPE_CHECKING:
    from etl.load import Progress
    from etl.ruled import Correction

EVERY_SECONDS = 0.3  # how far a load is, is written down


def look(data_dir: Path) -> None:
    """Answer previews of the dashboard: a line of JSON for each that stands on the standard input, until that is closed.

    Where `back` names a place, the file that goes back to its sender is put there, and the answer says what it is called. Before an
    answer come lines that say with `far` which share of a large file was read.
    """
    from etl.intake import process

    process.expect()
    from etl import preview, reference, stating
    from etl.lake import Stated
    from etl.returning import giving
    from etl.rulings import Asked
    from rapor import summary

    def tell(now: "Progress") -> None:
        if now.stage == "read" and now.share > 0:
            _say(json.dumps({"far": now.share}))

    def answer(asked: Mapping[str, Any]) -> str:
        stated = Stated(**{key: str(asked.get(key, "")).strip() for key in ("source", "unit", "period")})
        if stated:
            stating.check(data_dir, stated)
        given_all = Asked(stated=stated, corrections=_corrections(asked, ""))
        if back := asked.get("back"):
            given, _left = giving.give_back(data_dir, Path(asked["path"]), given_all)
            name, content = giving.together(given, Path(asked["path"]).name) if given else ("", b"")
            Path(back).write_bytes(content)
            return json.dumps({"name": name})
        told = json.loads(summary.as_json(preview.preview(data_dir, [Path(asked["path"])], tell, given_all)))
        for reject in told["rejects"]:
            reject["is_of_a_cell"] = reference.is_of_a_cell(reject["code"])
        return json.dumps(told)

    _say("{}")  # it is ready
    for line in sys.stdin:
        process.expect()  # for the next file, while this one is read
        try:
            said = json.dumps(json.loads(answer(json.loads(line))), ensure_ascii=False)
        except stating.Unknown as unknown:
            known = ", ".join(unknown.known)
            words = _("Tidak dikenal: {name}", name=unknown.name) + ". " + _("Yang dikenal: {names}", names=known)
            said = json.dumps({"fault": words}, ensure_ascii=False)
        except (
            Exception
        ) as fault:  # one file that can't be looked at stops no other; the words of a fault may hold what is in it
            said = json.dumps(
                {"fault": _("Belum dapat dilihat ({kind}).", kind=type(fault).__name__)}, ensure_ascii=False
            )
        _say(said)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def load(data_dir: Path, answer: Path) -> None:
    """Load what was sent, as JSON on the standard input says, and write what became of it into a file, whole.

    The input: `by` and `role` of who loads, and `parts`: the files, with what is stated of them and which versions are confirmed.
    """
    from etl import load as loading
    from etl import rulings
    from etl.lake import Stated
    from rapor import summary

    asked = json.loads(sys.stdin.read())
    far = answer.with_suffix(".far")
    at = 0.0

    def progress(now: "Progress") -> None:
        nonlocal at
        if time.monotonic() - at >= EVERY_SECONDS or now.done == now.total:
            at = time.monotonic()
            _write(far, json.dumps({"stage": now.stage, "done": now.done, "total": now.total, "share": now.share}))

    reports: list[dict[str, Any]] = []
    try:
        for part in asked["parts"]:
            confirm = tuple((rulings.CONFIRM, path) for path in part["confirm"])
            given = rulings.Asked(confirm, Stated(**part["stated"]), _corrections(part, asked["role"]))
            report = loading.load(data_dir, [Path(path) for path in part["paths"]], progress, asked=given)
            auditing.tell_load(data_dir, report, given, by=asked["by"], role=asked["role"])
            told = json.loads(
                summary.as_json(report)
            )  # which cells were wrong, and what they held, stands on Mutu data
            reports.append({key: told[key] for key in ("published", "files", "exit_code")})
        said: dict[str, Any] = {"reports": reports}
    except loading.LoadBusy as busy:
        said = {"reports": reports, "fault": str(busy)}
    except Exception as fault:
        from etl.trouble import explain

        what, mend = explain(fault)
        said = {"reports": reports, "fault": f"{what} {mend}"}
    _write(answer, json.dumps(said, ensure_ascii=False))
    far.unlink(missing_ok=True)


def _corrections(asked: Mapping[str, Any], role: str) -> "tuple[tuple[str, Correction], ...]":
    """Return the corrections of cells that the dashboard asks for, what is taken back first, each with the name of its file."""
    from etl.ruled import Correction
    from etl.rulings import CORRECT, TAKE_BACK

    texts = ("sheet", "row", "col", "found", "value", "why")
    return tuple(
        (each["file"], Correction(what, *(each[name] for name in texts), role=role, at=""))
        for key, what in (("undone", TAKE_BACK), ("mended", CORRECT))
        for each in asked.get(key, ())
    )


def _write(path: Path, words: str) -> None:
    """Put words into a file so that a reader sees the old or the new ones, whole, and a loss of power neither half."""
    whole.write(path, words)


if __name__ == "__main__":
    language.use(os.environ.get("RAPOR_LANG", "id"))
    with private.for_owner():
        folder = Path(os.environ["RAPOR_DATA"])
        look(folder) if sys.argv[1] == "look" else load(folder, Path(sys.argv[2]))
