"""The text of a message: what a unit has to know, in at most 600 characters, as a chat shows it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dashboard.messages.facts import Facts, Fault
from dashboard.parts.due import Due
from dashboard.snapshot import Signal
from dashboard.words import text
from dashboard.words.said import Said, figures_of, joined
from dashboard.words.text import _

LONGEST = 600
MOST = 3  # things of a kind that are named; fewer where there is no room


class Part(NamedTuple):
    """One thing of a message: what it is called, its lines, and the Signal of it."""

    label: str
    lines: tuple[str, ...]
    signal: Signal = "none"


def message(facts: Facts) -> str:
    """Return the message of a unit, its lines parted by line ends; the last things of long lists are counted where room is short."""
    for most in range(MOST, -1, -1):
        words = joined([_head(facts), *_lines(facts, most)], "\n")
        if len(words) <= LONGEST:
            return words
    return words[: LONGEST - 1].rstrip() + "…"


def _head(facts: Facts) -> str:
    return joined([f"*{_bare(facts.unit)}*", standing(facts)], " ")


def standing(facts: Facts) -> str:
    """Return of when the data is, and whether it is invented."""
    words = _("laporan per {date}", date=text.date(facts.as_of))
    return words + f" {_('(data contoh)')}" if facts.is_sample else words


def _lines(facts: Facts, most: int) -> list[str]:
    return [
        joined(filter(None, [f"*{part.label}*" if part.label else "", line]), " ")
        for part in parts(facts, most)
        for line in part.lines
    ]


def parts(facts: Facts, most: int) -> list[Part]:
    """Return what there is to say, the gravest first, so many things of each kind; 0: one, and in short."""
    is_short, most = most == 0, max(most, 1)
    found = []
    if facts.missing:
        found.append(Part(_("Belum masuk:"), (_some(facts.missing, most, _late),), "bad"))
    if facts.faults:
        lines = tuple(_fault(one, is_short) for one in facts.faults[:most])
        found.append(Part(_("Perlu dibetulkan:"), lines, "bad"))
        if (rest := len(facts.faults) - most) > 0:
            found.append(Part("", (_("… dan {n} hal lain yang perlu dibetulkan", n=text.number(rest)),)))
    if facts.ahead:
        first = [one for one in facts.ahead if one.due_on == facts.ahead[0].due_on]
        named = _some(first, most, lambda one: _bare(one.what))
        words = _("{what}, paling lambat {day}", what=named, day=text.day(first[0].due_on))
        found.append(Part(_("Berikutnya:"), (words,)))
    if facts.received:
        found.append(Part(_("Sudah masuk:"), (_some(facts.received, most, _received),), "good"))
    if facts.thanks:
        found.append(Part(_("Terima kasih:"), (joined((one.words for one in facts.thanks), "; "),), "good"))
    elif not facts.missing and not facts.faults:
        found.append(Part("", (_("Tidak ada yang perlu dikirim atau dibetulkan sekarang. Terima kasih."),)))
    return found


def _some(dues: Sequence[Due], most: int, words: Callable[[Due], str]) -> str:
    rest = len(dues) - most
    return joined([*map(words, dues[:most]), *([_("{n} lagi", n=text.number(rest))] if rest > 0 else [])], "; ")


def _late(one: Due) -> str:
    return _("{what} (tenggat {date})", what=_bare(one.what), date=text.date(one.due_on))


def _received(one: Due) -> str:
    if one.state == "late" and one.received_on:
        return _(
            "{what} ({n} hari setelah tenggat)",
            what=_bare(one.what),
            n=text.number((one.received_on - one.due_on).days),
        )
    return _("{what} ({date})", what=_bare(one.what), date=text.date(one.received_on))


def _fault(one: Fault, is_short: bool) -> str:
    place = ", ".join(filter(None, (one.file, one.where)))
    return f"{place}: {one.why}" if is_short else f"{place}: {one.why} {one.how}"


def _bare(words: str) -> str:
    """Return a name without what a chat takes for bold."""
    return Said(words.replace("*", ""), figures_of(words))
