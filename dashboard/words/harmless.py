"""Words of the reader's data made harmless for files that are sent about."""

from queries.escape import without_controls


def harmless(words: object, longest: int = 32_000) -> str:
    """Return words on one line without characters that are not seen, cut to `longest` characters."""
    plain = without_controls(str(words), " ").strip()
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def harmless_lines(words: str) -> str:
    """Return a whole document without such characters, its lines as they are."""
    return "\n".join(without_controls(line, " ") for line in words.split("\n"))
