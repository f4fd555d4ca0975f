"""The one way out for e-mail: an SMTP server that the environment names, over TLS with its certificate checked.

RAPOR_SMTP is `host:port`; RAPOR_SMTP_USER and RAPOR_SMTP_PASSWORD (or RAPOR_SMTP_PASSWORD_FILE) sign in; RAPOR_SMTP_FROM is the sender.
RAPOR_SMTP_TLS: `implicit` (usual for port 465), `starttls` (else), or `none` (usual on this machine alone; then nobody signs in).
RAPOR_SMTP_CA names a file with the certificate of an authority of one's own.
"""

import ipaddress
import os
import smtplib
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import make_msgid

from queries import secret
from queries.language import _

SMTP, SMTP_FROM, SMTP_USER, SMTP_PASSWORD = "RAPOR_SMTP", "RAPOR_SMTP_FROM", "RAPOR_SMTP_USER", "RAPOR_SMTP_PASSWORD"
SMTP_TLS, SMTP_CA = "RAPOR_SMTP_TLS", "RAPOR_SMTP_CA"
MODES = ("implicit", "starttls", "none")
SECONDS = 20
FAULTS = (
    OSError,
    smtplib.SMTPException,
    secret.Exposed,
    ValueError,
)  # what opening and sending raise; OSError has TLS in it


class Unset(ValueError):
    """E-mail is not set up, or not rightly; the message says what to do and holds no secret."""


def is_set() -> bool:
    """Whether there is a server to send by."""
    return bool(os.environ.get(SMTP, "").strip())


def message(to: str, subject: str, words: str) -> EmailMessage:
    """Return a message of plain text; raises ValueError where an address or the subject would make a header of its own."""
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = os.environ.get(SMTP_FROM, "").strip() or f"rapor@{socket.gethostname()}"
    made["To"] = to
    made["Message-ID"] = make_msgid(domain="rapor.invalid")
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(words)
    return made


@contextmanager
def opened() -> Generator[smtplib.SMTP]:
    """Give a connection that is signed in where that is asked for; raises FAULTS, Unset among them."""
    host, port, mode = _server()
    user = os.environ.get(SMTP_USER, "").strip()
    if user and mode == "none":
        raise Unset(_("RAPOR_SMTP_USER perlu TLS: setel RAPOR_SMTP_TLS=starttls atau implicit."))
    context = ssl.create_default_context(cafile=os.environ.get(SMTP_CA, "").strip() or None)
    if mode == "implicit":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    with server:
        if mode == "starttls":
            server.starttls(context=context)
        if user:
            server.login(user, secret.given(SMTP_PASSWORD) or "")
        yield server


def _server() -> tuple[str, int, str]:
    """Return host, port and how TLS is used."""
    host, _colon, port = os.environ.get(SMTP, "").strip().rpartition(":")
    if not host or not port.isdigit():
        raise Unset(_("Setel RAPOR_SMTP ke host:port peladen surel, misalnya smtp.contoh.go.id:587."))
    usual = "implicit" if port == "465" else "none" if _is_here(host) else "starttls"
    mode = os.environ.get(SMTP_TLS, "").strip().lower() or usual
    if mode not in MODES:
        raise Unset(_("RAPOR_SMTP_TLS harus salah satu dari: {names}.", names=", ".join(MODES)))
    return host.strip("[]"), int(port), mode


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
