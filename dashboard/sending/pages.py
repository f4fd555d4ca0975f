"""What /kirim answers: files are sent, looked at, asked about, loaded; who sends sees what became of each."""

import asyncio
import mimetypes
import os
from dataclasses import replace
from functools import wraps
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive

from dashboard import asking, record, registry
from dashboard.sending import box, files, jobs, mending, shown
from dashboard.sending.box import Refused, Sending, Stated
from dashboard.signin import html
from dashboard.signin.pages import here
from dashboard.signin.small import Answer, for_whom, lead, show
from dashboard.words.text import _
from queries.escape import on_one_line

PIECE = 1_000_000  # bytes that are taken at a time


def _own(answer: Answer) -> Answer:
    """Return what answers one who may send; what can't be taken in is said on the page that it was sent from."""

    @wraps(answer)
    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except Refused as wrong:
            return await _start_page(request, html.notice(str(wrong)), 400)
        except OSError:
            words = _("Belum dapat disimpan: mungkin cakram penuh. Sampaikan kepada pengelola, lalu kirim lagi.")
            return await _start_page(request, html.notice(words), 507)

    return for_whom(registry.SEND, lambda: _("Peran Anda tidak mengirim laporan."))(answered)


# --- the page, and what is sent from it ---


@_own
async def start(request: Request) -> Response:
    """Answer /kirim: the form, what is due, what was sent; files that come with it are kept and looked at."""
    if request.method == "POST":
        sending = await _received(request)
        jobs.read(sending)
        return lead(request, f"{registry.SEND}/{sending.id}")
    asyncio.get_running_loop().create_task(jobs.reader().ready())  # while the sender chooses
    return await _start_page(request)


async def _start_page(request: Request, notice: str = "", status: int = 200) -> Response:
    asker = asking.asker()
    sendings = [jobs.resume(one) for one in await asyncio.to_thread(box.listed, asker)]
    due = await asyncio.to_thread(shown.due, asker.viewer)
    url = here(registry.SEND, dict(request.query_params))
    query = dict(request.query_params)
    body = notice + shown.form(url) + shown.due_part(due, query) + shown.sent_part(sendings, query)
    return show(request, _("Kirim laporan"), body, status)


async def _received(request: Request) -> Sending:
    """Keep the files of a form as they come; raises Refused, having kept none, where one can't be taken in."""
    if int(request.headers.get("content-length") or 0) > box.MOST_SENT_BYTES:
        raise Refused(_too_large())
    await asyncio.to_thread(box.sweep)
    if await asyncio.to_thread(box.unanswered, asking.asker()) >= box.MOST_UNANSWERED:
        words = _("Ada {n} kiriman yang belum dimuat atau dibatalkan; selesaikan dulu yang itu.", n=box.MOST_UNANSWERED)
        raise Refused(words)
    try:
        counted = Request(request.scope, _counted(request.receive))
        form = await counted.form(max_files=box.MOST_FILES, max_fields=20)
    except HTTPException:
        words = _(
            "Kiriman ini tidak terbaca atau berisi terlalu banyak berkas; kirim paling banyak {n} sekaligus.",
            n=box.MOST_FILES,
        )
        raise Refused(words) from None
    async with _closing(form):
        given = [each for each in form.getlist("berkas") if isinstance(each, UploadFile) and each.filename]
        if not given:
            raise Refused(_("Pilih dulu berkas yang akan dikirim."))
        names: list[str] = []
        for each in given:
            names.append(box.name_of(each.filename or "", names))
            if not each.size:
                raise Refused(_("{name} kosong.", name=names[-1]))
            if each.size > box.MOST_BYTES:
                raise Refused(_("{name} lebih besar daripada 256 MB; pecah menjadi beberapa berkas.", name=names[-1]))
        sending = box.new(asking.asker())
        for name, each in zip(names, given, strict=True):
            await _kept(each, sending.folder / name)
        return await asyncio.to_thread(box.save, replace(sending, names=tuple(names)))


def _too_large() -> str:
    return _("Kiriman ini terlalu besar; kirim paling banyak 1 GB sekaligus.")


def _counted(receive: Receive) -> Receive:
    """Return what gives a request's body and stops where it is too large, whatever its head says of that."""
    came = 0

    async def counting() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > box.MOST_SENT_BYTES:
            raise Refused(_too_large())
        return message

    return counting


class _closing:
    """Close the files of a form when done, whatever becomes of them."""

    def __init__(self, form: FormData) -> None:
        self.form = form

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, *_fault: object) -> None:
        await self.form.close()


async def _kept(file: UploadFile, path: Path) -> None:
    """Write a file down as it came, on the disk before anything is said of it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        while piece := await file.read(PIECE):
            await asyncio.to_thread(out.write, piece)
        out.flush()
        await asyncio.to_thread(os.fsync, out.fileno())


# --- one sending ---


@_own
async def one(request: Request) -> Response:
    """Answer /kirim/<id>: what is known of the files so far, what is asked, what can be done."""
    sending = _found(request)
    if sending is None:
        return show(
            request, _("Tidak ada"), html.notice(_("Kiriman ini tidak ada, atau bukan milik Anda.")), status=404
        )
    body = await asyncio.to_thread(shown.sending, sending, asking.asker(), dict(request.query_params))
    return show(request, shown.title(sending), body)


@_own
async def state(request: Request) -> Response:
    """Answer /kirim/<id>/keadaan, which the page asks while it waits."""
    sending = _found(request)
    if sending is None:
        return JSONResponse({}, 404)
    return JSONResponse(
        {"state": f"{sending.state} {sending.tries}", "words": shown.far_words(sending, jobs.far(sending))}
    )


@_own
async def look_again(request: Request) -> Response:
    """Answer /kirim/<id>/sebut: what the sender states of files, which are looked at again."""
    form = await request.form(max_files=0, max_fields=5 * box.MOST_FILES)
    sending = _found(request)  # as it is now that all has come: nothing is awaited between this and what is kept
    if sending is None or sending.state != "read":
        return lead(request, registry.SEND if sending is None else f"{registry.SEND}/{sending.id}")
    stated = dict(sending.stated)
    for n, name in enumerate(sending.names):
        given = Stated(*(str(form.get(f"{key}-{n}", ""))[:100].strip() for key in ("jenis", "unit", "periode")))
        if given != Stated():
            stated[name] = given
    jobs.read(replace(sending, stated=stated))
    return lead(request, f"{registry.SEND}/{sending.id}")


@_own
async def take(request: Request) -> Response:
    """Answer /kirim/<id>/muat: load what was read; who asks is looked at again, and what he may send."""
    form = await request.form(max_files=0, max_fields=5 * box.MOST_FILES)
    sending, asker = (
        _found(request),
        asking.asker(),
    )  # as it is now that all has come: nothing is awaited until it is kept
    if sending is not None and sending.state in ("read", "failed", "loaded"):
        found = box.answer(sending, "preview") or {}
        ready = {name for name in sending.names if files.is_ready(sending, name, found.get(name, {}), asker.viewer)}
        left_out = tuple(name for name in sending.names if name not in ready)
        confirmed = tuple(name for n, name in enumerate(sending.names) if form.get(f"sah-{n}") == "1" and name in ready)
        if ready and (confirmed or sending.state != "loaded"):
            jobs.load(replace(sending, left_out=left_out, confirmed=confirmed), asker)
    return lead(request, registry.SEND if sending is None else f"{registry.SEND}/{sending.id}")


@_own
async def mend(request: Request) -> Response:
    """Answer /kirim/<id>/betul: read one cell otherwise than it stands, and look at its file again."""
    form = await request.form(max_files=0, max_fields=20)
    sending = _found(request)
    if sending is None or sending.state not in ("read", "failed") or not shown.tells_cells(sending, asking.asker()):
        return lead(request, registry.SEND if sending is None else f"{registry.SEND}/{sending.id}")
    name = str(form.get("nama", ""))
    found = (box.answer(sending, "preview") or {}).get(name, {})
    value, why = (on_one_line(str(form.get(key, "")))[: box.LONGEST_WORDS].strip() for key in ("nilai", "sebab"))
    wanted = tuple(str(form.get(key, "")) for key in mending.PLACE)
    cell = next((each for each in found.get("rejects") or () if mending.place(each) == wanted), None)
    if cell is not None and mending.may_mend(cell) and value and why:
        file, sheet, col = (str(cell[key] or "") for key in ("file", "sheet", "col"))
        new = box.Mend(name, file, sheet, cell["row"], col, str(cell["value"] or ""), value, why)
        jobs.read(box.with_mend(sending, new))
    return lead(request, f"{registry.SEND}/{sending.id}")


@_own
async def take_back(request: Request) -> Response:
    """Answer /kirim/<id>/pulih: read a cell as it stands again, and look at its file; what was loaded is so until it is loaded again."""
    form = await request.form(max_files=0, max_fields=5 * box.MOST_FILES)
    sending, number = _found(request), str(form.get("ke", ""))
    if sending is not None and shown.tells_cells(sending, asking.asker()) and number.isdecimal() and len(number) < 6:
        now = box.without_mend(sending, int(number))
        if sending.state in ("read", "failed"):
            jobs.read(now)
        elif sending.state == "loaded":
            jobs.reopen(now)
    return lead(request, registry.SEND if sending is None else f"{registry.SEND}/{sending.id}")


@_own
async def reopen(request: Request) -> Response:
    """Answer /kirim/<id>/buka: look once more at what was loaded, so that its wrong cells can be mended, or at what was taken back."""
    sending = _found(request)
    if sending is not None and (
        sending.state == "loaded" or (box.may_be_opened_again(sending) and box.may_cancel(sending, asking.asker()))
    ):
        jobs.reopen(sending)
    return lead(request, registry.SEND if sending is None else f"{registry.SEND}/{sending.id}")


@_own
async def give_back(request: Request) -> Response:
    """Answer /kirim/<id>/tanda/<n>: the sender's own file with what is wrong in it marked; what he took along is written down."""
    sending, n = _found(request), request.path_params["n"]
    if sending is None or n >= len(sending.names) or not shown.tells_cells(sending, asking.asker()):
        raise HTTPException(404)
    given = await jobs.give_back(sending, sending.names[n])
    if given is None:
        words = _("Tidak ada yang dapat ditandai di {name}.", name=sending.names[n])
        return show(request, _("Tidak ada"), html.notice(words), status=404)
    try:
        record.add("returned", {"files": "1"})
    except record.Unwritable as wrong:
        return show(request, _("Tidak ada"), html.notice(str(wrong)), status=503)
    name, content = given
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    saved = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        content, media_type=kind, headers={"content-disposition": saved, "x-content-type-options": "nosniff"}
    )


@_own
async def cancel(request: Request) -> Response:
    """Answer /kirim/<id>/batal."""
    sending = _found(request)
    if sending is not None and sending.state in ("reading", "read") and box.may_cancel(sending, asking.asker()):
        box.discard(sending)
    return lead(request, registry.SEND)


def _found(request: Request) -> Sending | None:
    sending = box.find(request.path_params["sending"], asking.asker())
    return jobs.resume(sending) if sending else None
