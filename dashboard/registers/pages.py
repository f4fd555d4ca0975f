"""What /daftar answers: the registers, the rows of one, what a form changes, what was changed and taken back."""

import csv
import io
import json
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from dashboard import asking, registry
from dashboard.folder import data_dir
from dashboard.registers import process, shown
from dashboard.signin import html
from dashboard.signin.pages import lead
from dashboard.signin.small import Answer, for_whom, show
from dashboard.words.text import _
from queries import edits
from queries.edits import Row
from queries.escape import disarmed
from queries.registers import Register, registers

LONGEST_FORM = 4_000_000  # bytes: some ten thousand pasted lines
_own = for_whom(registry.LISTS, lambda: _("Peran Anda tidak mengubah daftar rujukan."))


def of_one(answer: Callable[[Request, Register], Awaitable[Response]]) -> Answer:
    """Return what answers for the register that the address names, one that there is none of as such; changes need its right."""

    async def answered(request: Request) -> Response:
        register = registers().get(request.path_params["table"])
        if register is None:
            return show(request, _("Tidak ada"), html.notice(_("Daftar ini tidak ada.")), 404)
        if not shown.may_change(register, asking.current()) and (request.method == "POST" or answer is not rows):
            words = _(
                "Daftar ini hanya dilihat oleh peran Anda; yang mengubahnya: {names}.", names=shown.who_may(register)
            )
            return show(request, shown.title_of(register), html.notice(words), 403)
        return await answer(request, register)

    return _own(answered)


@_own
async def start(request: Request) -> Response:
    """Answer /daftar."""
    return show(request, _("Daftar rujukan"), shown.every(dict(request.query_params)))


async def rows(request: Request, register: Register) -> Response:
    """Answer /daftar/<table>."""
    query = dict(request.query_params)
    done = html.notice(_("Tersimpan."), "good") if "tersimpan" in query else ""
    body = done + shown.one(register, asking.current(), query) + shown.back(query)
    return show(request, shown.title_of(register), body)


async def row(request: Request, register: Register) -> Response:
    """Answer /daftar/<table>/baris: the form of a row, and what it sends."""
    query = dict(request.query_params)
    if request.method == "GET":
        before = shown.find(register, query["kunci"]) if "kunci" in query else None
        if "kunci" in query and before is None:
            return _page(request, register, html.notice(_("Baris ini tidak ada lagi.")), 404)
        return _page(request, register, shown.form(register, before, query))
    form = await _form(request)
    before, why = _row(form.get("sebelum", "")), form.get("alasan", "")
    if form.get("apa") == "hapus":
        changes = [{"before": before, "after": None}]
        said = await process.ask("keep", table=register.table, changes=changes, **_who(why))
    else:
        typed = {key.removeprefix("k-"): _names(value) for key, value in form.items() if key.startswith("k-")}
        said = await process.ask("change", table=register.table, before=before, said=typed, keeps=True, **_who(why))
    if refused := said.get("refused") or " ".join(said.get("problems", ())):
        typed = {key.removeprefix("k-"): _names(value) for key, value in form.items() if key.startswith("k-")}
        return _page(request, register, html.notice(refused) + shown.form(register, before, query, typed, why), 400)
    return lead(request.scope, shown.at(query, register.table, tersimpan="1"))


async def paste(request: Request, register: Register) -> Response:
    """Answer /daftar/<table>/tempel: lines of a spreadsheet, what they would change, and that they do."""
    query = dict(request.query_params)
    if request.method == "GET":
        return _page(request, register, shown.paste(register, query))
    form = await _form(request)
    lines, why = form.get("isi", ""), form.get("alasan", "")
    keeps = form.get("apa") == "simpan"
    said = await process.ask("paste", table=register.table, text=lines, keeps=keeps, **_who(why))
    if said.get("refused"):
        return _page(request, register, html.notice(said["refused"]) + shown.paste(register, query, lines, why), 400)
    if said.get("id"):
        return lead(request.scope, shown.at(query, register.table, tersimpan="1"))
    return _page(request, register, shown.looked(register, said, query, lines, why))


async def download(_request: Request, register: Register) -> Response:
    """Answer /daftar/<table>/unduh: the table as a spreadsheet opens it, under the titles that pasting knows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([shown.column_title(column) for column in register.columns.values()])
    for each in edits.rows(data_dir(), register.table):
        cells = [shown.typed_as(column, each.get(name)) for name, column in register.columns.items()]
        writer.writerow([disarmed(cell) for cell in cells])
    head = {"content-disposition": f"attachment; filename={register.table}.csv"}
    return Response("\ufeff" + out.getvalue(), headers=head, media_type="text/csv; charset=utf-8")


@_own
async def history(request: Request) -> Response:
    """Answer /daftar/riwayat: what was changed, and taking it back."""
    query, notice = dict(request.query_params), ""
    if request.method == "POST":
        form = await _form(request)
        found = next((each for each in edits.history(data_dir()) if each.id == form.get("id")), None)
        register = registers().get(found.table) if found else None
        if register is None or not shown.may_change(register, asking.current()):
            notice = html.notice(_("Perubahan ini tidak ada, atau bukan untuk peran Anda."))
        else:
            said = await process.ask("undo", id=form["id"], **_who(""))
            notice = html.notice(said["refused"]) if "refused" in said else html.notice(_("Dikembalikan."), "good")
    body = notice + shown.history(asking.current(), query) + shown.back(query)
    return show(request, _("Riwayat perubahan"), body)


@_own
async def publish(request: Request) -> Response:
    """Answer /daftar/terbit: a build is made with the tables as they are now; the page waits for it."""
    query = dict(request.query_params)
    if request.method == "POST":
        asker = asking.asker()
        process.publish(asker.name, asker.viewer.role)
        return lead(request.scope, shown.at(query, "terbit"))
    body = shown.publishing(is_running=process.is_publishing(), result=process.result(), query=query)
    return show(request, _("Terbitkan perubahan"), body + shown.back(query))


def _page(request: Request, register: Register, body: str, status: int = 200) -> Response:
    query = dict(request.query_params)
    up = f"<p class='rp-last'><a href='{html.escape(shown.at(query, register.table))}'>{html.escape(shown.title_of(register))}</a></p>"
    return show(request, shown.title_of(register), body + up, status)


def _who(why: str) -> dict[str, str]:
    asker = asking.asker()
    return {"by": asker.name, "role": asker.viewer.role, "why": why[:300].strip()}


async def _form(request: Request) -> dict[str, str]:
    if int(request.headers.get("content-length") or 0) > LONGEST_FORM:
        return {}
    form = await request.form(max_files=0, max_fields=100, max_part_size=LONGEST_FORM)
    return {key: value for key, value in form.items() if isinstance(value, str)}


def _row(said: str) -> Row | None:
    try:
        found = json.loads(said or "null")
        json.dumps(found, ensure_ascii=False).encode()  # halves of characters are none of a table
    except (ValueError, RecursionError):
        return {}
    is_row = isinstance(found, Mapping) and all(isinstance(each, str | None) for each in found.values())
    return found if found is None or is_row else {}


def _names(value: str) -> str:
    """Return what a field of several lines says as one cell holds it."""
    return "|".join(line for line in value.splitlines() if line.strip()) if "\n" in value else value
