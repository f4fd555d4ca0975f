"""A command that is killed as a power cut would, at a moment by chance that a seed decides."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def seconds(seed: str, least: float, most: float) -> float:
    """Return a moment of a seed, so that a failure can be had again."""
    return random.Random(seed).uniform(least, most)


def killed(
    words: Sequence[str],
    after_seconds: float,
    more: Mapping[str, str] | None = None,
    at: Callable[[], bool] | None = None,
) -> bool:
    """Run a command of Python, kill it with all of its group after so long, and return whether it still ran.

    With `at` the clock begins when that is so.
    """
    environment = {**os.environ, **(more or {})}
    out = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, *words], cwd=PROJECT, env=environment, stdout=out, stderr=out, start_new_session=True
    )
    until = time.monotonic() + 60
    while at and not at() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    end = time.monotonic() + after_seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    is_running = process.poll() is None
    if is_running:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return is_running
