"""Meetings in the order they were frozen: each names the one before it by its seal, and the last is known beside the key, too."""

import fcntl
import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dashboard.meetings import signing
from dashboard.meetings.signing import Head
from dashboard.words.text import _

MANIFEST = "manifest.json"


@contextmanager
def alone() -> Generator[None]:
    """Hold the chain within a `with` block, so that two meetings never follow the same one."""
    with signing.place().with_name("chain.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def head(folder: Path) -> Head | None:
    """Return the last meeting of the chain; None where there is none yet."""
    last = max(_links(folder).items(), default=None)
    return Head(last[0], last[1]["id"], last[1]["seal"]) if last else None


def broken(folder: Path) -> list[str]:
    """Return where the chain does not hold: a meeting that is gone or was put in another's place, or the last one known beside the key."""
    links, wrong = _links(folder), []
    for number, link in links.items():
        before, own = link["before"], links.get(number - 1)
        if number > 1 and (own is None or before is None):
            wrong.append(_("rantai: cuplikan nomor {n} hilang, sebelum {id}", n=number - 1, id=link["id"]))
        elif own is not None and before != {"id": own["id"], "seal": own["seal"]}:
            wrong.append(_("rantai: {before} bukan lagi yang mendahului {id}", before=own["id"], id=link["id"]))
    known = signing.head(folder.parent)
    last = links.get(known.number) if known else None
    if known and (last is None or (last["id"], last["seal"]) != (known.id, known.seal)):
        wrong.append(
            _("rantai: {id}, yang tercatat terakhir di samping kunci, hilang atau bukan lagi yang sama", id=known.id)
        )
    return wrong


def _links(folder: Path) -> dict[int, dict[str, Any]]:
    """Return number -> manifest of the snapshots that are chained, by their numbers; one that can't be read is none."""
    found: dict[int, dict[str, Any]] = {}
    for path in sorted(folder.glob(f"[!.]*/{MANIFEST}")):
        try:
            link = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(link.get("number"), int):
                found[link["number"]] = {name: link[name] for name in ("id", "seal", "before")}
        except (OSError, ValueError, KeyError, AttributeError):
            continue
    return dict(sorted(found.items()))
