"""The address of help; what answers it is imported with the first request: its caches ask for a running Streamlit."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import registry


async def _guide(request: Request) -> Response:
    from dashboard.guide import pages  # noqa: PLC0415

    return await pages.guide(request)


ROUTES = [Route(f"/{registry.HELP}", _guide)]
