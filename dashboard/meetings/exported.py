"""Whether a file is one that was exported from a meeting: an equal meeting gives equal bytes, so it is made again and compared."""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from dashboard.meetings import media, pseudonyms, store
from dashboard.words.text import _, n_

_ID = re.compile(rb"\d{4}-\d{2}-\d{2}-[a-z0-9-]{1,60}-[0-9a-f]{8,16}(?![0-9a-f])")
NAMED = 5  # parts of a file, the rest is counted


@dataclass(frozen=True)
class Found:
    """What a file turned out to be; `meeting_id` is None where it names no meeting of this folder."""

    meeting_id: str | None
    is_equal: bool = False
    differs: str = ""


def told(path: Path, folder: Path) -> Found:
    """Return which meeting a file is of and whether it is the one that Rapor makes of it; else which of its parts are others.

    Raises store.Altered where the meeting itself is not as it was frozen.
    """
    data, medium = path.read_bytes(), path.suffix.lower().lstrip(".")
    known = {entry.id for entry in store.listed(folder)}
    meeting_id = next((found for found in _named(data, path.name) if found in known), None)
    if meeting_id is None or medium not in media.MEDIA:
        return Found(None)
    meeting = store.read(folder, meeting_id)
    made = media.export(meeting, medium)
    if data == made or data == media.export(pseudonyms.hidden(meeting), medium):
        return Found(meeting_id, is_equal=True)
    return Found(meeting_id, differs=_differs(data, made))


def _named(data: bytes, name: str) -> list[str]:
    """Return what reads like the name of a meeting, in what the file says of itself and in its own name."""
    parts = [name.encode(), data]
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts += [
                archive.read(entry)
                for entry in ("docProps/core.xml", "docProps/app.xml")
                if entry in archive.namelist()
            ]
    return [found.decode() for part in parts for found in _ID.findall(part)]


def _differs(data: bytes, made: bytes) -> str:
    if not (zipfile.is_zipfile(io.BytesIO(data)) and zipfile.is_zipfile(io.BytesIO(made))):
        ours, theirs = made.splitlines(), data.splitlines()
        line = next(
            (n for n, (a, b) in enumerate(zip(ours, theirs, strict=False), 1) if a != b),
            min(len(ours), len(theirs)) + 1,
        )
        return _("mulai baris {n} isinya lain", n=line)
    with zipfile.ZipFile(io.BytesIO(data)) as theirs, zipfile.ZipFile(io.BytesIO(made)) as ours:
        names = sorted({*theirs.namelist(), *ours.namelist()})
        other = [
            n for n in names if n not in theirs.namelist() or n not in ours.namelist() or theirs.read(n) != ours.read(n)
        ]
    left = len(other) - NAMED
    rest = [n_("dan {n} bagian lagi", "dan {n} bagian lagi", left)] if left > 0 else []
    return _("yang lain: {parts}", parts=", ".join([*other[:NAMED], *rest]) or _("kemasannya"))
