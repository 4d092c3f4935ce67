"""Clients that come back now and then, over a link that may be cut at any octet.

Each keeps what it has read in whole lines before the cut; how far it knows of changes it moves on
only at the end of an answer.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

from tests.mailserver import PASSWORD

from .pair import Face

_SELECTED = re.compile(rb"\* OK \[(UIDVALIDITY|HIGHESTMODSEQ) (\d+)\]")
_FETCH = re.compile(rb"\* \d+ FETCH \((.*)\)")
_UID = re.compile(rb"UID (\d+)")
_WORDS = re.compile(rb"FLAGS \(([^)]*)\)")


def numbers(wire: bytes) -> list[int]:
    """The UIDs of a set."""
    found: list[int] = []
    for item in wire.split(b","):
        low, _, high = item.partition(b":")
        found += range(int(low), int(high or low) + 1)
    return found


def heard(link: socket.socket, last: bytes, cut: int | None) -> Iterator[bytes]:
    """Whole lines, until the one tagged ``last`` or until the link is cut."""
    data = bytearray()
    while cut is None or len(data) < cut:
        got = link.recv(65536 if cut is None else min(65536, cut - len(data)))
        if not got:
            break
        data += got
        if re.search(rb"(?:^|\r\n)" + last + rb" [^\r]*\r\n", data):
            break
    yield from bytes(data).split(b"\r\n")[:-1]


@dataclass
class Phone:
    """Messages by UID with their flags, and up to where it knows of changes."""

    server: Face
    email: str
    uidvalidity: int = 0
    modseq: int = 0
    known: dict[int, frozenset[bytes]] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    whole: bool = False  # the last answer came to its end

    def begin(self, mailbox: str) -> None:
        """The first time: everything."""
        raise NotImplementedError

    def resume(self, mailbox: str, cut: int | None) -> None:
        """Come back with what is known; then, if the link lives, learn of new messages."""
        raise NotImplementedError

    @property
    def new(self) -> str:
        """The command that asks for messages that are not known yet."""
        return f"UID FETCH {max(self.known, default=0) + 1}:* (FLAGS)"

    def talk(self, commands: list[str], cut: int | None, before: int = 0) -> None:
        """Pipeline commands on a new connection and hear ``cut`` octets of the answer at most.

        The answers to the first ``before`` commands are awaited and are not counted.
        """
        self.asked, self.whole = set(self.known), False
        seen = dict.fromkeys((b"UIDVALIDITY", b"HIGHESTMODSEQ"), 0)
        with closing(self.server.connect()) as link:
            greeting = b""
            while not greeting.endswith(b"\r\n"):
                greeting += link.recv(65536)
            for first, stop, limit in ((0, before, None), (before, len(commands), cut)):
                if first == stop:
                    continue
                lines = [b"t%d %b\r\n" % (n, commands[n].encode()) for n in range(first, stop)]
                link.sendall(b"".join(lines))
                last = b"t%d" % (stop - 1)
                for line in heard(link, last, limit):
                    self.take(line, seen)
                    if line.startswith(last):
                        assert line.startswith(last + b" OK"), line
                        self.whole = stop == len(commands)
        if self.whole:
            self.uidvalidity, self.modseq = seen.values()

    def take(self, line: bytes, seen: dict[bytes, int]) -> None:
        """Believe one response."""
        selected = _SELECTED.match(line)
        fetched = _FETCH.match(line)
        if selected is not None:
            seen[selected[1]] = int(selected[2])
        elif line.startswith((b"* EXPUNGED ", b"* VANISHED (EARLIER) ")):
            gone = numbers(line.split()[-1])
            assert not self.asked or self.asked.issuperset(gone), "known UIDs only (P-53)"
            for uid in gone:
                self.known.pop(uid, None)
        elif fetched is not None:
            number, flags = _UID.search(fetched[1]), _WORDS.search(fetched[1])
            assert number is not None and flags is not None, line
            self.known[int(number[1])] = frozenset(flags[1].split()) - {b"\\Recent"}
        assert not re.match(rb"t\d+ (NO|BAD)", line), line


@dataclass
class Resuming(Phone):
    """By the quick reconnect: one session for all visits."""

    sid: str = ""

    def begin(self, mailbox: str) -> None:
        login = f"LOGIN {self.email} {PASSWORD} (NEWSID)"
        self.talk([login, f"SELECT {mailbox}", "UID FETCH 1:* (FLAGS)"], None)

    def resume(self, mailbox: str, cut: int | None) -> None:
        known = "" if not self.known else " " + ",".join(map(str, sorted(self.known)))
        place = f" {self.uidvalidity} {self.modseq}{known}" if self.modseq else ""
        self.talk([f"LOGIN {self.email} {PASSWORD} (SID {self.sid}{place})", self.new], cut)

    def take(self, line: bytes, seen: dict[bytes, int]) -> None:
        if line.startswith(b"* NEWSID "):
            self.sid = line.split()[2].decode()
            self.known.clear()
        super().take(line, seen)


@dataclass
class Qresync(Phone):
    """By SELECT (QRESYNC …): with and without known UIDs, with and without a sequence match."""

    visits: int = 0

    def begin(self, mailbox: str) -> None:
        self.talk([*self._login(), f"SELECT {mailbox}", "UID FETCH 1:* (FLAGS)"], None, before=2)

    def resume(self, mailbox: str, cut: int | None) -> None:
        self.visits += 1
        known = ",".join(map(str, sorted(self.known)))
        place = f"{self.uidvalidity} {self.modseq}"
        if known and self.visits % 3:
            place += f" {known}"
            if self.whole and self.visits % 3 == 2:
                place += f" (1:{len(self.known)} {known})"
        select = f"SELECT {mailbox} (QRESYNC ({place}))"
        self.talk([*self._login(), select, self.new], cut, before=2)

    def take(self, line: bytes, seen: dict[bytes, int]) -> None:
        if not self.visits % 3:
            self.asked.clear()  # it has named none: any may be told (RFC 7162 §3.2.5.2)
        super().take(line, seen)

    def _login(self) -> list[str]:
        return [f"LOGIN {self.email} {PASSWORD}", "ENABLE QRESYNC"]
