"""Paper and the one-file meeting say what they said: all their words, page by page, and the tags around them, as golden dumps.

`uv run python -m tests.dashboard.render.test_golden` writes the dumps anew, after a look at the files themselves.
"""

import re
from collections.abc import Callable
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from dashboard.render import single
from tests.dashboard.render import test_paper, test_single

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
_OF_DRAWINGS = {"path", "use", "g", "defs", "style", "rect", "circle", "pattern", "clippath"}  # shapes without words


def paper_dump() -> str:
    """Return the words of each page of the PDF, then its tags and what is said of its figures to those who can't see."""
    reader: Any = PdfReader(BytesIO(test_paper.printed()))
    lines = []
    for number, page in enumerate(reader.pages, 1):
        words = page.extract_text().replace("\u200b", "").replace("\u00a0", " ")
        words = re.sub(r"( \.)+ ", " … ", words)  # the leaders of the contents
        lines += [f"# {number}", *(" ".join(line.split()) for line in words.splitlines() if line.strip())]
    tags = [line for part in _tags(reader.trailer["/Root"]["/StructTreeRoot"]) for line in part]
    return "\n".join([*lines, "# tags", *tags]) + "\n"


def _tags(node: Any) -> list[list[str]]:
    """Return the parts of a tagged document in reading order, each as its lines: its tag, with what it says to those who
    can't see, over those of its own parts; of equal parts in a row, as the rows of a table are, one with their number.
    """
    node = node.get_object()
    if isinstance(node, list):
        return _folded([part for child in node for part in _tags(child)])
    if not hasattr(node, "get"):
        return []
    inner = _tags(node["/K"]) if "/K" in node else []
    if "/S" not in node:
        return inner
    alt = f" {' '.join(str(node['/Alt']).split())}" if "/Alt" in node else ""
    return [[f"{node['/S']}{alt}", *(f"  {line}" for part in inner for line in part)]]


def _folded(parts: list[list[str]]) -> list[list[str]]:
    counted = [(part, sum(1 for _each in run)) for part, run in groupby(parts)]
    return [part if count == 1 else [f"{part[0]} x{count}", *part[1:]] for part, count in counted]


def single_dump() -> str:
    """Return the elements of the HTML file in order with their classes, places, links and words; not the drawings' shapes."""
    lines = []
    for tag, attributes, said in test_single.Parsed(single.html(test_single.gallery_meeting()).decode()).elements:
        if tag in _OF_DRAWINGS:
            continue
        words = " ".join("".join(said).replace("\u00a0", " ").split())
        if tag == "text":
            lines.append(f"  {words}")
            continue
        names = ("id", "class", "href", "role", "scope", "aria-label", "alt", "lang")
        own = "".join(f" {name}={value}" for name in names if (value := attributes.get(name)) and tag != "svg")
        lines.append(f"{tag}{own}{': ' + words if words else ''}")
    return "\n".join(line for (line,) in _folded([[line] for line in lines])) + "\n"


DUMPS = {"golden_paper.txt": paper_dump, "golden_single.txt": single_dump}


@pytest.mark.parametrize("name", DUMPS)
def test_the_file_says_what_it_said(name: str) -> None:
    dump: Callable[[], str] = DUMPS[name]
    assert dump() == (HERE / name).read_text(encoding="utf-8"), "look at the file; then write the dump anew"


if __name__ == "__main__":
    for name, dump in DUMPS.items():
        (HERE / name).write_text(dump(), encoding="utf-8")
