"""What a spreadsheet would run is disarmed, what is not seen falls away, and nothing else changes."""

import subprocess
import sys
import unicodedata

import pytest

from queries import escape


@pytest.mark.parametrize(
    "text", ["=1+1", "+62", "-3", "@SUM(A1)", "\t=1", "\rx", "\nx", "  =1", "\u00a0=1", "＝1", " ＠x"]
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert escape.disarmed(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "1=1", "Puskesmas", "a\n=b", "'=1", "–", "(1)"])
def test_other_texts_stay(text: str) -> None:
    assert escape.disarmed(text) == text


def test_every_character_that_is_not_seen_falls_away_and_no_other() -> None:
    unseen = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    wrong = []
    for character in map(chr, range(sys.maxunicode + 1)):
        category = unicodedata.category(character)
        found = escape.without_controls(f"a{character}b")
        wanted = (
            "a b" if category in unseen and character.isspace() else "ab" if category in unseen else f"a{character}b"
        )
        # Code points that stand for nothing yet (Cn) may go or stay; the stand-in for an object goes.
        if found != wanted and category != "Cn" and character != "\ufffc":
            wrong.append(character)
    assert not wrong


def test_what_stands_for_them() -> None:
    assert escape.without_controls("a\x00\u202eb", instead=" ") == "a b"
    assert escape.without_controls("a\x1b\nb") == "a b"
    assert escape.without_controls("12\u00a0%\u200b") == "12\u00a0%"
    assert escape.on_one_line(" Puskesmas\u00a0 Muara\x00\tTebo\u200b\n") == "Puskesmas Muara Tebo"


def test_the_process_of_an_analyst_gets_it_without_polars() -> None:
    code = "import sys, queries.escape; assert 'polars' not in sys.modules and 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
