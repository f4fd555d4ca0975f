"""A file goes back to its sender: what is wrong in it is looked up, and the workbook is made in the process that reads."""

import io
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from etl import reference
from etl.intake import bundles, places, process
from etl.lake import Reading, Sighting, Stated
from etl.preview import Preview, preview
from etl.reading import guard
from etl.reading.age import modified
from etl.recognising.source import load_all, own_folders
from etl.rulings import NOTHING, Asked

MOST_TOLD = 5000  # faults of a file
_KEPT = {".xlsx"}  # endings under which a workbook stays what it is called


@dataclass(frozen=True)
class Given:
    """A workbook that goes back: its name, its bytes, whether it is the sender's own with marks, and how many faults it tells."""

    name: str
    content: bytes
    is_own: bool
    faults: int


def give_back(data_dir: Path, path: Path, asked: Asked = NOTHING) -> tuple[list[Given], list[str]]:
    """Return what goes back of a file, of a zip each of its files in which something is wrong; none where all is well.

    Beside it the names of those in which nothing can be marked: they can't be opened at all. Raises process.Stopped, FileNotFoundError.
    """
    found = preview(data_dir, [path], None, asked)
    files, barred = places.discover([path])
    known = load_all(*own_folders(data_dir)), reference.registers(data_dir / "reference")
    given, left = [], []
    with bundles.unpacked(files) as (members, barred_members):
        for member in members:
            if wrong := _wrong(found, member):
                one = _one(member, wrong, known, asked.stated)
                given += [one] if one else []
                left += [] if one else [member.name]
        left += [each.name for each in (*barred, *barred_members)]
    return given, [guard.shown_name(name) for name in left]


def together(given: Sequence[Given], name: str) -> tuple[str, bytes]:
    """Return one file to take along: the workbook, or a zip of several called after the file that they came in."""
    if len(given) == 1:
        return given[0].name, given[0].content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, each in enumerate(given, 1):
            again = any(other.name == each.name for other in given[: number - 1])
            archive.writestr(f"{number}/{each.name}" if again else each.name, each.content)
    return f"{PurePosixPath(name).stem}.zip", out.getvalue()


def _wrong(found: Preview, path: Path) -> list[Mapping[str, Any]]:
    """Return what is wrong in a file: its rejects, else why it was refused as a whole."""
    sha, _ = places.hashed(path)
    rejects = [row for row in found.rejects.to_dicts() if row["file_id"] == sha[:12]]
    if rejects:
        names = ("sheet", "row", "col", "value", "reason", "mend")
        return [{name: row[name] for name in names} for row in rejects[:MOST_TOLD]]
    folder, name = guard.shown(path)
    whole = [file for file in found.files if (file.folder, file.name) == (folder, name) and file.status == "refused"]
    nothing: dict[str, Any] = {"sheet": "", "row": None, "col": "", "value": ""}
    return [{**nothing, "reason": file.reason, "mend": ""} for file in whole[:1]]


def _one(path: Path, wrong: Sequence[Mapping[str, Any]], known: tuple[Any, Any], stated: Stated) -> Given | None:
    sha, at = places.hashed(path)
    folder, name = guard.shown(path)
    named = Sighting(folder, name, at, stated.source, stated.unit, stated.period)
    with places.opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        bare = Reading("", sha, name, folder, size, "refused", as_of=modified(named).isoformat())
        made = process.give_back(bare, file, named, known, Path(tempfile.gettempdir()), wrong)
    if made is None:
        return None
    stem = PurePosixPath(name)
    called = name if stem.suffix.casefold() in _KEPT else f"{stem.stem}.xlsx"
    return Given(called, *made, len(wrong))
