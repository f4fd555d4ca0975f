"""The second step of signing in: a code of an app on one's phone (TOTP, RFC 6238), or one of ten recovery codes, each used once."""

import hashlib
import io
import time
from hmac import compare_digest

import pyotp
import segno
import sqlalchemy as sa

from dashboard.notes import reading, writing
from dashboard.signin import accounts, passwords
from dashboard.signin.accounts import Account, account_table, recovery_table

CODES = 10
AROUND = 1  # a phone's clock may be a period of 30 seconds off


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


def turn_on(account: Account, secret: str, code: str, keep: str) -> list[str] | None:
    """Have an account ask for codes from now on; return its recovery codes, None where the code is wrong."""
    period = period_of(secret, code, 0)
    if period is None:
        return None
    accounts.change(account, {"totp_secret": secret, "totp_used": period}, keep=keep)
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
    period = period_of(account.totp_secret, code, account.totp_used)
    with writing() as connection:
        if period is not None:
            used = sa.update(account_table).where(account_table.c.id == account.id, account_table.c.totp_used < period)
            return connection.execute(used.values(totp_used=period)).rowcount == 1
        gone = sa.delete(recovery_table).where(
            recovery_table.c.hash == _hashed(account, code), recovery_table.c.account == account.id
        )
        return connection.execute(gone).rowcount == 1
