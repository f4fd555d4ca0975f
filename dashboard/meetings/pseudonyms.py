"""A meeting without the names of employees: each stands as the pseudonym that he has for who may read no names."""

from dataclasses import replace

from dashboard.meetings import people
from dashboard.meetings.encoding import decode, encode
from dashboard.snapshot import Brief, Meeting, Snapshot
from dashboard.words import text

READER = "pimpinan"  # who may read what comes of it: a role that sees no names


def hidden(meeting: Meeting) -> Meeting:
    """Return the meeting with pseudonyms wherever a name of its tables stands, in words and charts too."""
    with text.speaking(meeting.language):
        names = {name: people.pseudonyms(whose) for name, whose in people.named(meeting).items()}

    def put(page: Snapshot) -> Snapshot:
        return decode(people.replaced(encode(page), names))

    brief: Brief | None = meeting.brief
    brief = replace(brief, sheets=tuple(map(put, brief.sheets))) if brief else None
    return replace(meeting, viewer=READER, pages=tuple(map(put, meeting.pages)), brief=brief)
