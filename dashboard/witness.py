"""Tells others how long the record of access is: a head that was sent out shows later that lines were cut off, key and all.

RAPOR_SYSLOG is `/dev/log`, or `host:port` (UDP): each head is a message. RAPOR_SMTP (`dashboard/mail.py`) with RAPOR_SMTP_TO: the first
head of a day is a mail. Neither holds up an answer.
"""

import hashlib
import logging
import os
import socket
import threading
from contextlib import suppress
from datetime import date
from logging.handlers import SysLogHandler
from pathlib import Path

from dashboard import mail
from dashboard.chained import Head
from queries import secret

SYSLOG, SMTP_TO = "RAPOR_SYSLOG", "RAPOR_SMTP_TO"
MAILED = "record-mailed.txt"  # beside the key: the day of the last mail
log = logging.getLogger("rapor")


def tell(path: Path, head: Head) -> None:
    """Send a head where this is set."""
    words = f"rapor record={_name(path)} lines={head.count} seal={head.seal}"
    if address := os.environ.get(SYSLOG, "").strip():
        with suppress(OSError, ValueError):
            _syslog(address, words)
    if mail.is_set() and os.environ.get(SMTP_TO, "").strip() and _is_first_today():
        threading.Thread(target=_mail, args=(words,), name="witness", daemon=True).start()


def _name(path: Path) -> str:
    """Return what tells one record from another, without its place."""
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]


def _syslog(address: str, words: str) -> None:
    host, _, port = address.rpartition(":")
    to = address if address.startswith("/") else (host, int(port))
    handler = SysLogHandler(to, SysLogHandler.LOG_AUTHPRIV, socket.SOCK_DGRAM)
    handler.ident = "rapor: "
    handler.append_nul = False
    handler.handleError = lambda record: None  # of a host that does not answer nothing is printed
    try:
        handler.emit(logging.LogRecord("rapor", logging.INFO, "", 0, words, None, None))
    finally:
        handler.close()


def _is_first_today() -> bool:
    place = secret.place(MAILED)
    today = date.today().isoformat()
    if place.is_file() and place.read_text(encoding="utf-8") == today:
        return False
    place.write_text(today, encoding="utf-8")
    return True


def _mail(words: str) -> None:
    """Send a mail; one that fails is tried again with the next head of another day, and the log says so."""
    today = date.today().isoformat()
    try:
        message = mail.message(os.environ[SMTP_TO], f"Rapor: catatan akses {today}", words.replace(" ", "\n") + "\n")
        with mail.opened() as server:
            server.send_message(message)
    except mail.FAULTS as fault:
        log.warning("the head of the record was not mailed: %s", type(fault).__name__)
        with suppress(OSError):
            secret.place(MAILED).unlink()
