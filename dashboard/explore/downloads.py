"""Files that were made for a reader, each under an address that nobody can guess, streamed from the disk and gone after an hour.

Together they take no more than RAPOR_DOWNLOADS_MB, those of one reader no more than half of it: the oldest go for a new one. What a
killed process left is swept by the next.
"""

import os
import secrets
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from dashboard import asking
from dashboard.access import Asker
from queries import scratch, workers

ADDRESS = "unduh"
KEPT_SECONDS = 3600
SETTING, USUAL_MB = "RAPOR_DOWNLOADS_MB", 8192
_lock = threading.Lock()
_offered: dict[str, "Offer"] = {}


@dataclass(frozen=True)
class Offer:
    """A file, the name that it gets at the reader's, when it was offered, and whom: nobody else is given it."""

    path: Path
    name: str
    mime: str
    at: float
    asker: Asker


def folder() -> Path:
    """Return an empty folder of its own for one file to be made in; those of an hour ago are removed."""
    root, past = scratch.own() / ADDRESS, time.time() - KEPT_SECONDS
    root.mkdir(exist_ok=True)
    with _lock:
        _drop([token for token, offer in _offered.items() if offer.at < past])
        taken = {offer.path.parent for offer in _offered.values()}
        for path in root.iterdir():
            if path not in taken and path.stat().st_mtime < past:  # nothing was offered from it
                shutil.rmtree(path, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=root))


def offer(path: Path, name: str, mime: str) -> str:
    """Return the address, relative to the dashboard's, under which who asks now can fetch the file."""
    token = secrets.token_urlsafe(24)
    with _lock:
        _offered[token] = Offer(path, name, mime, time.time(), asking.asker())
        _make_room(_offered[token])
    return f"{ADDRESS}/{token}"


async def give(request: Request) -> Response:
    """Answer a request for an offered file."""
    offered = _offered.get(request.path_params["token"])
    asker = asking.asker()
    if offered is None or offered.asker != asker or not asker.viewer.may("export") or not offered.path.is_file():
        return PlainTextResponse("Berkas ini sudah tidak ada; siapkan lagi di halamannya.", status_code=404)
    return FileResponse(
        offered.path,
        media_type=offered.mime,
        filename=offered.name,
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def most_bytes() -> int:
    """Return how much all files on offer of this process may take together: its share of what the setting says."""
    text = os.environ.get(SETTING, "").strip()
    return workers.share((int(text) if text.isascii() and text.isdecimal() else USUAL_MB) << 20)


def _make_room(new: Offer) -> None:
    """Take away the oldest files where there are too many bytes of one reader or of all; the newest stays."""
    sizes = {token: _size(offer.path) for token, offer in _offered.items()}
    for most, tokens in (
        (most_bytes() // 2, [token for token, offer in _offered.items() if offer.asker == new.asker]),
        (most_bytes(), list(_offered)),
    ):
        there = [token for token in tokens if token in _offered]
        while len(there) > 1 and sum(sizes[token] for token in there) > most:
            _drop([there.pop(0)])  # in the order in which they were offered


def _drop(tokens: list[str]) -> None:
    for token in tokens:
        shutil.rmtree(_offered.pop(token).path.parent, ignore_errors=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
