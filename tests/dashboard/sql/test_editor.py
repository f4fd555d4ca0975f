"""The SQL page: a text is run in a process of its own, its rows, its refusals and its limits are said."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import polars as pl
import pytest

from dashboard.explore import refusals
from dashboard.sql import page as view
from dashboard.words import text
from queries.explore.tables import tables
from queries.sandbox import process as sandbox
from tests.dashboard.builds import shown

ENDLESS = "select count(*) from range(3000000) a, range(3000000) b where a.range * b.range % 7 = 3"


def _widget(widgets: Any, name: str) -> Any:
    return next(w for w in widgets if name in (w.key, getattr(w, "label", None)))


def _wait(test: Any, seconds: float = 30) -> str:
    """Return the words of the page when its run has ended."""
    deadline = time.monotonic() + seconds
    while test.session_state["console"].run is not None:
        assert time.monotonic() < deadline
        time.sleep(0.2)
        test.run()
    assert not test.exception
    return shown(test)


def _run(test: Any, sql: str, button: str = "Jalankan") -> str:
    _widget(test.text_area, "console-text").set_value(sql)
    _widget(test.button, button).click().run()
    return _wait(test)


def _cells(words: str) -> list[list[str]]:
    table = re.findall(r"<table class='rp-table.*?</table>", words, re.S)[-1]
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>.*?</tr>", table, re.S)]


@pytest.fixture
def test(page: Callable) -> Any:
    return page("sql")


def test_every_example_runs_and_its_columns_are_those_that_it_names(test: Any) -> None:
    for _name, _english, sql in view.EXAMPLES:
        words = _run(test, sql)
        assert len(_cells(words)) > 1
    past = _widget(test.selectbox, "console-past").options
    assert len(past) == len(view.EXAMPLES)
    assert past[0].startswith("pivot (select job_group")  # the newest first
    _widget(test.selectbox, "console-past").set_value(view.EXAMPLES[0][2]).run()
    assert _widget(test.text_area, "console-text").value == view.EXAMPLES[0][2]


def test_rows_are_shown_as_they_came_and_the_address_says_the_text(test: Any) -> None:
    sql = "select 1500 as n, 2026 as year, true as b, date '2026-10-01' as d, '<b>' as t, null as x, 1.5 as y, [1, 2] as l"
    words = _run(test, sql)
    assert _cells(words) == [
        ["n", "year", "b", "d", "t", "x", "y", "l"],
        ["1.500", "2026", "ya", "1 Okt 2026", "&lt;b&gt;", "–", "1,50", "[1, 2]"],
    ]
    assert "1 baris dalam" in words
    assert test.query_params["sql"] == sql


def test_the_chart_follows_the_choice_and_a_result_of_another_shape(test: Any) -> None:
    _run(test, "select month, payer, sum(patients) as n, count(*) as rows from visits group by all order by all")
    assert _widget(test.selectbox, "console-chart").value == "line"
    _widget(test.selectbox, "console-y").set_value("rows").run()
    _widget(test.selectbox, "console-chart").set_value("bars").run()
    assert not test.exception
    assert "rows menurut month" in shown(test)
    words = _run(test, "select unit, sum(patients) as total from visits group by unit")  # no date, no column `rows`
    assert _widget(test.selectbox, "console-chart").value == "bars"
    assert "total menurut unit" in words
    _widget(test.selectbox, "console-chart").set_value("none").run()
    assert "total menurut unit" not in shown(test)
    _run(test, "select 'a' as word, 1 as n")  # one row makes no chart
    assert "console-chart" not in [w.key for w in test.selectbox]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("  ", "Belum ada perintah."),
        ("select 1; select 2", "Hanya satu perintah yang dijalankan."),
        ("delete from visits", "Hanya SELECT yang dijalankan."),
        ("selec 1", "Perintah ini belum dapat dibaca."),
        ("select * from kunjungan", "Nama tabel, kolom, atau fungsi tidak dikenal."),
        ("select * from read_csv('/etc/passwd')", "Yang ini tidak diizinkan di sini."),
        ("attach '/tmp/x.db'", "Yang ini tidak diizinkan di sini."),
        ("select error('habis')", "Perintah ini tidak dapat dijalankan."),
    ],
)
def test_what_can_t_be_run_is_said_in_a_sentence(test: Any, sql: str, said: str) -> None:
    words = _run(test, sql)
    assert said in words
    assert "Traceback" not in words
    assert "/tmp" not in words.split("</header>")[-1]


@pytest.mark.parametrize(
    ("sql", "said", "lines"),
    [
        ("selec 1", "Baris 1, huruf ke-1. Perintah tidak dapat dibaca mulai “selec”.", "selec 1\n^^^^^"),
        (
            "select unit,\n  sum(pasien) as n\nfrom visits",
            "Baris 2, huruf ke-7. Kolom “pasien” tidak ada di tabel ini. Mungkin maksudnya <code>patients</code>",
            "  sum(pasien) as n\n      ^^^^^^",
        ),
        ("select * from kunjungan", "Tabel “kunjungan” tidak ada. Mungkin maksudnya <code>visits</code>.", ""),
        ("select unit, sum(patients) from visits", "tambahkan ke <code>GROUP BY</code>", ""),
        ("select error('habis')", "DuckDB, dalam bahasa Inggris: Invalid Input Error: habis", ""),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_what_to_do(test: Any, sql: str, said: str, lines: str) -> None:
    words = _run(test, sql)
    assert said in words
    assert f"<pre>{lines}" in words if lines else True


def test_every_code_has_a_sentence_in_both_languages() -> None:
    for language in text.LANGUAGES:
        with text.speaking(language):
            said = {code: refusals.say(sandbox.Refused(code, "detail")) for code in sandbox.CODES}
        assert all(head and todo for head, todo, _lines in said.values())
        assert len({head for head, _todo, _lines in said.values()}) == len(sandbox.CODES)
        assert said["other"][1] == said["syntax"][1]
        assert said["other"][1].endswith(": detail")


def test_a_run_is_stopped_and_the_page_goes_on(test: Any) -> None:
    _widget(test.text_area, "console-text").set_value(ENDLESS)
    _widget(test.button, "Jalankan").click().run()
    run = test.session_state["console"].run
    _widget(test.button, "console-stop").click().run()
    assert run.state == "stopped"
    assert "Dihentikan." in _wait(test)
    assert _cells(_run(test, "select 7 as tujuh"))[1] == ["7"]


def test_a_new_run_ends_the_one_before(test: Any) -> None:
    _widget(test.text_area, "console-text").set_value(ENDLESS)
    _widget(test.button, "Jalankan").click().run()
    first = test.session_state["console"].run
    assert _cells(_run(test, "select 1 as satu"))[0] == ["satu"]
    assert first.state == "stopped"


def test_a_plan_is_shown_and_nothing_is_counted(test: Any) -> None:
    _run(test, "select unit, sum(patients) from visits group by unit", "Lihat rencana")
    plan = test.code[0].value
    assert "Group By" in plan
    assert "Rencana DuckDB" in shown(test)


def test_a_result_that_was_cut_says_so_and_where_the_rest_is(test: Any) -> None:
    words = _run(test, "select range as n from range(6000)")
    assert "5.000 baris pertama dalam" in words
    assert "Tabel ini memuat 5.000 baris; seluruhnya lewat “Unduh semua baris sebagai” di bawah." in words
    words = _run(test, "select range as n from range(5000)")
    assert "5.000 baris dalam" in words
    assert "seluruhnya lewat" not in words


def test_a_column_is_put_at_the_end_of_the_text(test: Any) -> None:
    _widget(test.text_area, "console-text").set_value("select").run()
    _widget(test.get("button_group"), "console-insert").select("patients").run()
    assert _widget(test.text_area, "console-text").value == "select patients"
    _widget(test.selectbox, "console-table").set_value("satisfaction").run()
    columns = re.sub(r"<[^>]+>", " ", shown(test))
    assert all(column.meaning[0] in columns for column in tables()["satisfaction"].columns.values())


@pytest.mark.parametrize("sql", ["select '198001012005011001' as nip", f"select '{'x' * 6000}' as t"])
def test_a_long_number_or_text_is_run_but_not_put_into_the_address(test: Any, sql: str) -> None:
    _run(test, "select 1 as satu")
    words = _run(test, sql)
    assert "1 baris dalam" in words
    assert "sql" not in test.query_params
    assert _widget(test.text_area, "console-text").value == sql


def test_another_text_in_the_address_takes_the_place_of_this_one(test: Any) -> None:
    _run(test, "select 1 as satu")
    test.query_params["sql"] = "select 2 as dua"
    test.run()
    assert _widget(test.text_area, "console-text").value == "select 2 as dua"
    assert test.session_state["console"].frame is None  # the rows of another text do not stand under it
    assert "satu" not in unquote(_cells(_wait(test))[0][0])


def test_names_of_employees_are_pseudonyms_for_those_who_may_not_read_them(page: Callable) -> None:
    said = {}
    for role in ("bappeda", "bupati"):
        words = _run(page("sql", viewer=role), "select distinct employee_name from accountability order by 1 limit 20")
        said[role] = [row[0] for row in _cells(words)[1:]]
    assert all(re.fullmatch(r"Pegawai [0-9A-F]{6}", name) for name in said["bappeda"])
    assert not any(name.startswith("Pegawai ") for name in said["bupati"])


def test_in_english_the_page_and_what_comes_later_are_english(page: Callable) -> None:
    with text.speaking("en"):
        test = page("sql", bahasa="en")
        words = _run(test, "select 1 as a from range(6000)", "Run")
        assert "first 5,000 rows" in words.lower() or "5,000" in words
        left = [
            word
            for word in ("baris", "Jalankan", "Unduh", "Tabel", "Hasil", "detik", "Simpan")
            if re.search(rf">[^<]*\b{word}\b", words)
        ]
        assert not left
        assert "Only a SELECT" in _run(test, "delete from visits", "Run") or "SELECT" in shown(test)


def test_columns_that_make_no_chart_give_none() -> None:
    frame = pl.DataFrame({"word": ["a", "b"], "n": [1.0, None]})
    assert view.chart(frame, "line", "word", "n", None) is None
    assert view.chart(frame, "bars", "word", "tidak-ada", None) is None
    drawn = view.chart(pl.DataFrame({"word": [str(n) for n in range(70)], "n": range(70)}), "bars", "word", "n", None)
    assert drawn is not None
    assert drawn.note == "10 lagi hanya ada di tabel."
