"""How much memory a build may take before it sorts and groups in files beside it: `RAPOR_BUILD_MEMORY_MB`, else a part of the machine's."""

import os

from queries import builds

NAME = "RAPOR_BUILD_MEMORY_MB"
SHARE, LEAST_MB, MOST_MB = 4, 1024, 8192  # a fourth of the machine's memory, within these


def limit_mb() -> int:
    """Return the limit; what is no number above zero sets nothing."""
    said = os.environ.get(NAME, "").strip()
    if said.isascii() and said.isdecimal() and 0 < int(said) < 10**8:
        return int(said)
    try:
        machine_mb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    except (ValueError, OSError, AttributeError):
        machine_mb = 0
    return min(max(machine_mb // SHARE, LEAST_MB), MOST_MB)


def settings() -> dict[str, str | bool | int | float | list[str]]:
    """Return the settings of a connection that a build is made with."""
    return {**builds.OPENED, "memory_limit": f"{limit_mb()}MB"}
