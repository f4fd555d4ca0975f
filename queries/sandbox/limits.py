"""What the system holds a process to that works on what a stranger wrote: memory, time, files; and that it ends with its parent."""

import contextlib
import ctypes
import os
import resource
import signal
from collections.abc import Mapping

PR_SET_PDEATHSIG = 1
NEVER_MORE = {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 64}
ADDRESSES = 4 << 30  # bytes beyond twice the memory: libraries reserve gigabytes of addresses that they never write to


def end_with(parent: int) -> None:
    """Have the system end this process together with the thread that started it, in the process `parent`."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it died before the line above


def memory(most: int) -> dict[int, int]:
    """Return the limits that mean so many bytes of memory.

    RLIMIT_DATA counts what can be written to; RLIMIT_AS counts reserved addresses too, of which libraries take gigabytes.
    """
    return {resource.RLIMIT_DATA: most, resource.RLIMIT_AS: 2 * most + ADDRESSES}


def hold(limits: Mapping[int, int], *, for_good: bool = True) -> None:
    """Set limits of this process, never above those that it has; those that are not for good may be set anew, up to them."""
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (wanted, wanted if for_good else hard))


def go_first() -> None:
    """Have this process end first when the machine runs out of memory."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")
