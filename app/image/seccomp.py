"""Taking system calls away from a worker: no network, no files, no processes.

Limits bound what a hostile picture can use up. This bounds what it can do if it
takes a decoder over: it cannot open a socket, start a program, write, rename or
delete a file, or signal, trace or change another process. It can still read what
the service may read, but has nobody to tell except the service itself.

The filter is BPF, as the kernel takes it: see seccomp(2). It forbids instead of
allowing, because plug-ins bring libraries that nobody here knows.
"""

import ctypes
import os
import platform
import struct
from typing import Final

_CALLS: Final = {
    # name: number on x86-64, number on 64-bit ARM
    # --- network
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "io_uring_setup": (425, 425),
    # --- other programs
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None),
    "vfork": (58, None), "kill": (62, 129), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434), "ptrace": (101, 117), "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "setpriority": (141, 140), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180),
    # --- files; also files in memory, which no other limit counts
    "creat": (85, None), "unlink": (87, None), "unlinkat": (263, 35),
    "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "rmdir": (84, None), "mkdir": (83, None), "mkdirat": (258, 34), "link": (86, None),
    "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36),
    "mknod": (133, None), "mknodat": (259, 33), "chmod": (90, None), "fchmod": (91, 52),
    "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "truncate": (76, 45), "ftruncate": (77, 46), "fallocate": (285, 47),
    "utimensat": (280, 88), "setxattr": (188, 5), "memfd_create": (319, 279),
    # --- the machine
    "mount": (165, 40), "umount2": (166, 39), "chroot": (161, 51),
    "pivot_root": (155, 41), "setns": (308, 268), "unshare": (272, 97),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
}  # fmt: skip
_MACHINES: Final = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
"""Column of `_CALLS`, the kernel's name of the architecture, seccomp's number."""

_SPECIAL: Final = {
    "clone": (56, 220), "clone3": (435, 435), "open": (2, None), "openat": (257, 56),
    "openat2": (437, 437), "tgkill": (234, 131), "prlimit64": (302, 261),
}  # fmt: skip
"""Calls that depend on an argument, or whose absence programs expect."""

_LOAD, _EQUAL, _ANY_BIT, _LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
_ALLOW, _FORBID, _UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026  # EPERM, ENOSYS
_THREAD: Final = 0x10000  # CLONE_THREAD
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_X32: Final = 0x40000000
"""From here on x86-64 has the same calls again, under other numbers."""
_NO_NEW_PRIVILEGES, _SET_FILTER, _ALL_THREADS = 38, 1, 1


def confine() -> bool:
    """Take the calls away from all threads, for good; False where that is unknown.

    Threads can still be started, and files be opened for reading.
    """
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    column, machine, call = known
    code = _program(column, machine)
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return not libc.syscall(call, _SET_FILTER, _ALL_THREADS, program)


def _program(column: int, machine: int) -> bytes:
    """The filter; each line falls through to the next when it does not apply."""
    lines = [
        _line(_LOAD, _MACHINE),
        _line(_EQUAL, machine, 1, 0),
        _line(_RETURN, _FORBID),
        _line(_LOAD, _NUMBER),
        _line(_LEAST, _X32, 0, 1),
        _line(_RETURN, _FORBID),
    ]
    for calls in _CALLS.values():
        if (number := calls[column]) is not None:
            lines += [_line(_EQUAL, number, 0, 1), _line(_RETURN, _FORBID)]
    for name, calls in _SPECIAL.items():
        if (number := calls[column]) is not None:
            body = _rule(name)
            lines += [_line(_EQUAL, number, 0, len(body)), *body]
    return b"".join([*lines, _line(_RETURN, _ALLOW)])


def _rule(name: str) -> list[bytes]:
    """What is done about one of the special calls; it always returns."""
    forbid, allow = _line(_RETURN, _FORBID), _line(_RETURN, _ALLOW)
    if name in {"clone3", "openat2"}:  # their arguments cannot be seen; others do
        return [_line(_RETURN, _UNKNOWN)]
    if name == "clone":
        return [_argument(0), _line(_ANY_BIT, _THREAD, 1, 0), forbid, allow]
    if name in {"open", "openat"}:
        flags = _argument(1 if name == "open" else 2)
        return [flags, _line(_ANY_BIT, _WRITING, 0, 1), forbid, allow]
    itself = os.getpid() if name == "tgkill" else 0
    return [_argument(0), _line(_EQUAL, itself, 1, 0), forbid, allow]


def _argument(number: int) -> bytes:
    """Load the low half of an argument, which holds all of our flags and ids."""
    return _line(_LOAD, _ARGUMENTS + 8 * number)


def _line(code: int, value: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("HBBI", code, true, false, value)
