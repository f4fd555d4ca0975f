"""PostgreSQL, on which the notes store may stand: found, or installed from Debian's packages by root; a server of one's own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests import packages

PACKAGE = "postgresql"
SERVANT = "postgres"  # the account that Debian's package makes: a server refuses to run as root
OWNER = "rapor"


def find_or_install() -> Path | None:
    """Return the folder of the server's programs, installed by apt-get if there are none and this is root; else None."""
    if not find():
        packages.install(PACKAGE)
    return find()


def find() -> Path | None:
    """Return the folder that holds initdb and pg_ctl; None where there is none, or no account that may run them."""
    program = shutil.which("initdb") or shutil.which("postgres")
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    places = [*([Path(program).resolve().parent] if program else []), *newest]
    found = next((place for place in places if all((place / name).is_file() for name in ("initdb", "pg_ctl"))), None)
    has_account = os.geteuid() != 0 or any(entry.pw_name == SERVANT for entry in pwd.getpwall())
    return found if has_account else None


@contextmanager
def server(programs: Path) -> Generator[str]:
    """Give the address of a server of one's own, `{}` where the name of a database goes; it listens on no network."""
    user = SERVANT if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="rapor-postgres-"))  # below it the servant must reach its files

    def run(program: str, *arguments: object) -> None:
        command = [str(programs / program), *map(str, arguments)]
        subprocess.run(
            command, check=True, user=user, group=user, extra_groups=[] if user else None, cwd=folder, timeout=120,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    try:
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        run("initdb", "-D", data, "-A", "trust", "-U", OWNER, "-E", "UTF8", "--locale", "C", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -p 5432"
        run("pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield f"postgresql://{OWNER}@/{{}}?host={folder}&port=5432"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def gone(programs: Path, address: str) -> Generator[None]:
    """Have the server of an address be away while the block runs, stopped as by a power cut, and start it again."""
    folder = Path(address.partition("host=")[2].partition("&")[0])
    user = SERVANT if os.geteuid() == 0 else None
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -p 5432"

    def control(*words: str) -> None:
        command = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-l", str(folder / "log"), "-w", *words]
        subprocess.run(
            command, check=True, user=user, group=user, extra_groups=[] if user else None, cwd=folder, timeout=120,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    control("-m", "immediate", "stop")
    try:
        yield
    finally:
        control("-o", options, "start")
