"""What /kirim/<id>/nama and /daftar/nama answer: what names that no register knows mean, said once and looked at by who may."""

from collections.abc import Mapping
from difflib import get_close_matches
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dashboard import asking, registry
from dashboard.access import Viewer
from dashboard.folder import data_dir
from dashboard.registers import process, proposed, shown
from dashboard.registers.proposed import Meaning
from dashboard.sending import box, jobs
from dashboard.signin import html
from dashboard.signin.pages import here
from dashboard.signin.small import for_whom, lead, show
from dashboard.words.text import _, n_
from queries import edits
from queries.registers import registers

_sender = for_whom(registry.SEND, lambda: _("Peran Anda tidak mengirim laporan."))
_keeper = for_whom(registry.LISTS, lambda: _("Peran Anda tidak mengubah daftar rujukan."))
ALIKE = 0.6  # of the letters of two names, for one to be chosen ahead; a person looks at each


@_sender
async def of_sending(request: Request) -> Response:
    """Answer /kirim/<id>/nama: each unknown name of a sending with what it may mean; what is said is kept, or waits to be looked at."""
    asker, query = asking.asker(), dict(request.query_params)
    sending = box.find(request.path_params["sending"], asker)
    if sending is None:
        return show(request, _("Tidak ada"), html.notice(_("Kiriman ini tidak ada, atau bukan milik Anda.")), 404)
    names = _unknown(box.answer(sending, "preview") or {})
    notice = ""
    if request.method == "POST":
        form = await request.form(max_files=0, max_fields=2 * box.MOST_NAMES)
        chosen = [(table, name, str(form.get(f"arti-{n}", ""))) for n, (table, name, _rows) in enumerate(names)]
        meant = [each for each in chosen if each[2] and each[2] in _keys(each[0], asking.current())]
        mine = [each for each in meant if shown.may_change(registers()[each[0]], asker.viewer)]
        for table, name, key in meant:
            if (table, name, key) not in mine:
                proposed.propose(table, name, key, asker)
        refused = await _take(mine)
        if not refused:
            jobs.read_anew(sending)
            return lead(request, f"{registry.SEND}/{sending.id}")
        notice = html.notice(refused)
    back = f"<p class='rp-last'><a href='{escape(here(f'{registry.SEND}/{sending.id}', query))}'>{escape(_('Kembali ke kiriman'))}</a></p>"
    return show(request, _("Nama yang belum dikenal"), notice + _form(names, sending.id, query) + back)


@_keeper
async def waiting(request: Request) -> Response:
    """Answer /daftar/nama: what senders say that names mean, to take or to decline."""
    query, notice = dict(request.query_params), ""
    if request.method == "POST":
        form = await request.form(max_files=0, max_fields=5)
        one = next((each for each in proposed.waiting() if each.id == form.get("id")), None)
        if one is None or not shown.may_change(registers()[one.table], asking.current()):
            notice = html.notice(_("Usulan ini tidak ada, atau bukan untuk peran Anda."))
        elif form.get("apa") == "tolak":
            proposed.settle(one, is_taken=False)
        elif refused := await _take([(one.table, one.name, one.key)]):
            notice = html.notice(refused)
        else:
            proposed.settle(one, is_taken=True)
            notice = html.notice(_("Dipakai. Barisnya terbit pada penerbitan berikut."), "good")
    return show(
        request, _("Usulan arti nama"), notice + shown.unpublished(query) + _proposals(query) + shown.back(query)
    )


async def _take(meant: list[tuple[str, str, str]]) -> str:
    """Have names be aliases of what they mean; return why not, where that is refused."""
    asker = asking.asker()
    for table in {table for table, _name, _key in meant}:
        key = registers()[table].key[0]
        rows = {row[key]: row for row in edits.rows(data_dir(), table)}
        more: dict[str, list[str]] = {}
        for _table, name, of in (each for each in meant if each[0] == table):
            more.setdefault(of, []).append(name)
        changes = [
            {"before": rows[of], "after": edits.with_names(rows[of], names)} for of, names in more.items() if of in rows
        ]
        said = await process.ask(
            "keep", table=table, changes=changes, by=asker.name, role=asker.viewer.role, why=_("arti nama di laporan")
        )
        if "refused" in said:
            return said["refused"]
    return ""


def _unknown(found: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Return the unknown names of the files of a sending: table, name, in how many rows."""
    rows: dict[tuple[str, str], int] = {}
    for each in found.values():
        for name in each.get("names", ()):
            rows[name["table"], name["name"]] = rows.get((name["table"], name["name"]), 0) + name["rows"]
    return [(table, name, count) for (table, name), count in rows.items()][: box.MOST_NAMES]


def _keys(table: str, viewer: Viewer) -> dict[str, str]:
    """Return what a name may mean, key -> name; of units those that one who sends covers, and not the district."""
    key = registers()[table].key[0]
    rows = edits.rows(data_dir(), table)
    found = {row[key] or "": row["name"] or "" for row in rows if table != "units" or row["parent_id"]}
    covered = viewer.units if table == "units" else None
    return {key: name for key, name in found.items() if covered is None or key in covered}


def _guess(table: str, name: str, keys: Mapping[str, str]) -> str:
    """Return the key of the row whose name, or another one of it, is spelt most like a name; nothing where none is near."""
    known: dict[str, str] = {}
    for row in edits.rows(data_dir(), table):
        key = row[registers()[table].key[0]] or ""
        spellings = [row["name"] or "", *(row["aliases"] or "").split("|")]
        known |= {each.casefold(): key for each in spellings if each and key in keys}
    near = get_close_matches(name.casefold(), list(known), 1, ALIKE)
    return known[near[0]] if near else ""


def _form(names: list[tuple[str, str, int]], sending_id: str, query: Mapping[str, str]) -> str:
    if not names:
        return html.paragraph(_("Semua nama di kiriman ini dikenal."))
    viewer = asking.current()
    fields, table_before = "", ""
    for n, (table, name, rows) in enumerate(names):
        if table != table_before:
            fields += f"<h2>{escape(shown.title_of(registers()[table]))}</h2>"
            table_before = table
        keys = _keys(table, viewer)
        guess = _guess(table, name, keys)
        count = n_("{n} baris", "{n} baris", rows)
        options = [("", _("Belum tahu")), *sorted(keys.items(), key=lambda each: each[1])]
        fields += html.choice(f"arti-{n}", f"“{name}” · {count}", options, guess)
    reviewed = not all(shown.may_change(registers()[table], viewer) for table, _name, _rows in names)
    about = _("Pilih apa yang dimaksud; berlaku juga untuk kiriman berikutnya. Tebakan sudah terpilih, periksa dulu.")
    later = (
        " " + _("Pilihan Anda ditinjau pengelola; sampai itu barisnya menunggu, tidak perlu dikirim ulang.")
        if reviewed
        else ""
    )
    new = ""
    if any(table == "units" for table, _name, _rows in names) and shown.may_change(registers()["units"], viewer):
        url = escape(shown.at(query, "units", "usulan", kiriman=sending_id))
        new = f"<p><a class='rp-button rp-quiet' href='{url}'>{escape(_('Daftarkan unit baru'))}</a></p>"
    url = here(f"{registry.SEND}/{sending_id}/nama", query)
    return html.paragraph(about + later) + new + html.form(url, fields, _("Simpan dan periksa lagi"))


def _proposals(query: Mapping[str, str]) -> str:
    every = proposed.waiting()
    if not every:
        return html.paragraph(_("Tidak ada usulan yang menunggu."))
    head = (_("Nama di laporan"), _("Diusulkan berarti"), _("Daftar"), _("Oleh"), _("Putuskan"))
    return html.rows(head, [_row(each, query) for each in every])


def _row(one: Meaning, query: Mapping[str, str]) -> list[str]:
    register = registers()[one.table]
    name = next((row["name"] for row in edits.rows(data_dir(), one.table) if row[register.key[0]] == one.key), None)
    url, acts = shown.at(query, "nama"), ""
    if shown.may_change(register, asking.current()):
        for act, words in (("pakai", _("Pakai")), ("tolak", _("Tolak"))):
            acts += html.form(url, "", words, {"id": one.id, "apa": act}, is_quiet=True, about=one.name)
    return [
        escape(one.name), escape(name or one.key), escape(shown.title_of(register)), escape(shown.role_title(one.role)),
        f"<div class='rp-acts'>{acts}</div>",
    ]  # fmt: skip
