"""A small IMAP client that believes what it is told: for tests with many random steps."""

from __future__ import annotations

import re
from typing import Protocol

from tests.mailserver import PASSWORD

from .pair import Face

_FETCH = re.compile(rb"\* (\d+) FETCH \((.*)\)\r\n")
_FLAGS = re.compile(rb"FLAGS \(([^)]*)\)")
_UID = re.compile(rb"UID (\d+)")


class Stream(Protocol):
    """What is written and read as a file."""

    def readline(self) -> bytes: ...
    def read(self, size: int, /) -> bytes: ...
    def write(self, octets: bytes, /) -> int: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...


class Client:
    """Keeps the list of messages as the server's responses make it: UID (0 unknown) and flags."""

    def __init__(self, server: Face, email: str, qresync: bool = False) -> None:
        self._socket = server.connect()
        self._file: Stream = self._socket.makefile("rwb")
        self._file.readline()
        self._tag = 0
        self.exists = 0
        self.uids: list[int] = []
        self.flags: list[frozenset[bytes] | None] = []
        self.modseq = 0
        self.other: list[bytes] = []
        self.ok(f"LOGIN {email} {PASSWORD}")
        if qresync:
            self.ok("ENABLE QRESYNC")

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def send(self, line: str | bytes) -> bytes:
        """Send a command; its tag."""
        self._tag += 1
        tag = b"t%d" % self._tag
        self._file.write(tag + b" " + (line.encode() if isinstance(line, str) else line) + b"\r\n")
        self._file.flush()
        return tag

    def finish(self, tag: bytes) -> bytes:
        """Take responses up to the tagged one; that one without its tag."""
        self.other = []
        while True:
            line = self._file.readline()
            assert line, "the server closed the connection"
            if line.startswith(tag + b" "):
                return line[len(tag) + 1 :].rstrip(b"\r\n")
            self._take(line)

    def ok(self, line: str | bytes) -> bytes:
        """A command that must succeed."""
        reply = self.finish(self.send(line))
        assert reply.startswith(b"OK"), (line, reply)
        return reply

    def select(self, mailbox: str = "INBOX", parameter: str = "") -> None:
        """Select, and learn the UID and flags of every message."""
        self.uids, self.flags = [], []
        self.ok(f"SELECT {mailbox}{parameter}")
        if self.uids:
            self.ok("UID FETCH 1:* (FLAGS)")

    def store_silently(self, uid: int, sign: str, flag: str) -> None:
        """Change a flag without its echo, and take it as changed (RFC 3501 §6.4.6)."""
        at = self.uids.index(uid)
        held = self.flags[at]
        if held is not None:
            named = {flag.encode()}
            self.flags[at] = held | named if sign == "+" else held - named
        self.ok(f"UID STORE {uid} {sign}FLAGS.SILENT ({flag})")

    def start_idle(self) -> bytes:
        """Begin IDLE; its tag."""
        tag = self.send("IDLE")
        self.wait_for(b"+ idling\r\n")
        return tag

    def end_idle(self, tag: bytes) -> None:
        self._file.write(b"DONE\r\n")
        self._file.flush()
        assert self.finish(tag).startswith(b"OK")

    def read_line(self) -> bytes:
        """Take the next response, sent while no command runs; that line."""
        line = self._file.readline()
        assert line, "the server closed the connection"
        self._take(line)
        return line

    def wait_for(self, line: bytes) -> None:
        """Take responses until this one."""
        while (found := self._file.readline()) != line:
            assert found, "the server closed the connection"
            self._take(found)
        if line.startswith(b"* ") and not line.startswith(b"* BYE"):
            self._take(line)

    def learn(self) -> None:
        """Ask for what is not known of new messages."""
        if 0 in self.uids:
            self.ok(f"FETCH {self.uids.index(0) + 1}:* (UID FLAGS)")

    def _take(self, line: bytes) -> None:
        words = line.split()
        fetched = _FETCH.fullmatch(line)
        if fetched is not None:
            self._fetched(int(fetched[1]), fetched[2])
        elif words[2:] == [b"EXISTS"]:
            count = int(words[1])
            assert count >= len(self.uids), "EXISTS must not fall by itself (B-04)"
            self.uids += [0] * (count - len(self.uids))
            self.flags += [None] * (count - len(self.flags))
        elif words[2:] == [b"EXPUNGE"]:
            del self.uids[int(words[1]) - 1]
            del self.flags[int(words[1]) - 1]
        elif words[1] == b"VANISHED" and words[2] != b"(EARLIER)":
            self._vanished(words[2])
        else:
            self.other.append(line)

    def _fetched(self, number: int, items: bytes) -> None:
        assert 1 <= number <= len(self.uids), (number, len(self.uids))
        if (uid := _UID.search(items)) is not None:
            known = self.uids[number - 1]
            assert known in (0, int(uid[1])), f"message {number} is {known}, not {uid[1]!r}"
            self.uids[number - 1] = int(uid[1])
        if (flags := _FLAGS.search(items)) is not None:
            self.flags[number - 1] = frozenset(flags[1].split()) - {b"\\Recent"}

    def _vanished(self, wire: bytes) -> None:
        for item in wire.split(b","):
            low, _, high = item.partition(b":")
            for uid in range(int(low), int(high or low) + 1):
                at = self._place(uid)
                del self.uids[at]
                del self.flags[at]

    def _place(self, uid: int) -> int:
        """Where a message is. Of those that were told by EXISTS alone, one in the right gap."""
        if uid in self.uids:
            return self.uids.index(uid)
        higher = [at for at, known in enumerate(self.uids) if known > uid]
        at = min(higher, default=len(self.uids)) - 1
        assert at >= 0 and self.uids[at] == 0, f"{uid} vanished, which never was there"
        return at
