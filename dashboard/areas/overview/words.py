"""What the Ringkasan's blocks say of how complete they are."""

from dashboard.words import text
from dashboard.words.text import _


def rated(known: int, due: int) -> str:
    """Return how complete attainments are."""
    return _("{known} dari {due} indikator unit sudah dapat dinilai", known=text.number(known), due=text.number(due))
