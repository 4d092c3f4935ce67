"""A full disk: clear refusals, nothing lost, nothing half-written, and all is well once there is
room again. On a small file system of its own, for which one must be root.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mailserver import MailServer

from .wire import Wire, until

pytestmark = pytest.mark.slow

SIZE = 24 * 1_048_576


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of SIZE octets."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a file system can't be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def server(disk: Path) -> Iterator[MailServer]:
    server = MailServer(disk)
    server.start()
    yield server
    server.stop()


def fill(disk: Path) -> Path:
    """Take all the room there is."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (65_536, 4_096, 512, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return ballast


def letter(number: int, size: int) -> bytes:
    head = b"Subject: letter %d\r\n\r\n" % number
    return head + b"%08d\r\n" % number * (size // 10)


def append(wire: Wire, octets: bytes) -> bytes:
    return wire.ask(b"APPEND INBOX {%d+}\r\n%b" % (len(octets), octets))


def subjects(wire: Wire) -> list[int]:
    """The numbers of the letters in the INBOX."""
    assert (reply := wire.ask(b"SELECT INBOX")).startswith(b"OK "), reply
    wire.send(b"s UID FETCH 1:* BODY[]\r\n")
    found = []
    while not (line := wire.line()).startswith(b"s "):
        size = re.search(rb"\{(\d+)\}\r\n", line)
        if size is not None:
            octets = wire.take(int(size[1]))
            number = int(octets.split(b"\r\n")[0].removeprefix(b"Subject: letter "))
            assert octets in (letter(number, 300), letter(number, 2_000_000))
            found.append(number)
    assert line.startswith(b"s OK "), line
    return found


def test_a_full_disk(server: MailServer, disk: Path) -> None:
    email = server.add_account()
    with Wire(server).login(email) as imap, Wire(server, "submission").hello(email) as smtp:
        assert append(imap, letter(1, 300)).startswith(b"OK ")
        assert append(imap, letter(2, 2_000_000)).startswith(b"OK ")
        ballast = fill(disk)

        kept = [1, 2]
        for number, size in (
            (3, 2_000_000),
            (4, 300),
            (5, 2_000_000),
            *((n, 300) for n in range(6, 40)),
        ):
            reply = append(imap, letter(number, size))
            assert reply.startswith((b"OK ", b"NO [UNAVAILABLE] ", b"NO [OVERQUOTA] ")), reply
            if reply.startswith(b"OK "):
                kept.append(number)
        assert len(kept) < 39, "the disk was not full"
        assert not {3, 5} & set(kept)
        for start in (b"DATA\r\n", b"BDAT 2000022 LAST\r\n"):
            smtp.say(f"MAIL FROM:<{email}>".encode())
            smtp.say(f"RCPT TO:<{email}>".encode())
            smtp.send(start)
            if start == b"DATA\r\n":
                assert smtp.answer().startswith(b"354 ")
            octets = letter(98, 2_000_000)
            smtp.send(octets if start != b"DATA\r\n" else octets + b".\r\n")
            assert smtp.answer().startswith((b"452 4.3.1 ", b"451 4.3.")), start
            smtp.say(b"RSET")

        # What is there can be read, others can log in, and changes are refused in order.
        assert subjects(imap) == kept
        reply = imap.ask(b"UID STORE 1:* +FLAGS.SILENT (\\Seen)")
        assert reply.startswith((b"OK ", b"NO [UNAVAILABLE] ")), reply
        with Wire(server).login(email) as another:
            assert another.ask(b"SELECT INBOX").startswith(b"OK ")
        assert "SERVERBUG" not in server.log()

        # Who wants to make room can: what is kept for that is not filled with new mail.
        for command in (b"UID STORE 1 +FLAGS (\\Deleted)", b"EXPUNGE"):
            assert imap.ask(command).startswith(b"OK "), command
        kept.remove(1)
        assert append(imap, letter(49, 300)).startswith(b"NO [UNAVAILABLE] ")
        assert imap.ask(b"UID STORE 2 +FLAGS.SILENT (\\Deleted)").startswith(b"OK ")
        assert imap.ask(b"UID STORE 2 -FLAGS.SILENT (\\Deleted)").startswith(b"OK ")
        assert subjects(imap) == kept
        # The webmail's "Delete" is a move into the Trash; a copy makes no room.
        assert imap.ask(b"UID MOVE 2 Trash").startswith(b"OK ")
        assert imap.ask(b"UID COPY 4 Trash").startswith(b"NO [UNAVAILABLE] ")
        kept.remove(2)
        assert subjects(imap) == kept

        ballast.unlink()
        until(lambda: append(imap, letter(50, 2_000_000)).startswith(b"OK "), "there is room again")
        smtp.say(f"MAIL FROM:<{email}>".encode())
        smtp.say(f"RCPT TO:<{email}>".encode())
        smtp.say(b"DATA")
        assert smtp.say(b"Subject: at last\r\n\r\n.").startswith(b"250 ")
        imap.ask(b"UNSELECT")
        assert imap.ask(b"STATUS INBOX (MESSAGES)").startswith(b"OK ")
    assert server.call("check") == []
    server.kill_server()
    server.start_server()
    with Wire(server).login(email) as imap:
        imap.send(b"s STATUS INBOX (MESSAGES)\r\n")
        assert imap.line() == b"* STATUS INBOX (MESSAGES %d)\r\n" % (len(kept) + 2)


def test_a_start_on_a_full_disk(server: MailServer, disk: Path) -> None:
    """SQLite makes two files beside its own to begin with: there is room kept for them."""
    email = server.add_account()
    with Wire(server).login(email) as imap:
        assert append(imap, letter(1, 300)).startswith(b"OK ")
        assert append(imap, letter(2, 300)).startswith(b"OK ")
    server.stop()
    assert not list(disk.rglob("*-shm"))
    ballast = fill(disk)
    server.start_server()
    with Wire(server).login(email) as imap:
        assert subjects(imap) == [1, 2]
        assert append(imap, letter(3, 300)).startswith(b"NO [UNAVAILABLE] ")
        for command in (b"UID STORE 1 +FLAGS (\\Deleted)", b"EXPUNGE"):
            assert imap.ask(command).startswith(b"OK "), command
        assert subjects(imap) == [2]
        ballast.unlink()
        until(lambda: append(imap, letter(4, 300)).startswith(b"OK "), "there is room again")
    assert "Traceback" not in server.log()


LETTERS = dict.fromkeys(range(100, 130), 300) | dict.fromkeys((90, 91), 2000000)


def hand_over(lmtp: Wire, people: list[str], number: int) -> bool:
    """One letter by LMTP; whether it was taken. Each recipient hears the same."""
    lmtp.say(b"MAIL FROM:<stranger@example.org>")
    for email in people:
        reply = lmtp.say(f"RCPT TO:<{email}>".encode())
        if reply.startswith((b"451 4.3.", b"452 4.3.1 ")):
            lmtp.say(b"RSET")
            return False
        assert reply.startswith(b"250 "), reply
    assert lmtp.say(b"DATA").startswith(b"354 ")
    lmtp.send(letter(number, LETTERS[number]) + b".\r\n")
    replies = {lmtp.answer()[:9] for _ in people}
    assert replies in ({b"250 2.1.5"}, {b"451 4.3.0"}, {b"452 4.3.1"}), replies
    return replies == {b"250 2.1.5"}


def test_lmtp_on_a_full_disk(server: MailServer, disk: Path) -> None:
    """What is put off reaches nobody, and everybody once when it is handed over again."""
    people = [server.add_account() for _ in range(4)]
    server.call("use_filter", people[0], 'require "fileinto"; fileinto "INBOX"; keep;')
    with Wire(server, "lmtp") as lmtp:
        assert lmtp.say(b"LHLO mx.example.org").startswith(b"250")
        ballast = fill(disk)
        put_off = [number for number in LETTERS if not hand_over(lmtp, people, number)]
        assert {90, 91} <= set(put_off)
        ballast.unlink()
        assert [number for number in put_off if not hand_over(lmtp, people, number)] == []
    assert "SERVERBUG" not in server.log()
    assert "Traceback" not in server.log()
    for email in people:
        assert delivered(server, email) == sorted(LETTERS)
    assert server.call("check") == []


def delivered(server: MailServer, email: str) -> list[int]:
    """The numbers of the letters in somebody's INBOX, which must be whole."""
    found = []
    with Wire(server).login(email) as imap:
        assert imap.ask(b"SELECT INBOX").startswith(b"OK ")
        imap.send(b"s UID FETCH 1:* BODY[]\r\n")
        while not (line := imap.line()).startswith(b"s "):
            size = re.search(rb"\{(\d+)\}\r\n", line)
            if size is not None:
                octets = imap.take(int(size[1]))
                number = int(octets.partition(b"Subject: letter ")[2].partition(b"\r\n")[0])
                assert octets.endswith(letter(number, LETTERS[number]))
                found.append(number)
    return sorted(found)
