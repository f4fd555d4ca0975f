"""Files that were made for a reader, each under an address that nobody can guess, streamed from the disk and gone after an hour."""

import secrets
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from dashboard import asking
from dashboard.access import Asker

ADDRESS = "unduh"
KEPT_SECONDS = 3600
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
    root, past = Path(_root().name), time.time() - KEPT_SECONDS
    with _lock:
        for token, offer in list(_offered.items()):
            if offer.at < past:
                shutil.rmtree(offer.path.parent, ignore_errors=True)
                del _offered[token]
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


@cache
def _root() -> tempfile.TemporaryDirectory[str]:
    """Return the folder of this process, which goes with it where it ends well."""
    return tempfile.TemporaryDirectory(prefix="rapor-unduh-")
