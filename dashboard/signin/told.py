"""What of signing in and of accounts goes to the record of access, and under whose name: never a password, never a code."""

from dashboard import access, asking, record
from dashboard.asking import Asker


def of_person(kind: str, name: str, role: str = "", **about: str) -> None:
    """Note what somebody does who is not signed in yet, or no longer."""
    record.tried(kind, about, asker=Asker(name, access.Viewer(role, units=())))


def of_nobody() -> None:
    """Note that a name was tried that no account has: once a day, or a stranger could fill the disk with lines."""
    record.once("sign_in_failed", {"way": "local", "reason": "no_account"}, asker=asking.NOBODY)


def of_account(kind: str, account: str, **about: str) -> None:
    """Note what who is signed in does to an account."""
    record.tried(kind, {"account": account, **about}, asker=asking.asker())
