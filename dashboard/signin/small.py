"""What all small pages share that are no page of signing in: who may open one, in which language, and the ways to the others."""

import hashlib
from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard import asking, registry
from dashboard.signin import cookies, html, pages
from dashboard.words import text
from dashboard.words.text import _

Answer = Callable[[Request], Awaitable[Response]]


def show(request: Request, title: str, body: str, status: int = 200) -> Response:
    """Return a small page, with the ways to the pages of figures and the small ones that who asks has."""
    query, viewer = dict(request.query_params), asking.current()
    figures = (registry.page(each) for each in (registry.OVERVIEW, registry.QUALITY, registry.DUE))
    ways = [(page.title(), pages.here(page.address, query)) for page in figures if viewer.opens(page.address)]
    ways += [(title, pages.here(address, query)) for title, address in registry.small(viewer)]
    return pages.show(request, title, body + drafts(), status, ways=ways)


def drafts() -> str:
    """Return what keeps what is typed until it is saved, and offers it again to the same account; nothing where nobody signs in."""
    if not asking.signs_in():
        return ""
    who = hashlib.sha256(f"rapor {asking.asker().name}".encode()).hexdigest()[:16]
    return html.script(
        "draft.js",
        who=who,
        language="bahasa=en&" if text.language() == "en" else "",
        words=_("Yang Anda tulis belum tersimpan."),
        use=_("Pakai"),
        drop=_("Buang"),
    )


def lead(request: Request, path: str) -> RedirectResponse:
    """Return the way to a path of ours, in the reader's language."""
    return pages.lead(request.scope, pages.here(path, dict(request.query_params)))


def for_whom(address: str, refusal: Callable[[], str]) -> Callable[[Answer], Answer]:
    """Return what makes an answer of a small page for those who have it, in their language; `refusal` is told to all others.

    What another site's page sends is refused, and nothing of it stays in a browser's cache.
    """
    page = next(each for each in registry.SMALL if each.address == address)

    def guarded(answer: Answer) -> Answer:
        @wraps(answer)
        async def answered(request: Request) -> Response:
            with text.speaking(request.query_params.get("bahasa", "id")):
                if not page.is_for(asking.current()):
                    return show(request, _("Tidak ada"), html.notice(refusal()), status=403)
                if request.method == "POST" and not cookies.is_from_here(request.scope):
                    wrong = html.notice(_("Formulir ini bukan dari halaman Rapor."))
                    return show(request, _("Ditolak"), wrong, status=403)
                made = await answer(request)
            made.headers["referrer-policy"] = "same-origin"
            made.headers["cache-control"] = "no-store"
            return made

        return answered

    return guarded
