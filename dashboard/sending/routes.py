"""The addresses of sending; what answers them is imported with the first request: its caches ask for a running Streamlit."""

from collections.abc import Awaitable, Callable
from importlib import import_module

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import registry


def _answer(name: str, module: str = "pages") -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        return await getattr(import_module(f"dashboard.sending.{module}"), name)(request)

    return answered


_ONE = f"/{registry.SEND}/{{sending}}"
ROUTES = [
    Route(f"/{registry.SEND}", _answer("start"), methods=["GET", "POST"]),
    Route(_ONE, _answer("one")),
    Route(f"{_ONE}/keadaan", _answer("state")),
    Route(f"{_ONE}/tanda/{{n:int}}", _answer("give_back")),
    Route(f"{_ONE}/sebut", _answer("look_again"), methods=["POST"]),
    Route(f"{_ONE}/betul", _answer("mend"), methods=["POST"]),
    Route(f"{_ONE}/pulih", _answer("take_back"), methods=["POST"]),
    Route(f"{_ONE}/buka", _answer("reopen"), methods=["POST"]),
    Route(f"{_ONE}/muat", _answer("take"), methods=["POST"]),
    Route(f"{_ONE}/batal", _answer("cancel"), methods=["POST"]),
    Route(f"/{registry.FORMS}", _answer("start", "form_pages")),
    Route(f"/{registry.FORMS}/berkas", _answer("file", "form_pages")),
]
