"""The only filter widgets. A filter is defined once, here, and its value lives in the URL."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.render import html
from dashboard.words import text
from dashboard.words.text import _
from queries import months

# The field of Filters, and its key in the URL.
KEYS = {
    "period_from": "dari",
    "period_to": "sampai",
    "agency": "opd",
    "unit": "unit",
    "area": "kecamatan",
    "indicator": "indikator",
    "service": "layanan",
    "payer": "pembayar",
    "job_group": "kelompok",
    "employee": "pegawai",
    "file": "berkas",
    "weights": "bobot",
    "band": "kategori",
}
LANGUAGE_KEY = "bahasa"
# What goes along from page to page; the rest belongs to one page.
SHARED = ("period_from", "period_to", "agency", "unit", "area")
_OWN = dict.fromkeys(name for name in KEYS if name not in SHARED)
# The key of the build to look at instead of the current one.
BUILD_KEY = "data"


@dataclass(frozen=True)
class Filters:
    """What the reader chose; None means all. Months are first days, both inclusive.

    `area` is the code of a kecamatan: the service units in it. `band` holds letters of bands, parted by commas: 'R,SR'.
    """

    period_from: date
    period_to: date
    agency: str | None = None
    unit: str | None = None
    indicator: str | None = None
    service: str | None = None
    payer: str | None = None
    job_group: str | None = None
    employee: str | None = None
    file: str | None = None
    weights: str | None = None
    area: str | None = None
    band: str | None = None

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of a query, by their standard names."""
        return asdict(self)

    def link(self, page: str, **changes: Any) -> str:
        """Return the relative URL of the page at an address ('kunjungan') with these filters, some changed.

        Filters that belong to one page (indicator, service, payer, job group, employee, file, band) go along only when named.
        """
        chosen = vars(self) | _OWN | changes
        said = [_said(KEYS[name], value) for name, value in chosen.items() if value is not None]
        if text.language() != "id":
            said.append(_said(LANGUAGE_KEY, text.language()))
        return f"{registry.page(page).address}?{'&'.join(said)}"

    def toggle(self, page: str, **values: Any) -> str:
        """Return the URL of the page that these filters stand on, all kept, with values chosen; let go where they already are."""
        is_chosen = all(getattr(self, name) == value for name, value in values.items())
        kept = {name: getattr(self, name) for name in KEYS}
        return self.link(page, **(kept | (dict.fromkeys(values) if is_chosen else values)))

    def bands(self) -> frozenset[str]:
        """Return the letters of the bands chosen; none where all are."""
        return frozenset((self.band or "").split(",")) - {""}


@lru_cache(20_000)  # a matrix of a thousand units has ten thousand links, of the same few words
def _said(key: str, value: Any) -> str:
    return urlencode({key: _encode(value)})


def _encode(value: Any) -> str:
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value)


def month_of(value: str | None) -> date | None:
    """Return the first day of '2026-10'; None for anything else."""
    try:
        year, month = (value or "").split("-")
        return date(int(year), int(month), 1)
    except (ValueError, OverflowError):
        return None


def read(query: Mapping[str, str], first: date, last: date) -> Filters:
    """Return the filters of a query string, months kept within the build; by default January to its last month."""
    start = month_of(query.get(KEYS["period_from"])) or months.first_of_year(last)
    end = month_of(query.get(KEYS["period_to"])) or last
    start, end = (min(max(d, first), last) for d in (start, end))
    others = {name: query.get(key) or None for name, key in KEYS.items() if not name.startswith("period_")}
    return Filters(min(start, end), max(start, end), **others)


def current() -> Filters:
    """Return the filters of the URL, drawing nothing."""
    build = db.build()
    return read(dict(st.query_params), build.first_month, build.last_month)


def pick(viewer: Viewer, *which: str) -> Filters:
    """Draw the named filters ('period' or a key of the options), return the values of all."""
    chosen = current()
    with st.container(key="filters"):
        st.html(html.fold([look.value for look in _looks(chosen, viewer, which)]))
        with st.container(key="filters_body", horizontal=True, vertical_alignment="bottom", gap="small"):
            if "period" in which:
                _period(chosen)
            for name in which:
                if name == "weights":
                    _weights(chosen, viewer)
                elif name != "period":
                    _choice(name, chosen, viewer)
        if shown := chips(chosen, viewer, which, dict(st.query_params)):
            st.html(shown)
    return chosen


def looks(chosen: Filters, viewer: Viewer, which: tuple[str, ...], query: Mapping[str, str]) -> str:
    """Return the filters as they look, for a page that shows before the widgets stand: each its name and what is chosen."""
    return html.looks(_looks(chosen, viewer, which), chips(chosen, viewer, which, query))


def _looks(chosen: Filters, viewer: Viewer, which: tuple[str, ...]) -> list[html.Look]:
    shown = [html.Look("period", _label("period"), text.period(chosen.period_from, chosen.period_to))]
    for name in which:
        if name == "weights" and has_weights(chosen):
            shown.append(html.Look(name, _label(name), _("Coba bobot lain")))
        elif name not in ("period", "weights"):
            label, everything = _labels()[name]
            names = options(name, viewer, chosen)
            shown.append(html.Look(name, label, names.get(getattr(chosen, name) or "", everything)))
    return shown if "period" in which else shown[1:]


# What is chosen by a click alone, and has no widget.
CLICKED = ("area", "band", "employee", "file")


def chips(chosen: Filters, viewer: Viewer, which: tuple[str, ...], query: Mapping[str, str]) -> str:
    """Return what is chosen beyond the defaults as HTML, each with the link that takes it away."""
    usual = read({}, db.build().first_month, db.build().last_month)
    shown: list[html.Chip] = []
    taken: set[str] = set()
    for name in (*which, *CLICKED):
        fields = ("period_from", "period_to") if name == "period" else (name,)
        if all(getattr(chosen, field) == getattr(usual, field) for field in fields):
            continue
        keys = {KEYS[field] for field in fields}
        shown.append(html.Chip(_label(name), choice_words(name, chosen, viewer), _without(query, keys)))
        taken |= keys
    return html.chips(shown, _without(query, taken)) if shown else ""


def _without(query: Mapping[str, str], keys: set[str]) -> str:
    return "?" + urlencode({key: value for key, value in query.items() if key not in keys})


def _label(name: str) -> str:
    others = {
        "period": _("Periode"),
        "area": _("Kecamatan"),
        "band": _("Kategori"),
        "employee": _("Pegawai"),
        "file": _("Berkas"),
        "weights": _("Percobaan bobot"),
    }
    return others[name] if name in others else _labels()[name][0]


def choice_words(name: str, chosen: Filters, viewer: Viewer) -> str:
    """Return what is chosen of a filter in words; empty where its value is no word of a reader."""
    if name == "period":
        return text.period(chosen.period_from, chosen.period_to)
    value = getattr(chosen, name)
    if name == "band":
        names = options(name, viewer, chosen)
        return ", ".join(names[letter] for letter in names if letter in chosen.bands()) or _unknown(value)
    if name in _SOURCES:
        return options(name, viewer, chosen).get(value) or _unknown(value)
    return ""


def _unknown(value: str) -> str:
    return _("{value} (tidak dikenal)", value=value)


def _period(chosen: Filters) -> None:
    build = db.build()
    span = months.starts(build.first_month, build.last_month)
    last = build.last_month
    quarter_end = months.moved_by(last, -(last.month % 3))
    presets = {
        _("Tahun ini"): (months.first_of_year(last), last),
        _("12 bulan terakhir"): (months.moved_by(last, -11), last),
        _("Triwulan terakhir"): (months.moved_by(quarter_end, -2), quarter_end),
        _("Semua bulan"): (build.first_month, last),
    }
    with st.container(key="filter_period", width=232):
        st.html(f"<label class='rp-label'>{_('Periode')}</label>")
        with st.popover(text.period(chosen.period_from, chosen.period_to), width="stretch"):
            for name, (start, end) in presets.items():
                st.button(name, on_click=_set_period, args=(start, end), width="stretch", type="tertiary")
            for name, label in (("period_from", _("Dari")), ("period_to", _("Sampai"))):
                key = f"filter-{name}"
                st.session_state[key] = getattr(chosen, name)
                st.selectbox(
                    label, span[::-1], format_func=text.month_name, key=key, on_change=_move_period, args=(name,)
                )


def _set_period(start: date, end: date) -> None:
    st.query_params[KEYS["period_from"]] = _encode(start)
    st.query_params[KEYS["period_to"]] = _encode(end)


def _move_period(name: str) -> None:
    """Take the month picked; the other end follows where they would cross."""
    start, end = st.session_state["filter-period_from"], st.session_state["filter-period_to"]
    picked = start if name == "period_from" else end
    _set_period(min(start, picked), max(end, picked))


def _choice(name: str, chosen: Filters, viewer: Viewer) -> None:
    label, everything = _labels()[name]
    names = options(name, viewer, chosen)
    key = f"filter-{name}"
    value = getattr(chosen, name)
    st.session_state[key] = value if value in names else ""
    st.selectbox(
        label,
        ["", *names],
        format_func=lambda option: names.get(option, everything),
        key=key,
        on_change=_store,
        args=(name,),
        width=232,
    )


def weights_of(words: str | None) -> dict[str, float] | None:
    """Return component -> weight of 'result:40,timeliness:30'; None where that can't be read or nothing weighs anything."""
    found: dict[str, float] = {}
    try:
        for part in (words or "").split(","):
            component, weight = part.split(":")
            found[component.strip()] = round(float(weight), 2)
    except ValueError:
        return None
    return found if all(0 <= w <= 100 for w in found.values()) and sum(found.values()) > 0 else None


def weights_text(weights: Mapping[str, float]) -> str:
    """Return weights as they stand in the URL: 'result:40,timeliness:30'."""
    return ",".join(f"{component}:{weight:g}" for component, weight in weights.items())


def has_weights(chosen: Filters) -> bool:
    """Whether other weights can be tried: on the page of a job group."""
    return chosen.job_group is not None and chosen.employee is None


def _weights(chosen: Filters, viewer: Viewer) -> None:
    """Draw the form for other weights of the accountability signal, which a job group's page tries out."""
    if not has_weights(chosen):
        return
    official = db.fetch("accountability/weights", viewer, **chosen.parameters())
    tried = weights_of(chosen.weights) or dict(official.select("component", "weight_pct").iter_rows())
    with st.container(key="filter_weights", width=232):
        st.html(f"<label class='rp-label'>{_('Percobaan bobot')}</label>")
        with st.popover(_("Coba bobot lain"), width="stretch"), st.form("weights", border=False):
            for component, name, name_en in official.select("component", "name", "name_en").iter_rows():
                key = f"weight-{component}"
                st.session_state[key] = float(tried.get(component, 0))
                st.number_input(text.named(name, name_en), 0.0, 100.0, step=5.0, key=key, format="%g")
            components = tuple(official["component"])
            st.form_submit_button(_("Coba"), on_click=_try_weights, args=(components,), width="stretch")


def _try_weights(components: tuple[str, ...]) -> None:
    st.query_params[KEYS["weights"]] = weights_text({c: st.session_state[f"weight-{c}"] for c in components})


def _labels() -> dict[str, tuple[str, str]]:
    return {
        "agency": (_("Perangkat daerah"), _("Semua perangkat daerah")),
        "unit": (_("Unit"), _("Semua unit")),
        "indicator": (_("Indikator"), _("Semua indikator")),
        "service": (_("Layanan"), _("Semua layanan")),
        "payer": (_("Pembayar"), _("Semua pembayar")),
        "job_group": (_("Kelompok jabatan"), _("Semua kelompok jabatan")),
    }


def _store(name: str) -> None:
    value = st.session_state[f"filter-{name}"]
    if not value:
        st.query_params.pop(KEYS[name], None)
    else:
        st.query_params[KEYS[name]] = value
    if name == "agency":
        st.query_params.pop(KEYS["unit"], None)


_SOURCES: dict[str, Callable[[Filters], tuple[str, dict[str, Any]]]] = {
    "agency": lambda chosen: ("overview/agencies", {}),
    "unit": lambda chosen: ("overview/units", {"agency": chosen.agency, "area": chosen.area}),
    "area": lambda chosen: ("overview/kecamatan", {}),
    "indicator": lambda chosen: ("overview/indicators", {"agency": chosen.agency}),
    "service": lambda chosen: ("overview/services", {}),
    "payer": lambda chosen: ("overview/payers", {}),
    "job_group": lambda chosen: ("overview/job_groups", {}),
    "band": lambda chosen: ("attainment/bands", {"period_to": chosen.period_to}),
}


def options(name: str, viewer: Viewer, chosen: Filters) -> dict[str, str]:
    """Return id (of a band its letter) -> name of what may be chosen, in the order of the register."""
    query, parameters = _SOURCES[name](chosen)
    frame = db.fetch(query, viewer, **parameters)
    key = "letter" if name == "band" else "id"
    return {row[key]: text.named(row["name"], row.get("name_en")) for row in frame.iter_rows(named=True)}


def summary(chosen: Filters, viewer: Viewer) -> str:
    """Return one line that says what was chosen: 'Jan–Okt 2026 · Puskesmas Muara Tebo'."""
    named = [name for name in _SOURCES if getattr(chosen, name) is not None]
    parts = []
    for name in ("period", *named):
        words = choice_words(name, chosen, viewer)
        parts.append(f"{_label(name)} {words}" if name in CLICKED else words)
    return " · ".join(parts)
