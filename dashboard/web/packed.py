"""The files that a browser needs once, sent packed and kept for ever: their names change with their contents.

Streamlit sends its own unpacked, two thirds of a first visit, because it would pack them for each request anew; here each is packed
once, when it is first asked for.
"""

import asyncio
import gzip
import mimetypes
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

STREAMLIT = Path(str(distribution("streamlit").locate_file("streamlit/static")))
FOLDERS = {
    "/static/": STREAMLIT / "static",
    "/app/static/": Path(__file__).parents[1] / "static",
}
TEXTS = {".js", ".css", ".svg", ".json", ".map"}  # fonts and pictures are packed as they are
FOR_EVER = "public, max-age=31536000, immutable"
LEVEL = 6  # of gzip: the largest file in a quarter of a second; at 9 it is 1 % smaller and takes five times as long


class Packed:
    """ASGI middleware that answers for the files of FOLDERS, and leaves what it does not know to the others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            found = file_at(scope["path"])
            if found and "range" not in (headers := Headers(scope=scope)):
                await (await _answer(found, headers))(scope, receive, send)
                return
        await self.app(scope, receive, send)


def file_at(path: str) -> Path | None:
    """Return the file at an address; None where there is none, or it lies outside of its folder."""
    for prefix, folder in FOLDERS.items():
        if path.startswith(prefix):
            return _files(folder).get(path.removeprefix(prefix))
    return None


@cache
def _files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


async def _answer(path: Path, headers: Headers) -> Response:
    is_text = path.suffix in TEXTS
    is_packed = is_text and "gzip" in headers.get("accept-encoding", "")
    content = await asyncio.to_thread(packed if is_packed else path.read_bytes, *([path] if is_packed else []))
    answer = Response(content, media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream")
    answer.headers["cache-control"] = FOR_EVER
    if is_text:
        answer.headers["vary"] = "accept-encoding"
    if is_packed:
        answer.headers["content-encoding"] = "gzip"
    return answer


@cache
def packed(path: Path) -> bytes:
    """Return a file as gzip packs it, the same bytes each time."""
    return gzip.compress(path.read_bytes(), LEVEL, mtime=0)
