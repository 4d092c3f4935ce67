"""The process that bears decoders: one for each conversion, with everything imported already.

Started by ``processes`` with a clean environment and one socket as standard input. Each packet on
it is a job in JSON with three descriptors: the source, the file for the result, and a pipe. On the
pipe the decoder says a line of JSON; this process says another when the decoder is gone, and how
it went, so the end of the pipe means that the process is gone too.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import select
import signal
import socket
import time
from dataclasses import asdict, dataclass
from typing import Any

from setproctitle import setproctitle

from lemonade_server.convert import preload
from lemonade_server.convert.decoders import DECODERS
from lemonade_server.convert.errors import ConversionRefused
from lemonade_server.convert.job import Job
from lemonade_server.convert.sandbox import SandboxLimits, confine

PACKET = 65_536


@dataclass(slots=True)
class DecoderProcess:
    """A decoder at work; it is killed at ``deadline`` (monotonic)."""

    pid: int
    pipe: int
    deadline: float
    late: bool = False


class ForkServer:
    """The loop. It ends, and takes the decoders with it, when the server is gone."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: list[DecoderProcess] = []
        self._wakeup = os.pipe()
        for end in self._wakeup:
            os.set_blocking(end, False)

    def run(self) -> None:
        setproctitle("lemonade: converter")
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(self._wakeup[1], warn_on_full_buffer=False)
        while self._turn():
            self._reap()

    def _turn(self) -> bool:
        """Wait for a job, a death or a deadline. False at the end."""
        now = time.monotonic()
        waits = [max(0.0, child.deadline - now) for child in self._children if not child.late]
        watched: list[Any] = [self._control, self._wakeup[0]]
        ready, _, _ = select.select(watched, [], [], min(waits, default=None))
        if self._wakeup[0] in ready:
            os.read(self._wakeup[0], PACKET)
        self._kill_late()
        if self._control not in ready:
            return True
        packet, descriptors, _, _ = socket.recv_fds(self._control, PACKET, 3)
        if not packet:
            for child in self._children:
                os.kill(child.pid, signal.SIGKILL)
            return False
        self._bear(json.loads(packet), descriptors)
        return True

    def _bear(self, packet: dict[str, Any], descriptors: list[int]) -> None:
        limits = SandboxLimits(**packet["limits"])
        given, made, pipe = descriptors
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _live(Job(**packet["job"]), limits, given, made, pipe, parent)
        os.close(given)
        os.close(made)
        self._children.append(DecoderProcess(pid, pipe, time.monotonic() + limits.clock))

    def _kill_late(self) -> None:
        for child in self._children:
            if not child.late and child.deadline <= time.monotonic():
                child.late = True
                os.kill(child.pid, signal.SIGKILL)  # not reaped yet: the number is still its own

    def _reap(self) -> None:
        for child in list(self._children):
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                self._children.remove(child)
                fate = {"late": child.late, "status": os.waitstatus_to_exitcode(status)}
                _say(child.pipe, {"gone": fate})
                os.close(child.pipe)


def _live(job: Job, limits: SandboxLimits, given: int, made: int, pipe: int, parent: int) -> None:
    """A decoder's whole life. Never returns."""
    try:
        setproctitle(f"lemonade: converting ({job.decoder})")
        confine(limits, (given, made, pipe), parent)
        with open(given, "rb") as source, open(made, "wb") as result:
            facts = DECODERS[job.decoder](job, source, result)
        _say(pipe, {"made": asdict(facts)})
    except ConversionRefused as refused:
        _say(pipe, {"refused": refused.text, "params": refused.params})
    except MemoryError:
        _say(pipe, {"refused": "it takes too much memory", "params": []})
    except OSError as error:
        _say(pipe, _failure(error))
    except BaseException as error:
        _say(pipe, {"broken": type(error).__name__})
    finally:
        os._exit(0)


def _failure(error: OSError) -> dict[str, Any]:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return {"later": "there is no room for the result"}
    if error.errno == errno.EFBIG:
        return {"refused": "the result is too large", "params": []}
    return {"broken": type(error).__name__}


def _say(pipe: int, what: dict[str, Any]) -> None:
    try:
        os.write(pipe, json.dumps(what).encode() + b"\n")
    except OSError:  # the decoder has filled it, or the server is gone
        return


if __name__ == "__main__":
    preload.everything()
    gc.collect()
    gc.freeze()
    ForkServer(socket.socket(fileno=0)).run()
