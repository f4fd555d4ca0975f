"""nginx, behind which the dashboard may stand: found, or installed from Debian's packages by root; a server of one's own, with TLS."""

import datetime
import ipaddress
import os
import re
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests import packages

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "operating.md"
PACKAGE = "nginx"


def find_or_install() -> str | None:
    """Return the path of nginx, installed by apt-get if there is none and this is root; else None."""
    if not find():
        packages.install(PACKAGE)
    return find()


def find() -> str | None:
    """Return the path of nginx; None where there is none."""
    return shutil.which("nginx") or next((path for path in ("/usr/sbin/nginx",) if Path(path).is_file()), None)


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    alternatives = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(alternatives, critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "rapor.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "rapor.key").write_bytes(private)


def written(port: int, to: int, folder: Path, path: str = "/") -> str:
    """Return the server that the guide shows, on a port of this machine, in front of a port; below a path of its own where one is named."""
    (shown,) = re.findall(r"```nginx\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    for before, after in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"), ("server_name rapor.contoh.go.id;", "server_name localhost;"),
        ("/etc/ssl/", f"{folder}/"), ("http://127.0.0.1:8501/;\n", f"http://127.0.0.1:{to}/;\n"), ("location / {", f"location {path} {{"),
    ):  # fmt: skip
        assert before in shown, f"the guide no longer says {before}"
        shown = shown.replace(before, after)
    return shown


@contextmanager
def serving(program: str, folder: Path, *servers: str) -> Generator[None]:
    """Run nginx with these servers while the block runs."""
    _certificate(folder)
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    settings = folder / "nginx.conf"
    settings.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;"
        f"{'user root;' if os.geteuid() == 0 else ''} events {{}} http {{ access_log off; {places} {' '.join(servers)} }}",
        encoding="utf-8",
    )
    process = subprocess.Popen([program, "-c", str(settings), "-e", str(folder / "error.log")])
    try:
        deadline = time.monotonic() + 10
        while not (folder / "pid").is_file() and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.05)
        assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)
