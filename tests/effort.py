"""How much a run tries: little on a push, all that there is with `--nightly`; the same tests in both."""

import os
from collections import Counter
from typing import Any, TypeVar

import pytest
from hypothesis import settings

T = TypeVar("T")
TIMES = 10  # as many examples of a property with --nightly

settings.register_profile("push", deadline=None, derandomize=True, database=None)  # the same run everywhere
settings.register_profile(  # other examples each night; a failure says how to have it again
    "nightly", deadline=None, database=None, print_blob=True, max_examples=100 * TIMES
)


def is_nightly() -> bool:
    """Whether this run was asked to try all that there is; known once pytest is configured."""
    return settings.get_current_profile_name() == "nightly"


def of(push: T, nightly: T) -> T:
    """Return what is tried on a push, or what is tried with `--nightly`."""
    return nightly if is_nightly() else push


def kills(push: int, nightly: int) -> int:
    """Return how many times something is killed: RAPOR_KILLS where that is set, else as `of`."""
    return int(os.environ.get("RAPOR_KILLS") or of(push, nightly))


def tries(push: int, **more: Any) -> settings:
    """Return the settings of a property tried with so many examples on a push, and ten times as many with `--nightly`."""
    return settings(max_examples=push * of(1, TIMES), **more)


def is_pushed(item: pytest.Item) -> bool:
    """Whether a test belongs to the run of a push: it asks no package index and takes no minutes."""
    return item.get_closest_marker("nightly") is None


def in_turn(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests without those that are tried at night alone: of one marked `by_turns(n)` each n-th of its parameters stays."""
    seen: Counter[str] = Counter()
    chosen = []
    for item in items:
        marker = item.get_closest_marker("by_turns")
        of_all = item.nodeid.partition("[")[0]
        if marker is None or seen[of_all] % marker.args[0] == 0:
            chosen.append(item)
        seen[of_all] += 1
    return chosen


def is_quick(item: pytest.Item) -> bool:
    """Whether a test belongs to a run of a minute: it needs no sample district, no file beside the project, no browser."""
    needed = set(item.fixturenames)  # ty: ignore[missing-attribute]
    is_light = not needed & {"sample_data", "exports", "browser"} and item.get_closest_marker("slow") is None
    return is_light and is_pushed(item)
