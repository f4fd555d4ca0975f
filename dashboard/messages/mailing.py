"""Messages by e-mail: to each address what is new to it, once; what failed is tried again with the next run."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from dashboard import access, db, mail, record
from dashboard.access import Asker, Viewer
from dashboard.messages import contacts, digest, facts, told, wording
from dashboard.messages.contacts import Contact
from dashboard.parts import due
from dashboard.words import text
from dashboard.words.harmless import harmless
from dashboard.words.text import _, n_

Outcome = Literal["sent", "failed", "unchanged", "unknown"]
EVERY = Viewer("", units=None)
log = logging.getLogger("rapor")


@dataclass(frozen=True)
class Sent:
    """What became of the mail of a contact."""

    contact: Contact
    outcome: Outcome
    fault: str = ""


@dataclass(frozen=True)
class Mail:
    """What is to be sent to a contact, and what tells its state from another."""

    contact: Contact
    subject: str
    words: str
    digest: str
    items: frozenset[str]


def send(asker: Asker) -> Iterator[Sent]:
    """Send what is new to each address, and give what became of each.

    Raises mail.Unset, notes.Unavailable, db.NoBuild, db.OlderBuild before anything is sent.
    """
    found = {one.unit_id: one for one in facts.of_all(EVERY)}
    for contact in contacts.read():
        letter = letter_to(contact, found)
        if letter is None:
            yield Sent(contact, "unknown")
        elif letter.items <= told.to(contact.unit_id, contact.email).items:
            yield Sent(contact, "unchanged")
        else:
            yield _sent(letter, asker)


def letter_to(contact: Contact, every: Mapping[str, facts.Facts]) -> Mail | None:
    """Return what there is to send to a contact, of the facts of each unit, sent already or not; None where its unit owes no report."""
    if contact.receives == "digest":
        month = digest.month_of(due.today())
        try:
            words = digest.words(contact.unit_id, month)
        except KeyError:
            return None
        subject = _("Pelaporan {district} {month}", district=db.build().district, month=text.month_name(month))
        state = f"digest:{month.isoformat()}"
        return Mail(contact, harmless(subject, 150), words, f"d{month:%Y%m}", frozenset({state}))
    found = every.get(contact.unit_id)
    if found is None:
        return None
    words = wording.message(found).replace("*", "") + "\n"
    return Mail(contact, _subject(found), words, found.digest, found.items)


def _subject(found: facts.Facts) -> str:
    parts = []
    if found.missing:
        parts.append(n_("{n} laporan belum masuk", "{n} laporan belum masuk", len(found.missing)))
    if found.faults:
        parts.append(n_("{n} hal perlu dibetulkan", "{n} hal perlu dibetulkan", len(found.faults)))
    said = ", ".join(parts) or _("tidak ada yang kurang")
    return harmless(f"{found.unit}: {said}", 150)


def _sent(letter: Mail, asker: Asker) -> Sent:
    to = letter.contact
    if not told.claim(to.unit_id, letter.digest, to.email, letter.items):
        return Sent(to, "unchanged")
    try:
        made = mail.message(to.email, letter.subject, letter.words)
        with mail.opened() as server:
            server.send_message(made)
    except mail.FAULTS as fault:
        told.settle(to.unit_id, letter.digest, to.email, "failed")
        log.warning("a message was not mailed: %s", type(fault).__name__)
        words = str(fault) if isinstance(fault, mail.Unset) else type(fault).__name__
        return Sent(to, "failed", words)
    told.settle(to.unit_id, letter.digest, to.email, "sent")
    kind = "digest" if to.receives == "digest" else "message"
    record.tried("message_sent", {"unit": to.unit_id, "way": f"mail:{kind}"}, asker=asker)
    return Sent(to, "sent")


def terminal(name: str) -> Asker:
    """Return who sends from a command."""
    return Asker(name, access.Viewer("terminal", units=()))
