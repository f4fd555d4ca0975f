"""The key that signs meetings (Ed25519), and the head of their chain: both outside of the data folder, where Rapor runs.

What is signed here was frozen by whoever holds the key. It proves neither when, nor that he froze what was true.
"""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from dashboard.words.text import _
from queries import secret, whole

ENV = secret.SIGNING_KEY
KNOWN, HEADS = "known-keys.txt", "heads.json"  # beside the private key


class Unsigned(Exception):
    """Nothing can be signed here; the message says why, and what to do."""


@dataclass(frozen=True)
class Head:
    """The last meeting of a data folder: its number in the chain, its id and the seal of its manifest."""

    number: int
    id: str
    seal: str


def place() -> Path:
    """Return where the private key is: RAPOR_SIGNING_KEY, else in the settings of whoever runs this."""
    named = os.environ.get(ENV, "").strip()
    return Path(named).expanduser() if named else secret.place("signing.pem")


def key(data_dir: Path) -> Ed25519PrivateKey:
    """Return the private key, made when it is first asked for; raises Unsigned where it would stand in the data folder, or can't stand."""
    path = place().resolve()
    if path.is_relative_to(data_dir.resolve()):
        raise Unsigned(
            _(
                "Kunci tanda tangan tidak boleh di folder data: {path}. Setel {name} ke tempat lain.",
                path=path,
                name=ENV,
            )
        )
    try:
        return _read(path) if path.is_file() else _made(path)
    except (OSError, ValueError, TypeError) as wrong:
        why = _("Kunci tanda tangan {path} tidak dapat dipakai: {wrong}.", path=path, wrong=wrong)
        raise Unsigned(why + " " + _("Pulihkan dari cadangannya, atau setel {name}.", name=ENV)) from wrong


def renewed(data_dir: Path) -> str:
    """Put a new key in the place of the present one, which stays known by its public half, and return the new fingerprint."""
    old, path = key(data_dir), place().resolve()
    trust(public(old))
    new = path.with_suffix(".new")
    made = _made(new)
    new.replace(path)
    return fingerprint(public(made))


def _read(path: Path) -> Ed25519PrivateKey:
    found = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(found, Ed25519PrivateKey):
        raise TypeError(type(found).__name__)
    return found


def _made(path: Path) -> Ed25519PrivateKey:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = Ed25519PrivateKey.generate()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def public(private: Ed25519PrivateKey) -> str:
    """Return the public half of a key, as a manifest has it."""
    return base64.b64encode(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def fingerprint(public_key: str) -> str:
    """Return what people compare: 128 bits of the hash of a public key in groups of four."""
    digest = hashlib.sha256(base64.b64decode(public_key)).hexdigest()[:32].upper()
    return " ".join(digest[n : n + 4] for n in range(0, 32, 4))


def signed(private: Ed25519PrivateKey, message: bytes) -> str:
    """Return the signature of a message."""
    return base64.b64encode(private.sign(message)).decode()


def is_signed(public_key: str, signature: str, message: bytes) -> bool:
    """Return whether a message was signed by the holder of a key."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(base64.b64decode(signature), message)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def is_known(public_key: str) -> bool:
    """Return whether a key is this one, a former one, or one that was said to be trusted."""
    path = place()
    own = path.is_file() and public(_read(path)) == public_key
    return own or public_key in _lines(path.with_name(KNOWN))


def trust(public_key: str) -> None:
    """Know a public key from now on."""
    path = place().with_name(KNOWN)
    if public_key not in _lines(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{public_key} {fingerprint(public_key)}\n")


def _lines(path: Path) -> set[str]:
    return {line.split(" ")[0] for line in path.read_text(encoding="utf-8").splitlines()} if path.is_file() else set()


def head(data_dir: Path) -> Head | None:
    """Return the last meeting of a data folder, as it was kept beside the key."""
    found = _heads().get(str(data_dir.resolve()))
    return Head(found["number"], found["id"], found["seal"]) if found else None


def keep_head(data_dir: Path, newest: Head) -> None:
    """Keep the last meeting of a data folder beside the key."""
    path = place().with_name(HEADS)
    every = _heads() | {str(data_dir.resolve()): {"number": newest.number, "id": newest.id, "seal": newest.seal}}
    whole.write(path, json.dumps(every, indent=1, sort_keys=True) + "\n")


def _heads() -> dict[str, Any]:
    try:
        return json.loads(place().with_name(HEADS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
