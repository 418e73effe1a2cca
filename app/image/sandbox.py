"""What a worker process does to itself before it sees a picture."""

import ctypes
import os
import resource
import signal
import time
from math import ceil
from pathlib import Path
from typing import Final

from app.image import seccomp
from app.image.limits import MEBIBYTE, WorkerLimits

_FILES: Final = 256
_MAPPED: Final = 1536 * MEBIBYTE
"""Addresses beyond `memory`: libraries, files that are mapped, reserved stacks."""
_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG
_FIRST_VICTIM: Final = "800"


def enter(limits: WorkerLimits, parent: int) -> None:
    """Accept the limits; they cannot be undone, except that of the processor.

    The memory limit is on what a process allocates (RLIMIT_DATA), because threads
    and libraries reserve several times more addresses than they ever use; those
    are limited, too (RLIMIT_AS). Processes are not limited here: RLIMIT_NPROC
    counts all of the user's, the service's threads among them. `seccomp` forbids
    new ones.

    Raises:
        SystemExit: the service has ended already.
    """
    # A terminal and an init system signal all processes of a service; this one
    # finishes its picture, and ends when the service closes its input or dies.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)
    os.nice(limits.niceness)
    _offer_to_oom_killer()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _FILES)
    _limit(resource.RLIMIT_DATA, limits.memory)
    _limit(resource.RLIMIT_AS, limits.memory + _MAPPED)


def lock(limits: WorkerLimits) -> bool:
    """Give up what only loading needed; whether system calls were taken away."""
    _limit(resource.RLIMIT_FSIZE, 0)
    return limits.confined and seccomp.confine()


def renew(cpu_seconds: float) -> None:
    """Allow so much processor time from now on, of all threads together.

    The limit is on the whole life of the process and counts whole seconds, hence
    up to one second more.
    """
    used = ceil(time.process_time() + cpu_seconds)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used, hard))


def _limit(kind: int, wanted: int) -> None:
    _, hard = resource.getrlimit(kind)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (most, most))


def _offer_to_oom_killer() -> None:
    """Where memory runs out for all, this process goes first, not the service."""
    try:
        Path("/proc/self/oom_score_adj").write_text(_FIRST_VICTIM, encoding="ascii")
    except OSError:  # a container may forbid it
        return
