"""A process that takes extensions out of the list, one after another, and serves without them.

Each one is taken out in a fork of its own, before any extension is imported. Its name is printed
once the rest has stood its test.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import os
import socket
import ssl
import sys
import threading
import traceback
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import django

gc.disable()  # modules are no garbage, and each fork loads a hundred
django.setup()

import uvloop  # noqa: E402
from django.conf import settings  # noqa: E402

import lemonade_server  # noqa: E402
from lemonade_server.auth.logins import Logins  # noqa: E402
from lemonade_server.net.certificate import server_certificate  # noqa: E402
from lemonade_server.net.listeners import listen  # noqa: E402
from lemonade_server.store.db import Database  # noqa: E402
from lemonade_server.store.hints import Hints  # noqa: E402
from tests.transcript import Transcript  # noqa: E402

PRELOADED = ("wire", "store", "urlauth", "auth", "convert", "imap")
BASE = Path(__file__).parent.parent / "transcripts" / "imap"


@dataclasses.dataclass(slots=True)
class Here:
    """The server of this process, as a transcript wants it."""

    port: int = 0

    def connect(self, kind: str) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def client_tls(self) -> ssl.SSLContext:
        raise NotImplementedError


def serve(here: Here, ready: threading.Event) -> None:
    """Serve IMAP until the process ends."""
    from lemonade_server.imap.serve import converse
    from lemonade_server.imap.service import Service

    async def main() -> None:
        db, hints = Database(), Hints()
        db.start()
        hints.start(db.read)
        tls = server_certificate("", "", settings.LEMONADE.data, "localhost").context
        service = Service(settings.LEMONADE, db, hints, Logins(db), tls)
        run = partial(converse, service=service)
        listener = await listen("127.0.0.1", 0, run, reuse_port=False)
        here.port = listener.port
        ready.set()
        await asyncio.Event().wait()

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main())
    finally:
        ready.set()


def check(task: dict[str, Any]) -> None:
    """Serve without one extension. Raises AssertionError, Mismatch."""
    from lemonade_server.imap import ext

    ext.NAMES = tuple(name for name in ext.NAMES if name not in task["without"])
    here, ready = Here(), threading.Event()
    threading.Thread(target=serve, args=(here, ready), daemon=True).start()
    ready.wait()
    assert here.port, "the server does not start"
    for name in task["without"]:
        assert f"{ext.__name__}.{name}" not in sys.modules, f"{name} is imported all the same"
    for transcript in task["transcripts"]:
        Transcript(BASE / transcript, here, task["variables"]).run()
    talk(here, task)


def talk(here: Here, task: dict[str, Any]) -> None:
    """CAPABILITY lacks its words, and its commands answer BAD."""
    with here.connect("imap") as client, client.makefile("rwb") as wire:

        def answer(line: str) -> list[bytes]:
            wire.write(f"t {line}\r\n".encode())
            wire.flush()
            said = [wire.readline()]
            while not said[-1].startswith(b"t "):
                assert said[-1], f"{line} ends the connection"
                said.append(wire.readline())
            return said

        lines = [wire.readline(), *answer("CAPABILITY")]
        if "auth" not in task["without"]:
            login = answer(f"LOGIN {task['variables']['alice']} lemonade")
            assert login[-1].startswith(b"t OK"), login
            lines += [*login, *answer("CAPABILITY")]
        listed = {word.decode() for line in lines for word in line.replace(b"]", b" ").split()}
        names = listed | {word.partition("=")[0] + "=" for word in listed}
        assert "IMAP4rev1" in listed, lines
        assert not names.intersection(task["words"]), lines
        for command in task["commands"]:
            said = answer(command)
            assert said[-1].startswith(b"t BAD there is no command"), (command, said)
            if "basic" not in task["without"]:
                answer("NOOP")  # or so much nonsense ends the connection
        for form in task["forms"]:
            answer("ENABLE UTF8=ACCEPT QRESYNC")
            answer("SELECT INBOX")
            said = answer(form)
            assert said[-1].startswith(b"t BAD "), (form, said)
            assert b"there is no message" not in said[-1], (form, said)


def import_all_else() -> None:
    """What no extension is, before the forks, so that each has it already."""
    root = Path(lemonade_server.__file__).parent
    for file in sorted(file for room in PRELOADED for file in (root / room).rglob("*.py")):
        parts = file.relative_to(root.parent).with_suffix("").parts
        if file == root / "imap" / "serve.py":  # it loads the extensions
            continue
        if not {"ext", "decoders"} & {*parts}:
            import_module(".".join(parts).removesuffix(".__init__"))


def main() -> int:
    """Check each task of the first argument, all of them; 1 if one fails."""
    import_all_else()
    gc.freeze()
    result = 0
    for task in json.loads(sys.argv[1]):
        process = os.fork()
        if not process:
            code = 1
            try:
                check(task)
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(process, 0)
        if status:
            print(f"without {task['name']}", file=sys.stderr)
            result = 1
        else:
            print(task["name"], flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())
