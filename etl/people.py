"""Who the people of a lake are: the id of each number, and of whom the rows are withheld because he was forgotten."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.lake import Lake, write_atomically
from etl.trouble import Damaged
from queries.language import _

PEOPLE, OF_PEOPLE = "people.json", "people:"  # what the salt of a lake with such a file begins with


@dataclass(frozen=True)
class People:
    """Of people of whom one was forgotten: the ids of the others by their numbers, and the marks of those whose rows are withheld.

    `key` makes these marks.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    key: str = ""

    def withholds(self, nip: str) -> bool:
        """Tell whether the rows of a number are withheld."""
        return bool(self.withheld) and self.mark(nip) in self.withheld

    def mark(self, nip: str) -> str:
        """Return the mark of a number."""
        return hashlib.blake2b(nip.encode(), key=self.key.encode(), digest_size=16).hexdigest()


NO_PEOPLE = People()


def id_of(nip: str, salt: bytes, people: People) -> str:
    """Return the id of a person, which says nothing of his number: a keyed hash, the same in every build of a data folder."""
    if nip.startswith(":"):  # of one who was forgotten the id is all that there is
        return nip[1:]
    made = hashlib.blake2b(nip.encode(), key=salt[:64], digest_size=5).hexdigest().upper()
    return people.ids.get(nip) or f"P{made}"


def people(lake: Lake) -> People:
    """Return the ids that no longer come from the salt; raises Damaged where they are lost."""
    path, salt = lake.folder / PEOPLE, lake.salt() or ""
    if not path.is_file():
        if salt.startswith(OF_PEOPLE):
            mend = _("Pulihkan dari cadangan: tanpa berkas itu setiap pegawai menjadi orang lain.")
            raise Damaged(_("{path} hilang.", path=path), mend)
        return NO_PEOPLE
    stored = json.loads(path.read_text(encoding="utf-8"))
    return People(stored["ids"], tuple(stored["withheld"]), stored["key"])


def version(lake: Lake) -> str:
    """Return a word that changes when somebody is forgotten; nothing where nobody was."""
    path = lake.folder / PEOPLE
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""


def keep(lake: Lake, people: People) -> None:
    """Keep the ids of people, then the salt of those to come, for their owner alone."""
    stored = {"ids": dict(people.ids), "withheld": list(people.withheld), "key": people.key}
    write_atomically(lake.folder / PEOPLE, json.dumps(stored, indent=1, sort_keys=True))
    (lake.folder / PEOPLE).chmod(0o600)
    lake.keep_salt(f"{OF_PEOPLE}{secrets.token_hex(16)}")
