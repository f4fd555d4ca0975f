"""The addresses of registers; what answers them is imported with the first request: its caches ask for a running Streamlit."""

from collections.abc import Awaitable, Callable
from importlib import import_module

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import registry


def _of(module: str, name: str) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        return await getattr(import_module(f"dashboard.registers.{module}"), name)(request)

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
    Route(f"/{registry.SETUP}", _of("first_day", "start"), methods=BOTH),
    Route(f"/{registry.SETUP}/paket", _of("first_day", "pack"), methods=["POST"]),
    Route(f"/{registry.LISTS}", _answer("start")),
    Route(f"/{registry.LISTS}/riwayat", _answer("history"), methods=BOTH),
    Route(f"/{registry.LISTS}/terbit", _answer("publish"), methods=BOTH),
    Route(f"/{registry.SEND}/{{sending}}/nama", _of("names", "of_sending"), methods=BOTH),
    Route(f"/{registry.LISTS}/nama", _of("names", "waiting"), methods=BOTH),
    Route(f"/{registry.LISTS}/units/usulan", _of("first_day", "proposals"), methods=BOTH),
    Route(_TABLE, _answer("rows", of_one=True)),
    Route(f"{_TABLE}/baris", _answer("row", of_one=True), methods=BOTH),
    Route(f"{_TABLE}/tempel", _answer("paste", of_one=True), methods=BOTH),
    Route(f"{_TABLE}/unduh", _answer("download", of_one=True)),
]
