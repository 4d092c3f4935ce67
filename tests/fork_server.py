"""A process that has loaded the product and is forked for each command and server of a test.

A start of its own costs two seconds of processor time, nearly all of it for imports and for taking
apart at the end what they made. Here imports are made once. A child takes the words, environment,
folder and files of its request, forgets the settings, and runs as ``python WORDS`` would: it reads
the environment anew, and ends without taking apart what it shares.

``processes.py`` asks for them. Single-threaded; no connection to a database is ever opened here.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import NoReturn

SETTINGS = "lemonade_server.project.settings"
REQUEST_OCTETS = 200_000


@dataclass(slots=True)
class Request:
    """What is to run. ``files`` are standard input, output and error, and where the fate goes;
    ``mask`` is of new files.
    """

    words: list[str]
    environment: dict[str, str]
    folder: str
    mask: int
    files: list[int]


def load() -> None:
    """Import what the commands and the processes of the system import."""
    gc.disable()
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    with tempfile.TemporaryDirectory(prefix="lemonade-fork-server-") as data:
        os.environ["LEMONADE_DATA"] = data
        import django

        django.setup()
    for package in ("lemonade_server.management.commands", "lemonade_server.delivery"):
        for found in pkgutil.iter_modules(import_module(package).__path__):
            import_module(f"{package}.{found.name}")
    for name in (
        "celery.__main__", "celery.apps.beat", "celery.apps.worker", "celery.bin.celery",
        "celery.concurrency.thread",
        "lemonade_server.project.mail", "lemonade_server.project.processes",
        "lemonade_server.project.urls", "lemonade_server.store.check", "webmail.outgoing.tasks",
        "webmail.urls", "webmail.writing.tasks",
    ):  # fmt: skip
        import_module(name)
    from django.db import connections

    from lemonade_server.project.process_title import name_process

    name_process("fork server")  # a child could not: it finds its title beside its environment
    atexit.unregister(connections.close_all)  # ``leave`` does it, unless there are no settings
    gc.collect()
    gc.freeze()


class ForkServer:
    """Forks for each request that comes over ``control``, and says how each child ended."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)

    def run(self) -> Request | None:
        """None when nobody asks any more. In a child: what it has to run."""
        while True:
            for key, _ in self._selector.select():
                if key.data is not None:
                    self._bury(key.fd, *key.data)
                    continue
                packet, files, _, _ = socket.recv_fds(self._control, REQUEST_OCTETS, 4)
                if not packet:
                    self._end_all()
                    return None
                words, environment, folder, mask = json.loads(packet)
                request = Request(words, environment, folder, mask, files)
                if self._fork(request) == 0:
                    return request

    def _fork(self, request: Request) -> int:
        pid = os.fork()
        if pid == 0:
            for key in list(self._selector.get_map().values()):
                os.close(key.fd)
                if key.data is not None:
                    os.close(key.data[1])
            self._selector.close()
            self._control.detach()
            return 0
        *stdio, fate = request.files
        for each in stdio:
            os.close(each)
        os.write(fate, pid.to_bytes(4))
        self._selector.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, fate))
        return pid

    def _end_all(self) -> None:
        """What a test that failed has left."""
        self._selector.unregister(self._control)
        running = self._selector.get_map()
        for number, patience in ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0)):
            for key in list(running.values()):
                os.kill(key.data[0], number)
            until = time.monotonic() + patience
            while running and time.monotonic() < until:
                for key, _ in self._selector.select(0.1):
                    self._bury(key.fd, *key.data)

    def _bury(self, watched: int, pid: int, fate: int) -> None:
        self._selector.unregister(watched)
        os.close(watched)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with suppress(BrokenPipeError):  # nobody wants to know
            os.write(fate, status.to_bytes(4, signed=True))
        os.close(fate)


def become(request: Request) -> None:
    """Let this process be a new one in all that the product and a test can see."""
    *stdio, fate = request.files
    os.close(fate)
    for number, each in enumerate(stdio):
        os.dup2(each, number)
        os.close(each)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
    os.chdir(request.folder)
    os.umask(request.mask)
    os.environ.clear()
    os.environ.update(request.environment)
    forget_settings()


def forget_settings() -> None:
    """They are read anew when somebody wants one. Nothing else was made of them: no module of the
    product reads a setting when it is imported.
    """
    import django
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    for alias in list(connections):
        del connections[alias]
    vars(connections).update(_settings=None)
    del connections.settings
    del sys.modules[SETTINGS]
    settings._wrapped = empty
    set_up = django.setup

    def set_up_again(set_prefix: bool = True) -> None:
        """Ours does this when the applications are ready, which they are already."""
        set_up(set_prefix)
        gc.enable()

    django.setup = set_up_again


def run(words: list[str]) -> None:
    """As ``python WORDS`` does: a file, ``-m`` and a module, or ``-c`` and code."""
    if words[0] == "-c":
        sys.argv = ["-c", *words[2:]]
        exec(compile(words[1], "<string>", "exec"), {"__name__": "__main__"})
    elif words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


def end(words: list[str]) -> int:
    """Run them to the end; the exit status, as the interpreter makes it of what is raised."""
    try:
        run(words)
    except SystemExit as stop:
        if stop.code is None or isinstance(stop.code, int):
            return (stop.code or 0) & 0xFF
        print(stop.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def leave(status: int) -> NoReturn:
    """What the interpreter does at its end, but for what was loaded before the fork."""
    from django.conf import settings
    from django.db import connections

    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    if settings.configured:
        connections.close_all()
    gc.collect()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)


def main() -> None:
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the group gets it; who asks decides
    load()
    request = ForkServer(socket.socket(fileno=int(sys.argv[1]))).run()
    if request is not None:
        signal.signal(signal.SIGINT, interrupt)
        become(request)
        leave(end(request.words))


if __name__ == "__main__":
    main()
