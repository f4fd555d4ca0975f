"""What /penyiapan answers: the district of an empty folder, the list of what is to be set up, starter packs, units found in reports."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dashboard import asking, registry
from dashboard.folder import PROJECT, data_dir
from dashboard.registers import process, setup, shown
from dashboard.sending import box, jobs
from dashboard.signin import html
from dashboard.signin import pages as signin
from dashboard.signin.pages import here
from dashboard.signin.small import for_whom, lead, show
from dashboard.words.text import _, n_
from queries import edits
from queries.registers import registers

STARTER = PROJECT / "data" / "starter"
PACKS = {
    "spm_kesehatan": lambda: _("12 layanan SPM kesehatan"),
    "iku_umum": lambda: _("20 indikator kinerja utama yang umum"),
}
MOST_PROPOSED = 200
_own = for_whom(registry.SETUP, lambda: _("Peran Anda tidak menyiapkan Rapor."))


@_own
async def start(request: Request) -> Response:
    """Answer /penyiapan."""
    query = dict(request.query_params)
    if setup.is_there():
        return show(request, _("Penyiapan"), _steps(query))
    notice = ""
    if request.method == "POST":
        form = await request.form(max_files=0, max_fields=5)
        said = await process.ask("init", code=str(form.get("kode", "")), name=str(form.get("nama", ""))[:100].strip())
        if "refused" not in said:
            return lead(request, registry.SETUP)
        notice = html.notice(said["refused"])
    sought = query.get("cari", "")[:100]
    found = (await process.ask("districts", text=sought)).get("found", []) if sought else []
    return show(request, _("Kabupaten atau kota mana?"), notice + _districts(sought, found, query))


@_own
async def pack(request: Request) -> Response:
    """Answer /penyiapan/paket: a starter pack is sent like a report, and looked at before it is loaded."""
    form = await request.form(max_files=0, max_fields=3)
    name = str(form.get("paket", ""))
    asker = asking.asker()
    if name not in PACKS or not asker.viewer.may("load"):
        return show(request, _("Tidak ada"), html.notice(_("Paket ini tidak ada.")), 404)
    sending = box.new(asker)
    (sending.folder / f"{name}.csv").write_bytes((STARTER / f"{name}.csv").read_bytes())
    jobs.read(box.save(replace(sending, names=(f"{name}.csv",))))
    return lead(request, f"{registry.SEND}/{sending.id}")


@_own
async def proposals(request: Request) -> Response:
    """Answer /daftar/units/usulan: units that reports name and the register does not know, to add or to join to known ones."""
    query = dict(request.query_params)
    asker = asking.asker()
    back = shown.back(query)
    if request.method == "POST":
        form = {
            key: str(value) for key, value in (await request.form(max_files=0, max_fields=5 * MOST_PROPOSED)).items()
        }
        changes = _accepted(form)
        said = await process.ask(
            "keep",
            table="units",
            changes=changes,
            by=asker.name,
            role=asker.viewer.role,
            why=_("dari laporan yang dikirim"),
        )
        if "refused" not in said:
            sending = box.find(query.get("kiriman", ""), asker)
            if sending is None:
                return signin.lead(request.scope, shown.at(query, "units", tersimpan="1"))
            jobs.read_anew(sending)
            return lead(request, f"{registry.SEND}/{sending.id}")
        return show(request, _("Unit dari laporan"), html.notice(said["refused"]) + back, 400)
    sent = [one for one in box.listed(asker) if one.state in ("read", "failed", "loaded")]
    if "kiriman" in query:
        sent = [one for one in sent if one.id == query["kiriman"]]
    paths = [str(one.folder / name) for one in sent for name in one.names if (one.folder / name).is_file()]
    said = await process.ask("learn", paths=paths) if paths else {"proposed": []}
    if "refused" in said:
        return show(request, _("Unit dari laporan"), html.notice(said["refused"]) + back, 400)
    return show(request, _("Unit dari laporan"), _proposed(said["proposed"][:MOST_PROPOSED], query) + back)


# --- in words ---


def _districts(sought: str, found: list[Mapping[str, str]], query: Mapping[str, str]) -> str:
    url = here(registry.SETUP, query)
    about = _("Kecamatan dan puskesmasnya terisi dari daftar bebas; Anda memeriksanya sesudah ini.")
    field = html.field("cari", _("Nama kabupaten, kota atau provinsi"), "search", value=sought, maxlength="100")
    search = (
        f"<form method='get' action='{escape(here(registry.SETUP, {}))}' role='search'>"
        + ("<input type='hidden' name='bahasa' value='en'>" if query.get("bahasa") == "en" else "")
        + f"{field}<button>{escape(_('Cari'))}</button></form>"
    )
    each = "".join(
        html.form(url, html.paragraph(f"{one['name']}, {one['province']} ({one['code']})"), _("Pakai ini"), {"kode": one["code"]},
                  is_quiet=True, about=one["name"])
        for one in found
    )  # fmt: skip
    none = html.paragraph(_("Tidak ada yang bernama itu.")) if sought and not found else ""
    name = html.field(
        "nama", _("Nama lain"), maxlength="100", hint=_("Daftar unitnya kosong; diisi sendiri atau dari laporan.")
    )
    other = html.fold(
        _("Bukan kabupaten atau kota di daftar?"), html.form(url, name, _("Mulai dengan nama ini"), is_quiet=True)
    )
    return html.paragraph(about) + search + none + each + other


def _steps(query: Mapping[str, str]) -> str:
    every = setup.steps(asking.current())
    left = sum(not step.is_done for step in every)
    if left:
        words = n_("{n} dari {all} belum siap.", "{n} dari {all} belum siap.", left, all=len(every))
        words += " " + _("Cara tercepat: kirim satu zip dari obrolan di halaman Kirim, lalu ambil unitnya dari sana.")
    else:
        words = _("Semua sudah siap.")
    cells = []
    for step in every:
        ways = "<br>".join(f"<a href='{escape(here(url, query))}'>{escape(words)}</a>" for words, url in step.ways)
        words_of = _("siap") if step.is_done else _("belum disiapkan")
        mark = f"<b class='rp-{'done' if step.is_done else 'open'}'>{escape(words_of)}</b>"
        extra = _packs(query) if step.id == "indikator" and not step.is_done else ""
        state = f"<div>{mark}<br>{escape(step.found)}</div>"
        cells.append([escape(step.title), state, escape(step.gives), f"<div>{ways}{extra}</div>"])
    head = (_("Apa"), _("Keadaan"), _("Gunanya"), _("Caranya"))
    more = (
        f"<p class='rp-last'><a href='{escape(here(f'{registry.LISTS}/report_kinds', query))}'>{escape(_('Jenis laporan dan tenggat'))}</a>"
        f" · <a href='{escape(here(registry.LISTS, query))}'>{escape(_('Semua daftar'))}</a></p>"
    )
    wrong = "".join(html.notice(f"{each.what} {each.mend}") for each in setup.of_machine())
    return wrong + shown.unpublished(query) + html.paragraph(words) + html.rows(head, cells) + more


def _packs(query: Mapping[str, str]) -> str:
    if not asking.current().may("load"):
        return ""
    url = here(f"{registry.SETUP}/paket", query)
    return "".join(
        html.form(url, "", _("Pakai paket: {name}", name=title()), {"paket": name}, is_quiet=True)
        for name, title in PACKS.items()
    )


def _proposed(rows: list[Mapping[str, Any]], query: Mapping[str, str]) -> str:
    if not rows:
        words = _("Tidak ada nama unit yang belum dikenal di berkas yang dikirim.")
        send = f"<a class='rp-button' href='{escape(here(registry.SEND, query))}'>{escape(_('Kirim laporan'))}</a>"
        return html.paragraph(words) + f"<p>{send}</p>"
    kinds = [
        (code, shown.pair(words))
        for code, words in registers()["units"].columns["kind"].words.items()
        if code != "district"
    ]
    known = sorted((row["name"] or "", row["unit_id"] or "") for row in edits.rows(data_dir(), "units"))
    areas = [("", "–")] + [
        (row["kecamatan_code"] or "", row["name"] or "") for row in edits.rows(data_dir(), "kecamatan")
    ]
    about = _(
        "Nama yang disebut laporan dan belum terdaftar. Tentukan: unit baru, sama dengan unit yang ada, atau lewati."
    )
    url, parts = shown.at(query, "units", "usulan", kiriman=query.get("kiriman", "")), []
    for n, row in enumerate(rows):
        as_new = [("baru", _("Unit baru")), ("", _("Lewati"))]
        same = [(f"={unit_id}", _("Sama dengan {name}", name=name)) for name, unit_id in known]
        chosen = "" if row["question"] else "baru"
        area = next(
            (code for code, name in areas if row["kecamatan"] and name.casefold() == row["kecamatan"].casefold()), ""
        )
        fields = (
            f"<input type='hidden' name='nama-{n}' value='{escape(row['name'])}'>"
            f"<input type='hidden' name='kode-{n}' value='{escape(row['unit_id'])}'>"
            f"<input type='hidden' name='lain-{n}' value='{escape(row['aliases'] or '')}'>"
            + html.choice(f"apa-{n}", _("Apa"), [*as_new, *same], chosen)
            + html.choice(f"jenis-{n}", _("Jenis"), kinds, row["kind"])
            + html.choice(f"kecamatan-{n}", _("Kecamatan"), areas, area)
        )
        asked = html.notice(row["question"]) if row["question"] else ""
        seen = n_("di {n} berkas", "di {n} berkas", row["files"])
        others = f" · {row['aliases'].replace('|', ', ')}" if row["aliases"] else ""
        head = f"<legend>{escape(row['name'])}</legend>{html.paragraph(seen + others)}"
        parts.append(f"<fieldset class='rp-asked'>{head}{asked}{fields}</fieldset>")
    return html.paragraph(about) + html.form(url, "".join(parts), _("Simpan dan periksa lagi"))


def _accepted(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the changes of the register that the choices ask for; the health agency leads the health centres where there is one."""
    units = {row["unit_id"] or "": row for row in edits.rows(data_dir(), "units")}
    columns = edits.columns(data_dir(), "units")
    root = next((unit_id for unit_id, row in units.items() if not row["parent_id"]), "")
    health = next(
        (unit_id for unit_id, row in units.items() if row["kind"] == "agency" and "Kesehatan" in (row["name"] or "")),
        root,
    )
    new: list[dict[str, Any]] = []
    more: dict[str, list[str]] = {}
    for key, act in form.items():
        if not (found := re.fullmatch(r"apa-(\d+)", key)) or not act:
            continue
        n = found[1]
        name, spellings = form.get(f"nama-{n}", ""), [form.get(f"nama-{n}", ""), *form.get(f"lain-{n}", "").split("|")]
        if act.startswith("=") and act[1:] in units:
            more.setdefault(act[1:], []).extend(spellings)
        elif act == "baru":
            kind = form.get(f"jenis-{n}", "")
            parent = health if kind == "health_centre" else root
            row = {"unit_id": form.get(f"kode-{n}", ""), "name": name, "short_name": re.sub(r"(?i)^((UPTD|Puskesmas|PKM) )+", "", name),
                   "kind": kind, "parent_id": parent, "kecamatan_code": form.get(f"kecamatan-{n}") or None,
                   "aliases": form.get(f"lain-{n}") or None}  # fmt: skip
            new.append({"before": None, "after": {**dict.fromkeys(columns), **row}})
    joined = [
        {"before": units[unit_id], "after": edits.with_names(units[unit_id], names)} for unit_id, names in more.items()
    ]
    return [*joined, *new]
