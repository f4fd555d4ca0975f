"""The picture of a message for a chat, a PNG 1080 points wide; the same message gives the same bytes. Set by Typst, in our fonts."""

import json
from pathlib import Path

from dashboard import db, theme
from dashboard.messages import wording
from dashboard.messages.facts import Facts
from dashboard.render import brand, paper
from dashboard.render.letters import FAMILIES, clean
from dashboard.words import text

TEMPLATE = Path(__file__).with_name("card.typ")
POINTS_A_INCH = 144  # twice as many as Typst's own: 540 points become 1080


def png(facts: Facts) -> bytes:
    """Return the card of a unit, in the language of the running thread (`text.speaking`)."""
    import typst  # noqa: PLC0415

    compiler = typst.Compiler(input=TEMPLATE.read_bytes(), font_paths=paper.fonts(), ignore_system_fonts=True)
    drawn = compiler.compile(
        sys_inputs={"data": json.dumps(_data(facts), ensure_ascii=False)}, format="png", ppi=POINTS_A_INCH
    )
    if not isinstance(drawn, bytes):
        raise TypeError("Typst returned pages instead of one picture")
    return drawn


def _data(facts: Facts) -> dict[str, object]:
    light, accent = theme.LIGHT, brand.current().accent
    signals = {"good": light.good, "bad": light.bad}
    return {
        "fonts": list(FAMILIES),
        "language": text.language(),
        "district": clean(db.build().district),
        "unit": clean(facts.unit),
        "standing": wording.standing(facts),
        "colours": {
            "ink": light.ink, "muted": light.muted, "hairline": light.hairline, "background": light.background,
            "accent": accent, "on_accent": theme.text_on(accent),
        },
        "parts": [
            {
                "label": part.label.rstrip(":"),
                "lines": [clean(line) for line in part.lines],
                "colour": signals.get(part.signal, ""),
            }
            for part in wording.parts(facts, wording.MOST)
        ],
    }  # fmt: skip
