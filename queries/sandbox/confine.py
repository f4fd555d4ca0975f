"""A wall around a process that works on what a stranger wrote: Linux's Landlock, beneath whatever else forbids it."""

import contextlib
import ctypes
import os
import struct
import sys
from pathlib import Path

PR_SET_NO_NEW_PRIVS = 38
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # system calls, the same on every architecture
ASK_VERSION = 1
PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_FILE, MAKE_REG, TRUNCATE = 1, 2, 4, 8, 1 << 5, 1 << 8, 1 << 14
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # how many kinds of access to files a version knows, since which version
NET_SINCE, SCOPE_SINCE = 4, 6
ALL_TCP = 3
ALL_SCOPES = 3  # no signal to and no abstract socket of another process

LIBRARIES = (sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", str(Path(__file__).resolve().parents[1]))
MACHINE = ("/proc/self", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/fs/cgroup", "/dev/urandom", "/dev/null")


def version() -> int:
    """Return which Landlock the kernel has; below 1 none."""
    return ctypes.CDLL(None, use_errno=True).syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)


def confine(folder: str | None, *readable: str) -> bool:
    """Leave this thread and those that it starts only the code they run, `folder`, and the files named; no network either.

    Without a folder nothing can be written. Files that are open stay usable. Returns False, and changes nothing, where the
    kernel has no Landlock.
    """
    system = ctypes.CDLL(None, use_errno=True)
    known = version()
    if known < 1:
        return False
    files = (1 << max(rights for since, rights in FILE_RIGHTS.items() if since <= known)) - 1
    wanted = struct.pack("QQQ", files, ALL_TCP if known >= NET_SINCE else 0, ALL_SCOPES if known >= SCOPE_SINCE else 0)
    size = 24 if known >= SCOPE_SINCE else 16 if known >= NET_SINCE else 8
    rules = system.syscall(CREATE_RULESET, wanted, ctypes.c_size_t(size), 0)
    if rules < 0:
        return False
    for place in (*LIBRARIES, *MACHINE, *readable):
        _allow(system, rules, place, EXECUTE | READ_FILE | READ_DIR)
    if folder is not None:
        _allow(system, rules, folder, files & (READ_FILE | READ_DIR | WRITE_FILE | REMOVE_FILE | MAKE_REG | TRUNCATE))
    system.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    done = system.syscall(RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return done


def _allow(system: ctypes.CDLL, rules: int, place: str, access: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        number = os.open(place, os.O_PATH | os.O_CLOEXEC)
        if not Path(place).is_dir():
            access &= EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE
        system.syscall(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", access, number), 0)
        os.close(number)
