"""What of signing in and of accounts is told to the record of access: the one place where it goes."""

import logging

from dashboard.asking import Asker

log = logging.getLogger("rapor")


def told(kind: str, name: str = "", about: dict[str, str] | None = None, *, asker: Asker | None = None) -> None:
    """Note what happened: `sign_in`, `sign_in_failed`, `sign_out`, `account_added`, `account_changed`; never a password, never a code."""
