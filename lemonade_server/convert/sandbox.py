"""What a decoder may take and reach: set in its own process, before it sees a foreign octet.

Limits on memory, processor time and what it writes; no file opened but fonts, no connection, no
signal to others (Landlock, as far as the kernel has it); no descriptor but its own three; no core
dump; the lowest priority.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")  # PDF files name some that they lack
OPEN_FILES = 32
NICE = 10


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """Of one conversion: octets of memory and of the result, seconds of processor and of clock."""

    memory: int = 1_073_741_824
    output: int = 134_217_728
    cpu: int = 20
    clock: int = 60


def confine(limits: SandboxLimits, kept: Sequence[int], parent: int) -> None:
    """Confine this process for good; its descriptors are those in ``kept`` and /dev/null.

    ``parent`` is the process that bore it. Raises ProcessLookupError when that is gone already.
    """
    _only(kept)
    os.nice(NICE)
    _die_with_parent(parent)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))  # SIGXCPU, not SIGKILL
    for what, value in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.output),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (value, value))
    _close_the_files()


def _only(kept: Sequence[int]) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    low = 3
    for descriptor in sorted(kept):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


_PARENT_DEATH_SIGNAL, _NO_NEW_PRIVILEGES = 1, 38  # of prctl
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILES = (1 << 13) - 1  # all that the first version knows
_TCP = 3  # to bind, to connect: since version 4
_OUTSIDE = 3  # abstract sockets and signals: since version 6
_BENEATH = 1  # LANDLOCK_RULE_PATH_BENEATH


def _die_with_parent(parent: int) -> None:
    """Whoever bore this process watches its time: without it, it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # no signal comes for a death before that
        raise ProcessLookupError("the process that watches the time is gone")


def _close_the_files() -> None:
    """From here on only fonts are opened and nobody is reached. Not every kernel can do that."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    handled = ctypes.create_string_buffer(struct.pack("=QQQ", _FILES, _TCP, _OUTSIDE))
    rules = libc.syscall(_CREATE_RULESET, handled, ctypes.c_size_t(size), 0)
    if rules < 0:
        return
    for folder in filter(os.path.isdir, FONTS):
        descriptor = os.open(Path(folder), os.O_PATH)
        rule = ctypes.create_string_buffer(
            struct.pack("=Qi", _READ_FILE | _READ_FOLDER, descriptor), 12
        )
        libc.syscall(_ADD_RULE, rules, _BENEATH, rule, 0)
        os.close(descriptor)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)
