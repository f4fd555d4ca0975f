"""What is served: the dashboard, beside it the files that were made for a reader; an address that is no page leads to the nearest."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from streamlit import App, context

from dashboard import asking, registry
from dashboard.explore import downloads
from dashboard.guide import routes as guide
from dashboard.messages import routes as messages
from dashboard.registers import routes as registers
from dashboard.render import body
from dashboard.sending import routes as sending
from dashboard.signin import guard
from dashboard.signin import routes as signin
from dashboard.signin.guard import Guard, of_cookies
from dashboard.web import logs
from dashboard.web.first import First
from dashboard.web.gate import Gate, HostConfig
from dashboard.web.measured import Measured
from dashboard.web.packed import Packed
from dashboard.web.seats import Seats
from queries import private

logs.begin()
os.umask(private.OTHERS)  # notes, snapshots and analyses are for the owner of the data folder alone


class NoPage(Convertor[str]):
    """A word in an address that is no page's; files and Streamlit's own addresses have a dot, or begin with an underscore."""

    regex = rf"(?!(?:{'|'.join([registry.START, *(page.address for page in registry.PAGES)])})$)[A-Za-z][A-Za-z-]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


def _lead(request: Request) -> RedirectResponse:
    """Lead to the page that was meant, what the address asks for beside it."""
    meant = registry.nearest(request.path_params["address"])
    query = request.url.query  # relative: a proxy may serve Rapor below a path of its own
    return RedirectResponse(f"{meant.address}?{query}" if query else meant.address)


async def _piece(request: Request) -> Response:
    """Answer for a piece of a page; what composes pages is imported when Streamlit runs: its caches ask for that."""
    from dashboard.web import pieces  # noqa: PLC0415

    return await pieces.give(request)


def _health(name: str, module: str = "health") -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        return await getattr(import_module(f"dashboard.web.{module}"), name)(request)

    return answered


@asynccontextmanager
async def _warmed(_app: App) -> AsyncGenerator[None]:
    """Make the usual pages ahead while the server runs."""
    from dashboard.web import warming  # noqa: PLC0415

    logs.begin()  # all that says something is there by now
    with warming.running():
        yield


def _of_run() -> asking.Asker:
    """Return who asks in a run of Streamlit: whom the session is of that the browser's socket came with."""
    return of_cookies(context.cookies.to_dict())


asking.established = _of_run
register_url_convertor("no_page", NoPage())
ROUTES = [
    *signin.ROUTES,
    *sending.ROUTES,
    *registers.ROUTES,
    *messages.ROUTES,
    *guide.ROUTES,
    Route(f"/{downloads.ADDRESS}/{{token}}", downloads.give),
    Route(f"/{body.FOLDER}/{{address}}/{{block}}.{{kind}}", _piece),
    Route(f"/{guard.HEALTH}", _health("healthz")),
    Route(f"/{guard.METRICS}", _health("metrics", "metrics")),
    Route("/{address:no_page}", _lead),
]
APP = Path(__file__).parents[1] / "app.py"
MIDDLEWARE = [
    Middleware(Measured),
    Middleware(Gate),
    Middleware(Guard),
    Middleware(Seats),
    Middleware(HostConfig),
    Middleware(First),
    Middleware(Packed),
]
app = App(APP, routes=ROUTES, lifespan=_warmed, middleware=MIDDLEWARE)
