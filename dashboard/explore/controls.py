"""The controls of Jelajah: what is asked for lives in the address, and each control changes one word of it."""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from dashboard import composing, db, filters, registry
from dashboard.access import Viewer
from dashboard.explore import files, question, screen, sentence, view_forms
from dashboard.explore.question import Asked, named
from dashboard.explore.words import condition as condition_words
from dashboard.filters import Filters
from dashboard.kept import Kept
from dashboard.render import html
from dashboard.words import text
from dashboard.words.text import _
from queries.explore.slices import Condition, Refused

_pages: Kept[str] = Kept(8_000_000)


@contextmanager
def pinned(build_id: str | None) -> Generator[None]:
    """Read the build that the address is pinned to, where it names one, and say so; where it is gone say that instead."""
    if not build_id:
        yield
        return
    try:
        path = db.kept(build_id)
    except db.NoBuild:
        help_text = _("Hapus kata “data” dari alamat untuk melihat data terbaru.")
        st.html(html.message(_("Data terbitan {build} tidak disimpan lagi", build=build_id), help_text))
        st.stop()
    with db.using(path):
        words = _("Yang ditampilkan adalah data terbitan {build}, bukan yang terbaru.", build=build_id)
        st.html(html.note(words, None))
        yield


def show(chosen: Filters, viewer: Viewer) -> None:
    """Draw the question, its answer, and what else can be done with it."""
    query = dict(st.query_params)
    composing.looked(registry.EXPLORE, query, viewer)
    asked = question.read(query, chosen, viewer)
    with st.spinner(_("Menyiapkan data analisis…"), show_time=True):
        db.analysis_file(viewer)
    st.html(_page(asked, chosen, viewer, query))
    with st.expander(_("Saringan menurut angka, kata, atau tanggal; unduhan lain; SQL"), key="explore_rest"):
        _more(asked)
        files.show(asked, viewer)
    # A period that the address leaves open stays open, so that a view of current data moves on with it.
    kept = {key: query[key] for name, key in filters.KEYS.items() if name in filters.SHARED and key in query}
    view_forms.show(registry.EXPLORE, kept | question.query_of(replace(asked, build=None)), viewer)


def _page(asked: Asked, chosen: Filters, viewer: Viewer, query: Mapping[str, str]) -> str:
    """Return the question and its answer as one piece of HTML; it is kept, so that a rerun costs a few milliseconds."""
    key = composing.key(registry.EXPLORE, query, viewer)
    sight = composing.sight(key, query)

    def make() -> str:
        snapshot = composing.linked(key, query)
        ask = sentence.as_html(question.answerable(asked) if asked.look == "rows" else asked, chosen, viewer)
        chips = filters.chips(chosen, viewer, ("agency", "unit"), query)
        if own := _chips(asked, chosen):
            nothing = replace(asked, slice=replace(asked.slice, conditions=()), part=1)
            chips += html.chips(own, question.link(chosen, nothing))
        parts = composing.parts(key, query)
        return screen.as_html(snapshot, ask, chips, asked, chosen, parts, sight, _sql(asked, viewer))

    return _pages.of(sight, make)


def _sql(asked: Asked, viewer: Viewer) -> str | None:
    """Return the relative URL of the SELECT of the answer on the page SQL; None where there is none, or the role has no such page."""
    if not viewer.opens(registry.SQL):
        return None
    try:
        return question.sql_link(files.sql_of(question.answerable(asked), asked.look == "rows"), asked.build)
    except Refused:
        return None


def _go(query: Mapping[str, str]) -> None:
    """Write the words of what is asked into the address, the rest of which stays."""
    kept = {key: value for key, value in st.query_params.items() if key not in question.KEYS}
    st.query_params.from_dict(kept | dict(query))


def _set_condition(asked: Asked, column: str, new: Condition | None) -> None:
    conditions = question.with_condition(asked.slice.conditions, new, column)
    _go(question.query_of(replace(asked, slice=replace(asked.slice, conditions=conditions), part=1)))


def _more(asked: Asked) -> None:
    """Draw the form for a range, a text within, or a missing value, on any column."""
    of = asked.slice.of
    columns = {column.name: column for column in of.columns.values() if column.kind != "key"}
    with st.container(key="explore_more", horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.selectbox(
            _("Saringan lain: kolom"),
            list(columns),
            format_func=lambda n: named(columns[n].label),
            key="more-column",
            width=196,
        )
        kind = columns[name].kind
        ways = {"number": ("between",), "time": ("between",), "flag": ("in",)}.get(kind, ("contains",))
        operators = (*ways, "missing", "present")
        operator = st.selectbox(
            _("syarat"), operators, format_func=question.operator_name, key=f"more-operator-{kind}", width=140
        )
        values: tuple[str, ...] = ()
        if operator == "between":
            hint = "2026-01-01" if kind == "time" else "0"
            ends = (
                st.text_input(_("dari"), key=f"more-from-{kind}", placeholder=hint, width=120).strip(),
                st.text_input(_("sampai"), key=f"more-to-{kind}", placeholder=hint, width=120).strip(),
            )
            values = tuple(plain_number(end) if kind == "number" else end for end in ends)
        elif operator == "contains":
            values = (st.text_input(_("kata"), key="more-text", max_chars=100, width=196).strip(),)
        elif operator == "in":
            values = (
                "true"
                if st.selectbox(_("nilai"), [_("ya"), _("tidak")], key="more-flag", width=120) == _("ya")
                else "false",
            )
        st.button(
            _("Tambah saringan"), on_click=_set_condition, args=(asked, name, Condition(name, operator, values)),
            disabled=operator in ("between", "contains") and not any(values),
        )  # fmt: skip


def _chips(asked: Asked, chosen: Filters) -> list[html.Chip]:
    """Return each condition in words, with the address without it."""
    found = []
    for condition in asked.slice.conditions:
        label, words = condition_words(condition, asked.slice)
        rest = question.with_condition(asked.slice.conditions, None, condition.column)
        without = question.link(chosen, replace(asked, slice=replace(asked.slice, conditions=rest), part=1))
        found.append(html.Chip(label, words, without))
    return found


def plain_number(number: str) -> str:
    """Return a number as the reader's language writes it (1.500,5 or 1,500.5) in the way of the address: 1500.5."""
    thousands, decimal = (".", ",") if text.language() == "id" else (",", ".")
    if re.fullmatch(rf"-?\d{{1,3}}(\{thousands}\d{{3}})+(\{decimal}\d+)?", number):
        number = number.replace(thousands, "")
    return number.replace(",", ".")
