"""The second step of signing in: a code of an app on one's phone (TOTP, RFC 6238), or one of ten recovery codes, each used once.

The secret of an app is kept sealed (AES-GCM) with a key that lies outside of the data folder: who has a copy of the store can make
no codes. One that an earlier version kept plain is sealed as soon as a code of it was right.
"""

import base64
import hashlib
import io
import logging
import os
import time
from hmac import compare_digest

import pyotp
import segno
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dashboard.folder import data_dir
from dashboard.notes import reading, writing
from dashboard.signin import accounts, passwords
from dashboard.signin.accounts import Account, account_table, recovery_table
from queries import secret as own_secrets

CODES = 10
AROUND = 1  # a phone's clock may be a period of 30 seconds off
KEY = "second.key"  # beside the signing key
PLAIN = 32  # letters of a secret that is not sealed: 160 bits; sealed it has 64
_NONCE = 12  # bytes
log = logging.getLogger("rapor")


def new_secret() -> str:
    """Return a secret for an app, 160 bits."""
    return pyotp.random_base32()


def picture(secret: str, name: str, district: str) -> str:
    """Return the QR code that an app reads, as SVG: dark on light in any look, for cameras read no other."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"Rapor {district}".strip())
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", scale=5, border=4, light="#fff", dark="#000", xmldecl=False, svgns=True
    )
    return out.getvalue().decode()


def period_of(secret: str, code: str, used: int) -> int | None:
    """Return the period that a code is of; None of a wrong one and of one that was used."""
    totp, now = pyotp.TOTP(secret), int(time.time())
    digits = "".join(code.split())
    for step in range(-AROUND, AROUND + 1):
        period = now // totp.interval + step
        if period > used and compare_digest(digits.encode(), totp.generate_otp(period).encode()):
            return period
    return None


def _sealed(account: Account, secret: str) -> str:
    """Return a secret as it is kept, of use for this account alone; raises own_secrets.Exposed, OSError where there is no key."""
    nonce, raw = os.urandom(_NONCE), base64.b32decode(secret)
    key = own_secrets.own(KEY, data_dir())
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, raw, account.id.encode())).decode()


def _opened(account: Account) -> str | None:
    """Return the secret of an account; None where there is none, or it can't be opened with the key that is here."""
    kept = account.totp_secret
    if kept is None or len(kept) == PLAIN:
        return kept
    try:
        sealed = base64.b64decode(kept, validate=True)
        key = own_secrets.own(KEY, data_dir())
        return base64.b32encode(AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], account.id.encode())).decode()
    except (InvalidTag, ValueError, OSError, own_secrets.Exposed) as error:
        log.error("the secret of a second step can't be opened: %s", type(error).__name__)
        return None


def _kept(account: Account, secret: str) -> str | None:
    """Return how the secret of an account is kept from now on: sealed, where that can be."""
    if account.totp_secret is None or len(account.totp_secret) != PLAIN:
        return account.totp_secret
    try:
        return _sealed(account, secret)
    except (OSError, own_secrets.Exposed) as error:
        log.error("the secret of a second step can't be sealed: %s", type(error).__name__)
        return account.totp_secret


def turn_on(account: Account, secret: str, code: str, keep: str) -> list[str] | None:
    """Have an account ask for codes from now on; return its recovery codes, None where the code is wrong.

    Raises own_secrets.Exposed, OSError where its secret can't be sealed, and nothing is changed.
    """
    period = period_of(secret, code, 0)
    if period is None:
        return None
    accounts.change(account, {"totp_secret": _sealed(account, secret), "totp_used": period}, keep=keep)
    return new_recovery(account)


def turn_off(account: Account, keep: str) -> None:
    """Have an account ask for no code."""
    accounts.change(account, {"totp_secret": None}, keep=keep)
    with writing() as connection:
        connection.execute(sa.delete(recovery_table).where(recovery_table.c.account == account.id))


def new_recovery(account: Account) -> list[str]:
    """Return new recovery codes of an account, of which only the hashes are kept; those before are no longer taken."""
    codes = [passwords.made() for _each in range(CODES)]
    with writing() as connection:
        connection.execute(sa.delete(recovery_table).where(recovery_table.c.account == account.id))
        rows = [{"hash": _hashed(account, code), "account": account.id} for code in codes]
        connection.execute(sa.insert(recovery_table), rows)
    return codes


def recovery_left(account: Account) -> int:
    """Return how many recovery codes an account has left."""
    with reading(recovery_table) as connection:
        if connection is None:
            return 0
        of_account = (
            sa.select(sa.func.count()).select_from(recovery_table).where(recovery_table.c.account == account.id)
        )
        return connection.scalar(of_account) or 0


def _hashed(account: Account, code: str) -> str:
    """Return the hash of a recovery code; it has 99 bits, so that a quick hash will do."""
    return hashlib.sha256(f"{account.id}:{code.strip().lower()}".encode()).hexdigest()


def take(account: Account, code: str) -> bool:
    """Whether a code of an app or of recovery is right; it is not taken again, were two to send it at once."""
    if account.totp_secret is None:
        return False
    secret = _opened(account)
    period = period_of(secret, code, account.totp_used) if secret else None
    with writing() as connection:
        if period is not None and secret is not None:
            used = sa.update(account_table).where(account_table.c.id == account.id, account_table.c.totp_used < period)
            return connection.execute(used.values(totp_used=period, totp_secret=_kept(account, secret))).rowcount == 1
        gone = sa.delete(recovery_table).where(
            recovery_table.c.hash == _hashed(account, code), recovery_table.c.account == account.id
        )
        return connection.execute(gone).rowcount == 1
