"""Where the dashboard listens on this machine, and the browser that is opened once it answers."""

import contextlib
import ipaddress
import os
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Iterable

PORTS = range(8501, 8521)  # tried in turn where none is asked for


def free_port(address: str, ports: Iterable[int]) -> int | None:
    """Return the first of the ports that nothing else holds; None where all are taken."""
    return next((port for port in ports if _is_free(address, port)), None)


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as a server does: a port just let go is free
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def addresses(address: str) -> list[str]:
    """Return the addresses at which a browser finds what listens at `address`: that one, or of all those of this machine."""
    everywhere = {"0.0.0.0": ("127.0.0.1", socket.AF_INET), "::": ("::1", socket.AF_INET6)}  # noqa: S104  compared, not bound
    if address not in everywhere:
        return [address]
    own, family = everywhere[address]
    found = [own]
    with contextlib.suppress(OSError):
        for *_, place in socket.getaddrinfo(socket.gethostname(), None, family, socket.SOCK_STREAM):
            found.append(str(place[0]).partition("%")[0])
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect(
            ("192.0.2.1" if family == socket.AF_INET else "2001:db8::1", 9)
        )  # sends nothing: only the way there is asked for
        found.append(probe.getsockname()[0])
    return list(dict.fromkeys(found))


def is_this_machine_alone(address: str) -> bool:
    """Whether nobody but this machine itself reaches what listens at an address."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(address).is_loopback
    return address == "localhost"


def open_when_ready(address: str, port: int, url: str) -> None:
    """Open the reader's browser once the port answers, without waiting for it; do nothing where there is no screen."""
    if _has_screen():
        threading.Thread(target=_wait_and_open, args=(address, port, url), daemon=True).start()


def _wait_and_open(address: str, port: int, url: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((address, port)) == 0:
                webbrowser.open(url)
                return
        time.sleep(0.2)


def _has_screen() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
