"""The whole system while somebody sets its wall clock, a day and more, both ways."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.mailserver import PASSWORD

from .system import System
from .wire import Wire, until

pytestmark = pytest.mark.slow

DAY = 86_400
ALICE = "alice@lemonade.test"


class Shifted(System):
    """A system whose processes are told a time that is shifted by what stands in a file."""

    def __init__(self, data: Path, folder: Path) -> None:
        super().__init__(data)
        self._shift = folder / "shift"
        self.set(0)
        library = folder / "shifted_clock.so"
        source = Path(__file__).with_name("shifted_clock.c")
        subprocess.run(
            ["gcc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True
        )
        self._environment |= {"LD_PRELOAD": str(library), "SHIFT_FILE": str(self._shift)}

    def set(self, seconds: int) -> None:
        """In place: every process has the file mapped."""
        with self._shift.open("r+b" if self._shift.exists() else "wb") as file:
            file.write(struct.pack("l", seconds))

    def connect(self, port: str = "imap") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.ports[port]), timeout=60)


@pytest.fixture
def shifted(tmp_path: Path) -> Iterator[Shifted]:
    if shutil.which("gcc") is None:
        pytest.skip("the clock is shifted by a library that is compiled here")
    data = tmp_path / "data"
    data.mkdir()
    system = Shifted(data, tmp_path)
    system.start()
    yield system
    assert system.stop() == 0


def held(smtp: Wire, subject: str) -> None:
    """Send bob a message that is held for a second."""
    assert smtp.say(f"MAIL FROM:<{ALICE}> HOLDFOR=1".encode()).startswith(b"250 ")
    assert smtp.say(b"RCPT TO:<bob@lemonade.test>").startswith(b"250 ")
    assert smtp.say(b"DATA").startswith(b"354 ")
    assert smtp.say(f"Subject: {subject}\r\n\r\n.".encode()).startswith(b"250 ")


def has(system: Shifted, subject: str) -> bool:
    with Wire(system) as imap:
        assert imap.ask(f"LOGIN bob@lemonade.test {PASSWORD}".encode()).startswith(b"OK")
        assert imap.ask(b"EXAMINE INBOX").startswith(b"OK")
        imap.send(f"s SEARCH SUBJECT {subject}\r\n".encode())
        return bool(imap.line().removeprefix(b"* SEARCH").strip())


@pytest.mark.parametrize("step", [-DAY, DAY])
def test_held_mail_goes_out_and_all_is_well(shifted: Shifted, step: int) -> None:
    with Wire(shifted, "submission").hello(ALICE) as smtp:
        held(smtp, "before")
        shifted.set(step)
        held(smtp, "after")
    for subject in ("before", "after"):
        until(partial(has, shifted, subject), f"held mail: {subject}", 60)
    until(lambda: shifted.health()[0] == 200, "health", 60)
    shifted.set(0)
    with Wire(shifted, "submission").hello(ALICE) as smtp:
        held(smtp, "again")
    until(lambda: has(shifted, "again"), "held mail after the clock was put right", 60)
    until(lambda: shifted.health()[0] == 200, "health", 60)
    assert "Traceback" not in shifted.log(), shifted.log()
