"""What /formulir answers: which forms wait to be filled in, any other that is chosen, and the workbook itself."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import wraps
from html import escape
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from dashboard import asking, db, record, registry
from dashboard.sending import files, jobs, offered
from dashboard.signin import html
from dashboard.signin.pages import here
from dashboard.signin.small import Answer, for_whom, show
from dashboard.words import text
from dashboard.words.text import _
from queries import forms
from queries.forms import Form
from queries.months import first_of_month

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SECONDS = 60.0  # that a workbook may take
AT_ONCE = asyncio.Semaphore(2)  # workbooks that are made beside each other


def _own(answer: Answer) -> Answer:
    """Return what answers one who takes forms; without a build there is nothing to fill them with."""

    @wraps(answer)
    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except db.NoBuild:
            words = _("Belum ada data terbitan, jadi formulir belum dapat diisi dengan unit dan layanannya.")
            return _show(request, html.notice(words), 404)
        except db.OlderBuild:
            return _show(request, html.notice(_("Data terbitan dari versi lama; muat laporan sekali lagi.")), 503)

    return for_whom(registry.FORMS, lambda: _("Peran Anda tidak membawa formulir."))(answered)


def _show(request: Request, body: str, status: int = 200) -> Response:
    return show(request, _("Formulir"), body, status)


@_own
async def start(request: Request) -> Response:
    """Answer /formulir: what waits to be filled in, and a choice of any form, unit and period."""
    query, viewer = dict(request.query_params), asking.current()
    owed, count = await asyncio.to_thread(offered.owed, viewer, files.FIRST_ROWS)
    units = await asyncio.to_thread(offered.units, viewer, first_of_month(date.today()))
    about = _(
        "Formulir Excel yang sudah berisi unit, layanan, indikator, dan angka periode sebelumnya. "
        "Isi sel kuning, simpan, lalu kirim lewat halaman Kirim laporan."
    )
    body = html.paragraph(about) + _owed(owed, count, query) + _any(units, query) + _without()
    return _show(request, body)


@_own
async def file(request: Request) -> Response:
    """Answer /formulir/berkas: the workbook of a form, a unit and the period that a month lies in."""
    viewer, asked = asking.current(), request.query_params
    form, first = forms.forms().get(asked.get("formulir", "")), _month(asked.get("bulan", ""))
    if form is None or first is None:
        return _show(request, html.notice(_("Pilih formulir, unit, dan periodenya.")), 400)
    first, unit = form.begins(first), asked.get("unit", "")
    found = await asyncio.to_thread(offered.contents, viewer, form, unit, first)
    if found is None:
        return _show(request, html.notice(_("Unit ini tidak ada, atau bukan unit Anda.")), 404)
    if offered.tells_people(viewer, form):
        try:
            record.note("exported", {"table": form.name, "unit": unit, "period": first.isoformat(), "format": "xlsx"})
        except record.Unwritable as unwritten:
            return _show(request, html.notice(str(unwritten)), 503)
    try:
        async with AT_ONCE:
            made = await jobs.answer_of("rapor.forming", json.dumps(asdict(found), default=str).encode(), MOST_SECONDS)
    except OSError:
        return _show(request, html.notice(_("Formulir belum dapat dibuat; coba lagi sebentar lagi.")), 503)
    name = quote(forms.file_name(form, found))
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "x-content-type-options": "nosniff"}
    return Response(made, media_type=XLSX, headers=headers)


def _month(words: str) -> date | None:
    """Return the month of a day; None where it is none, or of no time in which anybody reports."""
    try:
        found = first_of_month(date.fromisoformat(words))
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


def _owed(rows: Sequence[tuple[Form, Mapping[str, Any]]], count: int, query: Mapping[str, str]) -> str:
    """Return what waits to be filled in, the first of so many, each with its way to the workbook."""
    if not rows:
        return html.part(_("Yang perlu diisi"), html.paragraph(_("Tidak ada laporan yang perlu diisi.")))
    head = (_("Unit"), _("Laporan"), _("Periode"), _("Tenggat"), _("Formulir"))
    cells = [
        [
            escape(row["unit_name"]),
            escape(text.named(row["report_kind_name"], row["report_kind_name_en"])),
            escape(text.span(row["period"], row["period_months"])),
            escape(text.date(row["due_on"])),
            _way(form, row, query),
        ]
        for form, row in rows
    ]
    return html.part(_("Yang perlu diisi"), html.rows(head, cells) + files.more(count))


def _way(form: Form, row: Mapping[str, Any], query: Mapping[str, str]) -> str:
    at = here(
        f"{registry.FORMS}/berkas", query, formulir=form.name, unit=row["unit_id"], bulan=row["period"].isoformat()
    )
    about = f"{_('Unduh')}: {text.named(form.title, form.title_en)}, {row['unit_name']}, {text.span(row['period'], row['period_months'])}"
    return f"<a href='{escape(at)}' download aria-label='{escape(about)}'>{_('Unduh')}</a>"


def _any(units: Mapping[str, str], query: Mapping[str, str]) -> str:
    """Return the choice of any form, unit and period."""
    if not units:
        return ""
    named = [(form.name, text.named(form.title, form.title_en)) for form in forms.forms().values()]
    today = first_of_month(date.today())
    monthly = next(form for form in forms.forms().values() if form.months == 1)
    months = [(month.isoformat(), text.span(month, 1)) for month in offered.periods(monthly, today)]
    language = f"<input type='hidden' name='bahasa' value='{escape(query['bahasa'])}'>" if query.get("bahasa") else ""
    found, search = html.narrowed(registry.FORMS, units, query.get("cari", ""))
    hint = _("Formulir triwulanan dan tahunan dibuat untuk triwulan atau tahun bulan itu.")
    body = (
        f"<form method='get' action='{registry.FORMS}/berkas'>{language}"
        f"{html.choice('formulir', _('Formulir'), named)}{html.choice('unit', _('Unit'), found)}"
        f"{html.choice('bulan', _('Bulan'), months, today.isoformat())}<p class='rp-field'><small>{escape(hint)}</small></p>"
        f"<button>{_('Unduh formulir')}</button></form>"
    )
    return html.part(_("Formulir lain"), search + (body if found else ""))


def _without() -> str:
    """Return which reports have no form, and why."""
    lines = "".join(f"<li>{escape(text.named(*words))}</li>" for words in forms.none().values())
    return html.fold(_("Laporan yang tidak memakai formulir"), f"<ul>{lines}</ul>")
