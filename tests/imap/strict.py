"""A client that holds the server to the rules for several sessions in one mailbox.

RFC 2180, and RFC 3501 §5.2, §5.5, §7.4.1: what may be said when, and that data is of the message
that it is said to be of.
"""

from __future__ import annotations

import re
import select

from .client import Client, Stream
from .pair import Face

BY_NUMBER = ("FETCH", "STORE", "SEARCH", "SORT", "THREAD", "CONVERT")
"""Commands during which no number may change (B-01)."""

_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
_BODY = re.compile(
    rb"\* (\d+) FETCH \(UID (\d+) BODY\[TEXT\] \{\d+\}\r\n(.*?)\r\n\)\r\n", re.DOTALL
)


class Joined:
    """Lines with the literals that belong to them."""

    def __init__(self, file: Stream) -> None:
        self._file = file

    def readline(self) -> bytes:
        line = self._file.readline()
        while literal := _LITERAL.search(line):
            line += self._file.read(int(literal[1])) + self._file.readline()
        return line

    def read(self, size: int, /) -> bytes:
        return self._file.read(size)

    def write(self, octets: bytes, /) -> int:
        return self._file.write(octets)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class StrictClient(Client):
    """``bodies`` are the texts that it was given, by UID."""

    def __init__(self, server: Face, email: str, qresync: bool = False) -> None:
        self._running = ""
        self.bodies: dict[int, bytes] = {}
        super().__init__(server, email, qresync)
        self._file = Joined(self._file)

    def send(self, line: str | bytes) -> bytes:
        text = line.decode("ascii", "replace") if isinstance(line, bytes) else line
        self._running = text.split()[0].upper()
        return super().send(line)

    def finish(self, tag: bytes) -> bytes:
        reply = super().finish(tag)
        self._running = "nothing"
        return reply

    def together(self, *lines: str) -> list[bytes]:
        """Commands in one go, served one after the other (B-07); their replies."""
        tags = [self.send(line) for line in lines]
        replies = []
        for tag, line in zip(tags, lines, strict=True):
            self._running = line.split()[0].upper()
            replies.append(self.finish(tag))
        return replies

    def unmark_silently(self, count: int, flag: str) -> None:
        """Take a flag off the first messages without the echo: so they stand (RFC 3501 §6.4.6)."""
        self.finish(self.send(f"STORE 1:{count} -FLAGS.SILENT ({flag})"))
        for at, held in enumerate(self.flags[:count]):
            if held is not None:
                self.flags[at] = held - {flag.encode()}

    def learn(self) -> None:
        """Whoever has read the text of a message knows its UID, but not its flags.

        Whoever was told of a change knows its flags, but not its UID.
        """
        if 0 in self.uids:
            self.ok(f"FETCH {self.uids.index(0) + 1}:* (UID)")
        if None in self.flags:
            self.ok(f"FETCH {self.flags.index(None) + 1}:* (UID FLAGS)")

    def hear_nothing(self, seconds: float) -> None:
        """While no command runs, nobody tells it that a message is gone (B-01)."""
        if select.select([self._socket], [], [], seconds)[0]:
            self.read_line()

    def _take(self, line: bytes) -> None:
        words = line.split()
        if words[2:] == [b"EXPUNGE"] or (words[1] == b"VANISHED" and words[2] != b"(EARLIER)"):
            assert self._running not in (*BY_NUMBER, "nothing"), (self._running, line)
        body = _BODY.fullmatch(line)
        if body is not None:
            self._given(int(body[1]), int(body[2]), body[3])
        super()._take(line)

    def _given(self, number: int, uid: int, text: bytes) -> None:
        assert self.uids[number - 1] in (0, uid), f"message {number} is not {uid} (B-02)"
        self.uids[number - 1] = uid
        assert self.bodies.setdefault(uid, text) == text, f"two texts of {uid} (B-02)"
