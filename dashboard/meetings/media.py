"""A meeting snapshot as a file to take along: slides, paper, a workbook, one page for a phone."""

from dataclasses import dataclass
from importlib import import_module

from dashboard import db
from dashboard.render import brand
from dashboard.snapshot import Meeting
from dashboard.words import text


@dataclass(frozen=True)
class Medium:
    """`function` of the module `dashboard.render.<module>` turns a meeting into the bytes of a file."""

    module: str
    function: str
    mime: str


BRAND = "brand"  # the folder of logo and colours in a data folder
MEDIA = {
    "pptx": Medium("slides.deck", "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": Medium("paper", "pdf", "application/pdf"),
    "xlsx": Medium("workbook.book", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "html": Medium("single", "html", "text/html"),
}


def export(meeting: Meeting, medium: str) -> bytes:
    """Return the file of a meeting in one of MEDIA, in the language of the meeting; the libraries load when first asked for."""
    kind = MEDIA[medium]
    render = getattr(import_module(f"dashboard.render.{kind.module}"), kind.function)
    with text.speaking(meeting.language), brand.using(brand.read(db.data_dir() / BRAND)):
        return render(meeting)


def file_name(meeting: Meeting, medium: str) -> str:
    """Return the name of the file; it says for whom it is, and whether it is of sample data."""
    sample = "-data-contoh" if any(page.is_sample for page in meeting.pages) else ""
    reader = "-".join(["-untuk", *filter(None, (meeting.viewer, meeting.of))]) if meeting.viewer else ""
    return f"{meeting.id}{reader}{sample}.{medium}"
