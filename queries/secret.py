"""Secrets: each comes from the environment or from a file that its owner alone may read, outside of the data folder."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from queries.language import _
from queries.private import OTHERS

SIGNING_KEY = "RAPOR_SIGNING_KEY"  # where the key of meetings is; other keys lie beside it


class Exposed(Exception):
    """A secret can't be used as it stands: others may read it, or it lies where it must not; the message says what to do."""


def place(name: str) -> Path:
    """Return where a file of that name is, outside of the data folder: beside the signing key, in the settings of whoever runs this."""
    named = os.environ.get(SIGNING_KEY, "").strip()
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "rapor"
    return (Path(named).expanduser().parent if named else settings) / name


def read(path: Path) -> bytes:
    """Return what a file of a secret holds; raises Exposed where others than its owner may read or write it, OSError."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & OTHERS:
            raise Exposed(_("{path}: hanya pemiliknya yang boleh membacanya. Jalankan: chmod 600 {path}", path=path))
        return file.read()


def own(name: str, data_dir: Path) -> bytes:
    """Return the 32 bytes of a secret beside the signing key, made when they are first asked for; raises Exposed, OSError.

    What lies in the data folder would go with each copy of it, and prove nothing.
    """
    path = place(name)
    if path.resolve().is_relative_to(data_dir.resolve()):
        raise Exposed(
            _("{path}: kunci tidak boleh di folder data. Setel {name} ke tempat lain.", path=path, name=SIGNING_KEY)
        )
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_hex(32).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # of two who make it at once, the first has made it
            os.link(made, path)
        made.unlink()
    try:
        found = bytes.fromhex(read(path).decode().strip())
    except ValueError:
        found = b""
    if len(found) != 32:
        raise Exposed(_("{path}: kunci ini rusak. Pulihkan dari cadangannya.", path=path))
    return found


def is_given(name: str) -> bool:
    """Tell whether there is such a secret."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def given(name: str) -> str | None:
    """Return a secret of the environment variable `name`, or of the file that `name`_FILE names; None where neither is set."""
    if path := os.environ.get(f"{name}_FILE", "").strip():
        return read(Path(path).expanduser()).decode().strip()
    return os.environ.get(name) or None
