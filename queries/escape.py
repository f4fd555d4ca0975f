"""Text of the reader's data made harmless: a spreadsheet runs none of it, and none of it steers a screen or a file."""

import re

# A text that begins so is run as a formula by a spreadsheet; the wide signs are taken for their narrow ones.
FORMULA = r"^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])"

_FORMULA = re.compile(FORMULA)
# Controls, marks of format and direction, halves of characters, private use, separators of lines, and what is no character:
# the Unicode categories Cc, Cf, Cs, Co, Zl, Zp, U+FFFC (stands for an object) and the last two of the first plane.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\uf8ff\ufeff\ufff9-\ufffc\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f\U000f0000-\U0010ffff]+"
)


def runs_as_formula(text: str) -> bool:
    """Tell whether a spreadsheet would run a text as a formula."""
    return _FORMULA.match(text) is not None


def disarmed(text: str) -> str:
    """Return a text for a cell of a spreadsheet: one that would run as a formula with an apostrophe in front."""
    return f"'{text}" if runs_as_formula(text) else text


def without_controls(text: str, instead: str = "") -> str:
    """Return a text without characters that are not seen; a line break or tab, like any run with one, becomes a space.

    `instead` is what stands for the others: nothing, so that a name is one word again, or a space, so that none are joined.
    Spaces that were there stay, narrow and unbreakable ones too.
    """
    if text.isprintable():
        return text
    return _UNSEEN.sub(lambda found: " " if any(c.isspace() for c in found[0]) else instead, text)


def on_one_line(text: str) -> str:
    """Return a text without characters that are not seen, with single plain spaces."""
    return " ".join(without_controls(text).split())
