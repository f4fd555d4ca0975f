"""Words of the reader's data made harmless for files that are sent about."""

import re

# Control characters, halves of characters, and those that turn the direction of all that follows.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]+")


def harmless(words: object, longest: int = 32_000) -> str:
    """Return words on one line without control characters, cut to `longest` characters."""
    plain = _HARMFUL.sub(" ", str(words)).strip()
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def harmless_lines(words: str) -> str:
    """Return a whole document without such characters, its lines as they are."""
    return "\n".join(_HARMFUL.sub(" ", line) for line in words.split("\n"))
