"""The dashboard and the browser that the tests share: `rapor demo` as a process of its own, one Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import chromium

pytest.register_assert_rewrite("tests.browser.looking")
expect.set_options(timeout=20_000)  # two browsers and two servers may share the machine with the rest of the tests


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(folder: Path, *command: str, **more: str) -> Generator[str]:
    """Yield the address of a command that serves, run from a folder of its own; Ctrl-C must end it."""
    port = _free_port()
    environment = {k: v for k, v in os.environ.items() if k not in ("RAPOR_VIEWER", "RAPOR_LANG")} | more
    asked = [sys.executable, "-m", "rapor", *command, "--port", str(port), "--no-browser"]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            asked, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", process, folder / "log.txt")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(2)  # as Ctrl-C does
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    said = (folder / "log.txt").read_text(encoding="utf-8")
    assert "Traceback" not in said, said
    assert f"http://127.0.0.1:{port}" in said


@pytest.fixture(scope="session")
def dashboard(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of `rapor demo`, run from another folder with its own data.

    It finds the sample district loaded already, which takes it as little time as a second start takes a reader.
    """
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(sample_data, folder / "demo")
    with served(folder, "demo", "--data-dir", str(folder)) as address:
        yield address


def _wait(url: str, process: subprocess.Popen, log: Path, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"rapor demo ended with {process.returncode}:\n{log.read_text(encoding='utf-8')}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError) as fault:
            if isinstance(fault, urllib.error.HTTPError) and fault.code == 401:
                return  # it answers, and asks who it is
            time.sleep(0.2)
    pytest.fail(f"rapor demo did not answer within {seconds:.0f} s:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        path = chromium.find()
    except chromium.NoBrowserError as missing:
        pytest.fail(str(missing))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield started
        started.close()
