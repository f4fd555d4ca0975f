"""The controls of Jelajah: what is asked for lives in the address, and each control changes one word of it."""

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import streamlit as st

from dashboard import composing, db, filters, layout, registry
from dashboard.access import Viewer
from dashboard.explore import charts, files, groups, question, view_forms
from dashboard.explore.question import Asked, named
from dashboard.explore.words import name_of
from dashboard.filters import Filters
from dashboard.render import html
from dashboard.words import text
from dashboard.words.text import _
from queries.explore.slices import AGGREGATIONS, COMPARISONS, GRAINS, Condition, facet_sql
from queries.explore.tables import Column, tables

MOST_OPTIONS = 500


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
    """Draw the controls, the answer, and what can be taken along."""
    asked = question.read(dict(st.query_params), chosen)
    with st.container(key="explore"):
        _controls(asked, chosen, viewer)
        with st.spinner(_("Menyiapkan data analisis…"), show_time=True):
            db.analysis_file(viewer)
        _facets(asked, viewer)
        if chips := _chips(asked, chosen):
            nothing = replace(asked, slice=replace(asked.slice, conditions=()), part=1)
            st.html(html.chips(chips, question.link(chosen, nothing)))
    query = dict(st.query_params)
    snapshot = composing.linked(composing.key(registry.EXPLORE, query, viewer), query)
    layout.show(snapshot)
    for name, words in (("before_link", _("← {n} baris sebelumnya")), ("after_link", _("{n} baris berikutnya →"))):
        if name in snapshot.extra:
            st.html(html.way(snapshot.extra[name], words.format(n=question.ROWS_A_PART)))
    files.show(asked, viewer)
    # A period that the address leaves open stays open, so that a view of current data moves on with it.
    kept = {
        key: st.query_params[key]
        for name, key in filters.KEYS.items()
        if name in filters.SHARED and key in st.query_params
    }
    view_forms.show(registry.EXPLORE, kept | question.query_of(replace(asked, build=None)), viewer)


def _controls(asked: Asked, chosen: Filters, viewer: Viewer) -> None:
    """Draw a select for each word of the question, the parts that make no sense here left out."""
    slice_, of = asked.slice, asked.slice.of
    dimensions = {column.name: named(column.label) for column in of.of_kind("category", "time")}
    nothing = {question.NONE: _("tanpa")}
    with st.container(key="explore_controls", horizontal=True, vertical_alignment="bottom", gap="small"):
        _select(question.TABLE, _("Tabel"), {t.name: named(t.title) for t in tables().values()}, slice_.table, asked)
        measures = {key: named(measure.label) for key, measure in of.measures.items()}
        _select(question.MEASURE, _("Ukuran"), measures, slice_.measure, asked)
        ways = {way: question.aggregation_name(way) for way in AGGREGATIONS}
        _select(question.AGGREGATION, _("Hitungan"), ways, slice_.aggregation, asked)
        _select(question.ROW, _("Baris"), dimensions | nothing, slice_.row or question.NONE, asked)
        others = {name: label for name, label in dimensions.items() if name != slice_.row}
        _select(question.COLUMN, _("Kolom"), nothing | others, slice_.column or question.NONE, asked)
        if any(dimension.kind == "time" for dimension in slice_.dimensions):
            grains = {grain: question.grain_name(grain) for grain in GRAINS}
            _select(question.GRAIN, _("Butir waktu"), grains, slice_.grain, asked)
        compared = {"": _("tanpa")} | {name: question.comparison_name(name) for name in COMPARISONS}
        _select(question.COMPARE, _("Bandingkan"), compared, slice_.compare or "", asked)
        if slice_.compare == "unit":
            units = {"": _("pilih unit")} | groups.units(viewer, chosen)
            _select(question.COMPARE_UNIT, _("dengan unit"), units, slice_.compare_unit or "", asked)
        if asked.look == "groups":
            drawn = question.answerable(asked)
            kinds = {kind: question.chart_name(kind) for kind in charts.fitting(drawn.slice)}
            _select(question.CHART, _("Grafik"), kinds, charts.kind_of(drawn), asked)


def _select(key: str, label: str, options: Mapping[str, str], value: str, asked: Asked) -> None:
    name = f"explore-{key}"
    st.session_state[name] = (
        value if value in options else next(iter(options))
    )  # the address says what is chosen, not the session
    st.selectbox(
        label, list(options), format_func=lambda option: options.get(option, option), key=name,
        on_change=_store, args=(key, asked), width=196,
    )  # fmt: skip


# How a word of the address changes what is asked; a change of the table begins anew, since the others name its columns.
_CHANGES: Mapping[str, Callable[[Asked, str], Asked]] = {
    question.MEASURE: lambda asked, word: _sliced(asked, measure=word, aggregation="usual"),
    question.AGGREGATION: lambda asked, word: _sliced(asked, aggregation=word),
    question.ROW: lambda asked, word: _sliced(asked, row=None if word == question.NONE else word),
    question.COLUMN: lambda asked, word: _sliced(asked, column=None if word == question.NONE else word),
    question.GRAIN: lambda asked, word: _sliced(asked, grain=word),
    question.COMPARE: lambda asked, word: _sliced(asked, compare=word or None, compare_unit=None),
    question.COMPARE_UNIT: lambda asked, word: _sliced(asked, compare_unit=word or None),
    question.CHART: lambda asked, word: replace(asked, chart=word),
}


def _sliced(asked: Asked, **changes: object) -> Asked:
    changed = replace(asked.slice, **changes)
    if changed.row is not None and changed.row == changed.column:
        changed = replace(changed, column=None)
    return replace(asked, slice=changed, part=1)


def _store(key: str, asked: Asked) -> None:
    word = st.session_state[f"explore-{key}"]
    _go({question.TABLE: word} if key == question.TABLE else question.query_of(_CHANGES[key](asked, word)))


def _go(query: Mapping[str, str]) -> None:
    """Write the words of what is asked into the address, the rest of which stays."""
    kept = {key: value for key, value in st.query_params.items() if key not in question.KEYS}
    st.query_params.from_dict(kept | dict(query))


def _facets(asked: Asked, viewer: Viewer) -> None:
    """Draw the values of each category with the rows that they have under the other filters, and a form for any column."""
    of = asked.slice.of
    count = len(asked.slice.conditions)
    label = _("Saringan rinci") + (f" ({text.number(count)})" if count else "")
    with st.expander(label, expanded=False, key="explore_facets"):
        with st.container(key="explore_facet_row", horizontal=True, gap="small"):
            for column in of.of_kind("category"):
                _facet(asked, column, viewer)
        _more(asked)


def _facet(asked: Asked, column: Column, viewer: Viewer) -> None:
    slice_ = asked.slice
    values = db.ask(viewer, facet_sql(slice_, column.name, MOST_OPTIONS))
    own = next((c for c in slice_.conditions if c.column == column.name), None)
    picked = list(own.values) if own and own.operator in ("in", "not_in") else []
    counts = {("" if value is None else value): rows for value, rows in values.iter_rows()}
    options = [*counts, *(value for value in picked if value not in counts)]
    is_out = own is not None and own.operator == "not_in"
    key, way = f"facet-{column.name}", f"facet-way-{column.name}"
    st.session_state[key], st.session_state[way] = picked, is_out
    with st.container(width=252, gap=None):
        st.multiselect(
            named(column.label), options, key=key, placeholder=_("semua"),
            format_func=lambda value: f"{name_of(value or None, slice_)} · {text.number(counts.get(value, 0))}",
            on_change=_store_facet, args=(column.name, asked, frozenset(options)),
        )  # fmt: skip
        if picked:
            st.checkbox(
                _("selain yang dipilih"), key=way, on_change=_store_facet, args=(column.name, asked, frozenset(options))
            )
        if values.height == MOST_OPTIONS:
            st.html(
                html.note(_("{n} nilai terbanyak; yang lain lewat “Saringan lain”.", n=text.number(MOST_OPTIONS)), None)
            )


def _store_facet(column: str, asked: Asked, known: frozenset[str]) -> None:
    """Write the values picked into the address; a label of a page that has changed since is no value."""
    picked = tuple(value for value in st.session_state[f"facet-{column}"] if value in known)
    operator = "not_in" if st.session_state.get(f"facet-way-{column}") else "in"
    _set_condition(asked, column, Condition(column, operator, picked) if picked else None)


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
        column = asked.slice.of.columns[condition.column]
        words = f"{question.operator_name(condition.operator)} {_values_text(column, condition, asked)}".strip()
        rest = question.with_condition(asked.slice.conditions, None, condition.column)
        without = question.link(chosen, replace(asked, slice=replace(asked.slice, conditions=rest), part=1))
        found.append(html.Chip(named(column.label), words, without))
    return found


def _values_text(column: Column, condition: Condition, asked: Asked) -> str:
    """Return the values of a condition as a reader writes them; of many only the first."""
    values = condition.values
    if condition.operator == "between":
        bounds = [_bound_text(column, value) if value else "…" for value in values]
        return bounds[0] if bounds[0] == bounds[1] else " – ".join(bounds)
    if column.kind == "flag":
        return ", ".join(_("ya") if value == "true" else _("tidak") for value in values)
    names = [name_of(value or None, asked.slice) for value in values]
    return ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")


def _bound_text(column: Column, value: str) -> str:
    if column.kind == "time":
        return text.month(date.fromisoformat(value))
    if column.kind != "number":
        return value
    figure = float(value.replace(",", "."))
    return text.number(figure, 0 if figure.is_integer() else 2)


def plain_number(number: str) -> str:
    """Return a number as the reader's language writes it (1.500,5 or 1,500.5) in the way of the address: 1500.5."""
    thousands, decimal = (".", ",") if text.language() == "id" else (",", ".")
    if re.fullmatch(rf"-?\d{{1,3}}(\{thousands}\d{{3}})+(\{decimal}\d+)?", number):
        number = number.replace(thousands, "")
    return number.replace(",", ".")
