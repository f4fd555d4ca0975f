"""E-mail goes out by a real SMTP server over TLS: once for a state, again where it failed, never with a header of somebody's own."""

import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from dashboard import mail, record
from dashboard.messages import contacts, facts, mailing, told
from rapor import app
from tests.dashboard.messages.district import OTHER, SECRET

RUN = CliRunner()
ASKER = mailing.terminal("terminal:uji")


class Box:
    """What a server received; it refuses recipients of `refused`, and all while it is shut."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.were_encrypted: list[bool] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope) -> str:
        self.were_encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a certificate of 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "uji")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def addressed(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the district with the addresses of two units and of who gets the digest."""
    folder = tmp_path_factory.mktemp("mail") / "data"
    shutil.copytree(data, folder)
    (folder / "reference").mkdir()
    rows = (
        "pkm-a,pkm.a@tebo.example,messages,,",
        "pkm-b,pkm.b@tebo.example,messages,,",
        "tebo,bappeda@tebo.example,digest,,",
    )
    (folder / "reference" / "contacts.csv").write_text("\n".join([",".join(contacts.COLUMNS), *rows]) + "\n")
    return folder


@pytest.fixture
def post(addressed: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Box]]:
    """Give what starts a server in a mode of TLS and points Rapor to it."""
    monkeypatch.setenv("RAPOR_DATA", str(addressed))
    monkeypatch.delenv("RAPOR_VIEWER")
    running: list[Controller] = []

    def start(mode: str, **options: Any) -> Box:
        box = Box()
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
        more: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if mode == "starttls" else {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        wraps = tls if mode == "implicit" else None
        server = Controller(box, hostname="127.0.0.1", port=port, ssl_context=wraps, **more, **options)
        server.start()
        running.append(server)
        monkeypatch.setenv(mail.SMTP, f"127.0.0.1:{port}")
        monkeypatch.setenv(mail.SMTP_TLS, mode)
        monkeypatch.setenv(mail.SMTP_CA, str(certificate))
        return box

    yield start
    for server in running:
        server.stop()


def _outcomes() -> dict[str, str]:
    return {sent.contact.email.split("@")[0]: sent.outcome for sent in mailing.send(ASKER)}


@pytest.mark.parametrize("mode", ["implicit", "starttls", "none"])
def test_each_address_gets_its_own_message_once(post: Callable[[str], Box], mode: str) -> None:
    box = post(mode)
    assert _outcomes() == {"pkm.a": "sent", "pkm.b": "sent", "bappeda": "sent"}
    assert _outcomes() == {"pkm.a": "unchanged", "pkm.b": "unchanged", "bappeda": "unchanged"}
    assert box.were_encrypted == [mode != "none"] * 3
    of = {str(each["to"]): each for each in box.mails}
    own = of["pkm.a@tebo.example"]
    assert own["subject"] == "Puskesmas A: 1 laporan belum masuk, 1 hal perlu dibetulkan"
    assert "Belum masuk: Laporan kunjungan bulanan Okt 2026" in own.get_content()
    assert OTHER not in own.get_content()
    assert "Laporan kunjungan bulanan: 2 dari 2 masuk" in of["bappeda@tebo.example"].get_content()
    assert SECRET not in "".join(each.as_string() for each in box.mails)
    entries = [(entry.actor, dict(entry.about)["way"]) for entry in record.entries(kind="message_sent")]
    assert sorted(entries) == [("terminal:uji", "mail:digest"), *[("terminal:uji", "mail:message")] * 2]


def test_what_fails_is_tried_again_and_said(post: Callable[[str], Box], addressed: Path) -> None:
    box = post("starttls")
    box.refused = {"pkm.a@tebo.example"}
    ran = RUN.invoke(app, ["messages", "--send", "--data-dir", str(addressed)])
    assert ran.exit_code == 3
    assert "2 terkirim, 0 tanpa kabar baru, 1 gagal." in ran.output
    assert "pkm-a: gagal (SMTPRecipientsRefused)" in ran.output
    assert "pkm.a@" not in ran.output
    box.refused = set()
    again = RUN.invoke(app, ["messages", "--send", "--data-dir", str(addressed)])
    assert again.exit_code == 0, again.output
    assert "1 terkirim, 2 tanpa kabar baru, 0 gagal." in again.output
    assert len(box.mails) == 3


@pytest.mark.parametrize("mode", ["implicit", "starttls"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    post: Callable[[str], Box], mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = post(mode)
    monkeypatch.delenv(mail.SMTP_CA)
    assert set(_outcomes().values()) == {"failed"}
    assert not box.mails


def test_who_signs_in_does_so_over_tls_alone(post: Callable[..., Box], tmp_path: Path, monkeypatch) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def check(_server: SMTP, _session, _envelope, _mechanism, given) -> AuthResult:
        seen.append((given.login, given.password))
        return AuthResult(success=given.password == b"rahasia")

    secret = tmp_path / "sandi"
    secret.write_text("rahasia\n")
    secret.chmod(0o600)
    monkeypatch.setenv(mail.SMTP_USER, "rapor")
    monkeypatch.setenv(f"{mail.SMTP_PASSWORD}_FILE", str(secret))
    post("none")
    assert set(_outcomes().values()) == {"failed"}
    box = post("starttls", authenticator=check, auth_required=True)
    assert set(_outcomes().values()) == {"sent"}
    assert len(box.mails) == 3
    assert set(seen) == {(b"rapor", b"rahasia")}


def test_a_claim_that_was_never_settled_is_not_sent_by_itself(post: Callable[[str], Box], addressed: Path) -> None:
    box = post("none")
    every = {one.unit_id: one for one in facts.of_all(mailing.EVERY)}
    letter = mailing.letter_to(contacts.read()[0], every)
    assert letter
    assert told.claim("pkm-a", letter.digest, letter.contact.email, letter.items)  # and then the power failed
    ran = RUN.invoke(app, ["messages", "--send", "--data-dir", str(addressed)])
    assert "Tidak pasti terkirim, jadi tidak dikirim lagi: pkm-a." in ran.output
    assert "pkm.a@tebo.example" not in {str(each["to"]) for each in box.mails}


@pytest.mark.parametrize("what", ["to", "subject"])
def test_no_line_becomes_a_header(what: str) -> None:
    given = {"to": "a@b.id", "subject": "x"} | {what: "a@b.id\r\nBcc: c@d.id"}
    with pytest.raises(ValueError, match=r"[Hh]eader"):
        mail.message(given["to"], given["subject"], "words")


@pytest.mark.parametrize(
    ("address", "mode", "how"),
    [
        ("a.id:465", "", "implicit"),
        ("a.id:587", "", "starttls"),
        ("127.0.0.1:25", "", "none"),
        ("a.id:25", "none", "none"),
    ],
)
def test_tls_is_usual(address: str, mode: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(mail.SMTP, address)
    monkeypatch.setenv(mail.SMTP_TLS, mode)
    assert mail._server()[2] == how
