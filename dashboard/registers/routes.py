"""The addresses of registers; what answers them is imported with the first request: its caches ask for a running Streamlit."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import registry


def _first(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        from dashboard.registers import first_day  # noqa: PLC0415

        return await getattr(first_day, name)(request)

    return answered


def _answer(name: str, *, of_one: bool = False) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        from dashboard.registers import pages  # noqa: PLC0415

        answer = getattr(pages, name)
        return await (pages.of_one(answer) if of_one else answer)(request)

    return answered


BOTH = ["GET", "POST"]
_TABLE = f"/{registry.LISTS}/{{table}}"
ROUTES = [
    Route(f"/{registry.SETUP}", _first("start"), methods=BOTH),
    Route(f"/{registry.SETUP}/paket", _first("pack"), methods=["POST"]),
    Route(f"/{registry.LISTS}", _answer("start")),
    Route(f"/{registry.LISTS}/riwayat", _answer("history"), methods=BOTH),
    Route(f"/{registry.LISTS}/terbit", _answer("publish"), methods=BOTH),
    Route(f"/{registry.LISTS}/units/usulan", _first("proposals"), methods=BOTH),
    Route(_TABLE, _answer("rows", of_one=True)),
    Route(f"{_TABLE}/baris", _answer("row", of_one=True), methods=BOTH),
    Route(f"{_TABLE}/tempel", _answer("paste", of_one=True), methods=BOTH),
    Route(f"{_TABLE}/unduh", _answer("download", of_one=True)),
]
