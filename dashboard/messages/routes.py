"""The addresses of messages and calendars; what answers them is imported with the first request: its caches ask for a running Streamlit."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import registry


def _answer(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        from dashboard.messages import pages  # noqa: PLC0415

        return await getattr(pages, name)(request)

    return answered


ROUTES = [
    Route(f"/{registry.MESSAGES}", _answer("messages")),
    Route(f"/{registry.MESSAGES}/sampai", _answer("passed_on"), methods=["POST"]),
    Route(f"/{registry.MESSAGES}/{{unit}}.png", _answer("picture")),
    Route(f"/{registry.SUBSCRIBE}", _answer("calendars"), methods=["GET", "POST"]),
    Route(f"/{registry.SUBSCRIBE}/unduh.ics", _answer("download")),
    Route(f"/{registry.SUBSCRIBE}/{{secret}}.ics", _answer("subscribed")),
]
