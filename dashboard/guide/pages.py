"""What /bantuan answers: the tasks of the reader's own role, those of any other one choice away."""

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from dashboard import asking, registry, roles
from dashboard.guide import tasks
from dashboard.guide.tasks import Guide, Task
from dashboard.roles import Role
from dashboard.signin import html
from dashboard.signin.pages import here
from dashboard.signin.small import for_whom, show
from dashboard.words.text import _


@for_whom(registry.HELP, lambda: _("Peran Anda tidak dikenal; sampaikan kepada pengelola."))
async def guide(request: Request) -> Response:
    """Answer /bantuan."""
    query, every = dict(request.query_params), roles.roles()
    own = every[asking.current().role]
    chosen = next((each for each in tasks.GUIDES if each.code == query.get("untuk")), tasks.of(own))
    whose = [role for role in every.values() if tasks.of(role) is chosen]
    mine = own if tasks.of(own) is chosen else next(iter(whose), None)
    done = tasks.tasks(chosen, mine) if mine else list(chosen.tasks)
    about = _("Yang Anda kerjakan di sini.") if mine is own else ", ".join(role.title() for role in whose)
    body = html.paragraph(about) + "".join(_task(task, own, query) for task in done) + _others(chosen, query)
    title = _("Bantuan") if mine is own else f"{_('Bantuan')}: {chosen.title()}"
    return show(request, title, f"<div class='rp-guide'>{body}</div>")


def _task(task: Task, role: Role, query: dict[str, str]) -> str:
    """Return one task: its page as a link for who has it, its picture beside."""
    name = escape(task.name())
    if tasks.opens(role, task.address) and (task.address not in _ACCOUNTS or asking.signs_in()):
        name = f"<a href='{escape(here(task.address, query))}'>{name}</a>"
    wide, high = tasks.size(task.picture)
    source = html.static(f"{tasks.PICTURES.name}/{task.picture}.webp")
    alt = escape(_("Gambar halamannya: {name}", name=task.name()))
    shown = f"<img src='{source}' width='{wide}' height='{high}' alt='{alt}' loading='lazy'>"
    trouble = f"<p class='rp-trouble'>{escape(task.wrong())}</p>"
    return (
        f"<article><div><h2>{name}</h2><p>{escape(task.how())}</p>{trouble}</div>"
        f"<a class='rp-shot' href='{source}'>{shown}</a></article>"
    )


_ACCOUNTS = {tasks.guard.MANAGE}  # there where people sign in


def _others(chosen: Guide, query: dict[str, str]) -> str:
    """Return the ways to what others do."""
    links = "".join(
        f"<a href='{escape(here(registry.HELP, query, untuk=each.code))}'>{escape(each.title())}</a>"
        for each in tasks.GUIDES
        if each is not chosen
    )
    return f"<nav aria-label='{escape(_('Peran lain'))}'><span>{escape(_('Peran lain'))}</span>{links}</nav>"
