"""Accounts: who may sign in, as which role. They stand in the notes store, in tables of their own; with a change its sessions end.

A name is as it is typed, in small letters. `of` is the unit, agency or employee that a role needs which does not cover the district.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from dashboard import notes, roles
from dashboard.notes import reading, writing
from dashboard.signin import passwords
from dashboard.words.text import _

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
account_table = sa.Table(
    "account",
    notes.TABLES,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("role", sa.String(64), nullable=False),
    sa.Column("of", sa.String(128), nullable=False),
    sa.Column("password", sa.String(255), nullable=False),
    sa.Column("password_at", sa.String(32), nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("is_disabled", sa.Boolean, nullable=False),
    sa.Column("totp_secret", sa.String(64), nullable=True),
    sa.Column("totp_used", sa.BigInteger, nullable=False),  # the last period whose code was taken: none is taken twice
    sa.Column("added_at", sa.String(32), nullable=False),
)
recovery_table = sa.Table(
    "account_recovery",
    notes.TABLES,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(32), nullable=False, index=True),
)
device_table = sa.Table(  # browsers from which an account has signed in
    "account_device",
    notes.TABLES,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(32), nullable=False, index=True),
    sa.Column("at", sa.String(32), nullable=False),
)
session_table = sa.Table(
    "account_session",
    notes.TABLES,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("subject", sa.String(255), nullable=False, index=True),  # an account's id, or who a provider says it is
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("groups", sa.JSON, nullable=True),  # as a provider told them; None of an account
    sa.Column("step", sa.String(16), nullable=False),
    sa.Column("browser", sa.String(64), nullable=False),
    sa.Column("began_at", sa.BigInteger, nullable=False),
    sa.Column("seen_at", sa.BigInteger, nullable=False),
)


class Refused(Exception):
    """What was asked of an account can't be done; the message says why."""


@dataclass(frozen=True)
class Account:
    """One who may sign in; `password` is its hash."""

    id: str
    name: str
    role: str
    of: str
    password: str
    password_at: str
    must_change: bool
    is_disabled: bool
    totp_secret: str | None
    totp_used: int
    added_at: str


def now() -> str:
    """Return the moment as it is kept."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def listed() -> list[Account]:
    """Return all accounts by name."""
    with reading(account_table) as connection:
        if connection is None:
            return []
        rows = connection.execute(sa.select(account_table).order_by(account_table.c.name))
        return [Account(*row) for row in rows]


def find(name: str) -> Account | None:
    """Return the account of a name; None where there is none."""
    with reading(account_table) as connection:
        return None if connection is None else _find(connection, account_table.c.name == plain(name))


def by_id(account_id: str) -> Account | None:
    """Return the account of an id; None where there is none."""
    with reading(account_table) as connection:
        return None if connection is None else _find(connection, account_table.c.id == account_id)


def _find(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Account | None:
    row = connection.execute(sa.select(account_table).where(condition)).first()
    return Account(*row) if row else None


def plain(name: str) -> str:
    """Return a name as it is kept: 'Siti.Aminah ' is siti.aminah."""
    return name.strip().casefold()


def are_there() -> bool:
    """Whether anybody could sign in with an account."""
    return any(not account.is_disabled for account in listed())


# --- what changes an account ---


def add(name: str, role: str, of: str = "", password: str | None = None) -> tuple[Account, str]:
    """Add an account; return it and its first password, which its owner has to change. Raises Refused, notes.Unavailable."""
    kept, first = plain(name), password or passwords.made()
    if not NAME.fullmatch(kept):
        raise Refused(_("Nama akun: 2–64 huruf kecil, angka, titik, garis atau @, tanpa spasi."))
    if password is not None and (wrong := passwords.fault(password, kept)):
        raise Refused(wrong)
    of = checked(role, of)
    account = Account(
        secrets.token_hex(8), kept, role, of, passwords.hashed(first), now(), True, False, None, 0, now(),
    )  # fmt: skip
    try:
        with writing() as connection:
            connection.execute(sa.insert(account_table).values(account.__dict__))
    except notes.Taken:
        raise Refused(_("Akun {name} sudah ada.", name=kept)) from None
    return account, first


def checked(role: str, of: str) -> str:
    """Return the unit, agency or employee of an account of a role; raises Refused where the two don't fit."""
    try:
        found = roles.find(role)
        known = ", ".join(roles.roles())
    except roles.Unclear as unclear:
        raise Refused(str(unclear)) from None
    if found is None:
        raise Refused(_("Peran {role} tidak dikenal; yang ada: {names}.", role=role, names=known))
    of = of.strip()
    if found.scope != "district" and not of:
        raise Refused(_("Peran {role} perlu unit, perangkat daerah atau pegawainya.", role=role))
    return of if found.scope != "district" else ""


def change(account: Account, values: Mapping[str, object], *, keep: str = "") -> None:
    """Change an account and end its sessions, but for the one that `keep` names by its hash; all in one transaction."""
    with writing() as connection:
        connection.execute(sa.update(account_table).where(account_table.c.id == account.id).values(values))
        ended = sa.delete(session_table).where(session_table.c.subject == account.id)
        connection.execute(ended.where(session_table.c.hash != keep))


def change_role(account: Account, role: str, of: str) -> None:
    """Give an account another role; raises Refused."""
    change(account, {"of": checked(role, of), "role": role})


def disable(account: Account, is_disabled: bool = True) -> None:
    """Take an account's way in, or give it back."""
    change(account, {"is_disabled": is_disabled})


def forget(of: str) -> int:
    """Take away the accounts of an employee with all that is kept of them; return how many. For who is forgotten, and final."""
    found = [account.id for account in listed() if account.of == of]
    if found:
        with notes.writing() as connection:
            for table in (recovery_table, device_table):
                connection.execute(sa.delete(table).where(table.c.account.in_(found)))
            connection.execute(sa.delete(session_table).where(session_table.c.subject.in_(found)))
            connection.execute(sa.delete(account_table).where(account_table.c.id.in_(found)))
    return len(found)


def reset(account: Account, password: str | None = None) -> str:
    """Return a new first password of an account; its second step, its recovery codes and known browsers are gone."""
    first = password or passwords.made()
    if password is not None and (wrong := passwords.fault(password, account.name)):
        raise Refused(wrong)
    change(
        account, {"password": passwords.hashed(first), "password_at": now(), "must_change": True, "totp_secret": None}
    )
    with writing() as connection:
        for table in (recovery_table, device_table):
            connection.execute(sa.delete(table).where(table.c.account == account.id))
    return first


def change_password(account: Account, password: str, keep: str) -> None:
    """Take a password that the owner chose; his other sessions end. Raises Refused."""
    if wrong := passwords.fault(password, account.name):
        raise Refused(wrong)
    change(account, {"password": passwords.hashed(password), "password_at": now(), "must_change": False}, keep=keep)
