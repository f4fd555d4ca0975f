"""The pieces of a page that a browser fetches by themselves: a drawing at a width, the table behind it, its rows as a file.

A piece is composed as its page is, for whom the page would be: nothing is kept for a session, so any open page finds its pieces.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard import asking, composing, db, filters, record, registry, roles, theme
from dashboard.charts import Chart
from dashboard.composing import Key
from dashboard.explore import page as explore_page
from dashboard.explore import question
from dashboard.kept import Kept
from dashboard.render import body, figure, plotly, table
from dashboard.render.workbook import book, single
from dashboard.snapshot import Block, ChartBlock, Snapshot, TextBlock
from dashboard.words import text
from dashboard.words.text import _

FOR_EVER = "private, max-age=31536000, immutable"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MIME = {"xlsx": XLSX, "svg": "image/svg+xml", "html": "text/html", "csv": "text/csv", "json": "application/json"}
_drawings: Kept[str] = Kept(32_000_000)
_whole: Kept[str] = Kept(16_000_000)  # what was answered at addresses whose content never changes
log = logging.getLogger("rapor")


async def give(request: Request) -> Response:
    """Answer a request for a piece."""
    asked: Mapping[str, str] = request.path_params
    return await asyncio.to_thread(answer, asked["address"], asked["block"], asked["kind"], dict(request.query_params))


def answer(address: str, block: str, kind: str, query: Mapping[str, str]) -> Response:
    """Return a piece of the page that address and query name, 404 where there is none, 500 where it can't be made."""
    page = registry.find(address)
    if page is None or page.address != address or kind not in MIME:
        return PlainTextResponse("", 404)
    with text.speaking(query.get(filters.LANGUAGE_KEY, "id")):
        try:
            with _build(query.get(filters.BUILD_KEY)):
                return _answer(address, block, kind, query)
        except roles.Withheld:
            return PlainTextResponse("", 404)
        except record.Unwritable as unwritten:
            return PlainTextResponse(str(unwritten), 503)
        except db.NoBuild:
            words = _("Data terbitan ini tidak disimpan lagi. Muat ulang halamannya.")
            return PlainTextResponse(words, 410)
        except Exception as fault:
            log.error("a piece failed: %s of %s/%s", type(fault).__name__, address, kind)
            return PlainTextResponse(_("Belum dapat dimuat."), 500)


def _build(build_id: str | None) -> Any:
    """Return the context in which the build that a page was made from is read; the page may be older than the current build."""
    if build_id is None or db.current_path().stem == build_id:
        return nullcontext()
    return db.using(db.kept(build_id))


def _answer(address: str, name: str, kind: str, query: Mapping[str, str]) -> Response:
    viewer = asking.current()
    asked = (
        viewer,
        roles.known(viewer.role),
        address,
        name,
        kind,
        tuple(sorted(query.items())),
        str(db.current_path()),
    )
    if kind == "svg" and viewer.opens(address) and (known := _whole.get(asked)) is not None:
        composing.looked(address, query, viewer)
        return Response(known, media_type=MIME[kind], headers={"cache-control": FOR_EVER})
    key = composing.key(address, query, viewer)
    page = registry.page(address)
    if kind in ("csv", "xlsx") and not (key.viewer.may("export") or page.is_own):  # his own data are everybody's
        raise roles.Withheld(kind)
    composing.looked(address, query, key.viewer)
    snapshot = composing.composed(key)
    if name == composing.WHOLE and kind == "xlsx" and registry.page(address).is_own:
        content: str | bytes | None = book.xlsx(single.alone(snapshot))
    else:
        block = next((block for block in snapshot.flat() if block.id == name), None)
        content = _content(block, kind, query, key, snapshot) if block else None
    if content is None:
        return PlainTextResponse("", 404)
    if kind in ("csv", "xlsx"):  # saved on the reader's machine; nothing between keeps it
        record.note("exported", {"page": address, "block": name, "format": kind, "build": Path(key.build).stem})
        saved = f'attachment; filename="{table.file_name(snapshot, name, kind)}"'
        headers = {"cache-control": "no-store", "content-disposition": saved}
        return Response(content, media_type=MIME[kind], headers=headers)
    made = Response(content, media_type=MIME[kind])
    never_changes = bool(query.get(filters.BUILD_KEY)) and query.get(body.VERSION) == composing.version(key)
    made.headers["cache-control"] = FOR_EVER if never_changes else "no-store"
    if never_changes and kind == "svg" and isinstance(content, str):
        drawn = content
        _whole.of(asked, lambda: drawn)
    return made


def _content(block: Block, kind: str, query: Mapping[str, str], key: Key, snapshot: Snapshot) -> str | bytes | None:
    """Return a piece of a block; None where it has none of that kind."""
    if isinstance(block, TextBlock):
        return None
    if kind in ("csv", "xlsx") and snapshot.page == registry.EXPLORE and block.id == "baris":
        block = explore_page.every_row(question.read(dict(key.values), key.chosen, key.viewer), key.viewer)
    if kind == "csv":
        facts = (*table.about(block, snapshot), *snapshot.definitions) if snapshot.page == registry.EXPLORE else ()
        return table.as_csv(block.table, block.columns, snapshot, facts)
    if kind == "xlsx":
        return single.xlsx(block, snapshot)
    if kind == "html":
        return body.behind(block, snapshot, composing.parts(key, query))
    if not isinstance(block, ChartBlock) or block.chart.data.is_empty():
        return None
    if kind == "json":
        return _interactive(block.chart, query.get(body.LOOK, ""))
    width = query.get(body.WIDTH, "")
    return drawing(key, block.id, block.chart, int(width)) if width in map(str, figure.WIDTHS) else None


def _interactive(chart: Chart, look: str) -> str | None:
    """Return a chart to zoom into, with the words that stand over it; None where it has none in that look."""
    if chart.kind not in plotly.KINDS or look not in theme.PALETTES:
        return None
    return json.dumps({"about": plotly.about(chart, look), "figure": plotly.as_json(chart, look)}, ensure_ascii=False)


def drawing(key: Key, block: str, chart: Chart, width: int) -> str:
    """Return the drawing of a block of a page; it is kept."""
    return _drawings.of((key, block, width), lambda: figure.drawn(chart, width))
