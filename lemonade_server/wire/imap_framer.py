"""Cuts what an IMAP client sends into whole commands, before any of it is understood.

Where a command ends must not depend on whether it makes sense: a literal's octets that were taken
for commands would be an attack (RFC 7888 §8). So the framer knows lines and the announcement of
literals, `{n}`, `{n+}` and `~{n}` at the end of a line, and nothing else. Octets go in by `feed`,
events come out of `next`; None means that more octets, or an answer to `Announced`, are needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lemonade_server.wire.cursor import Literal, Sink

MAX_LITERALS = 1000

# An announcement is looked for in the last octets of a line only. A number that fills this whole
# window is still an announcement, of more octets than will ever come.
_WINDOW = 64
_ANNOUNCEMENT = re.compile(rb"(?:(~?)\{|\A)([0-9]+)(\+?)\}\r\n\Z")
_ENDLESS = 10**20
_TAG = re.compile(rb"([^\x00-\x20\x7f-\xff(){%*\"\\+]{1,200}) ")
_PREFIX_KEPT = 1024


@dataclass(slots=True)
class Request:
    """One whole command without its last CRLF. A line ended by a bare LF keeps that LF."""

    text: bytes
    literals: list[Literal]


@dataclass(slots=True)
class ContinuationLine:
    """One line without its CRLF, while `lines` is set: SASL responses, IDLE's DONE."""

    text: bytes


@dataclass(slots=True)
class AnnouncedLiteral:
    """A literal is announced: answer with `accept` or `refuse` before asking for more.

    `prefix` is the command's text before the announcement. `fits` tells that it may be accepted
    into memory. `sync` means that the client waits for `+` (RFC 7888 §4).
    """

    prefix: bytes
    size: int
    sync: bool
    binary: bool
    fits: bool


@dataclass(slots=True)
class DroppedCommand:
    """The end of a command, one of whose non-synchronizing literals was refused."""

    prefix: bytes


@dataclass(slots=True)
class CommandTooLong:
    """The end of a command that was too long to keep, with its tag if it had one."""

    tag: bytes | None


Event = Request | ContinuationLine | AnnouncedLiteral | DroppedCommand | CommandTooLong


def tag_of(prefix: bytes) -> bytes | None:
    """The tag a command begins with, when it looks like one."""
    found = _TAG.match(prefix)
    return found[1] if found else None


class ImapFramer:
    """The stream of one connection.

    `line_limit` bounds the text of one command over all its lines, `memory_limit` its literals
    kept in memory; both may be raised once the client has logged in. Whoever refuses, drops or
    loses a command closes the sinks it gave out for it.
    """

    __slots__ = (
        "_announced",
        "_buffer",
        "_chunks",
        "_held",
        "_left",
        "_literals",
        "_outcome",
        "_searched",
        "_sink",
        "_text",
        "line_limit",
        "lines",
        "memory_limit",
    )

    def __init__(self, line_limit: int = 262_144, memory_limit: int = 65_536) -> None:
        self.line_limit = line_limit
        self.memory_limit = memory_limit
        self.lines = False
        self._buffer = bytearray()
        self._searched = 0  # no LF before this offset of the buffer
        self._text = bytearray()  # the lines of the command before the current one
        self._literals: list[Literal] = []
        self._held = 0  # octets of its literals in memory
        self._announced: AnnouncedLiteral | None = None
        self._left = 0  # octets still missing of the literal being read
        self._sink: Sink | None = None
        self._chunks: list[bytes] = []
        self._outcome: DroppedCommand | CommandTooLong | None = (
            None  # set while a command is swallowed
        )

    def feed(self, data: bytes) -> None:
        """Take octets from the peer. An accepted literal goes straight to where it is kept."""
        if self._left and not self._buffer:
            taken = data if len(data) <= self._left else data[: self._left]
            self._keep(taken)
            data = data[len(taken) :]
        self._buffer += data

    def pending(self) -> bytes:
        """Take out what was fed and not consumed: plain text before TLS, or deflated data."""
        left = bytes(self._buffer)
        self._buffer.clear()
        self._searched = 0
        return left

    def accept(self, sink: Sink | None = None) -> None:
        """Read the announced literal, into memory or into `sink`, which becomes its data."""
        announced = self._answer()
        if sink is None:
            if not announced.fits:
                raise ValueError("a literal of this size needs a sink")
            self._held += announced.size
        self._sink = sink
        self._left = announced.size
        self._literals.append(
            Literal(announced.size, announced.binary, b"" if sink is None else sink)
        )

    def refuse(self) -> None:
        """Do without the announced literal, and thereby without its command.

        A client that waits for `+` is simply told no by the caller. One that does not wait sends
        the octets and the rest of the command anyway: both are swallowed, then comes `Dropped`.
        """
        announced = self._answer()
        if announced.sync:
            self._reset()
        else:
            self._outcome = DroppedCommand(announced.prefix)
            self._left = announced.size
            self._forget_text()

    def next(self) -> Event | None:
        """The next event, or None while octets or an answer are missing."""
        while self._announced is None:
            if self._left and not self._fill():
                return None
            self._finish_literal()
            line = self._line()
            if line is None:
                return None
            event = self._line_event(line)
            if event is not None:
                return event
        return None

    def _line_event(self, line: bytes) -> Event | None:
        if self._outcome is not None:
            return self._swallow(line)
        if self.lines:
            return ContinuationLine(_without_crlf(line))
        announcement = _announcement(line)
        if announcement is None:
            if not self._text:
                return Request(_without_crlf(line), [])
            event = Request(bytes(self._text + _without_crlf(line)), self._literals)
            self._reset()
            return event
        size, sync, binary, length = announcement
        prefix = bytes(self._text + line[:-length])
        self._text += line
        if len(self._literals) >= MAX_LITERALS:
            self._overflow(prefix)
            return self._swallow(line)
        fits = self._held + size <= self.memory_limit
        self._announced = AnnouncedLiteral(prefix, size, sync, binary, fits)
        return self._announced

    def _line(self) -> bytes | None:
        """The next line with its LF, or None. Of a line too long only the last octets are given."""
        buffer = self._buffer
        end = buffer.find(b"\n", self._searched)
        stop = end + 1 if end >= 0 else len(buffer)
        if len(self._text) + stop + (end < 0) > self.line_limit and self._outcome is None:
            # No more is looked at than has surely arrived when the limit is passed.
            kept = min(self.line_limit, _PREFIX_KEPT)
            self._overflow(bytes((self._text[:kept] + buffer[:kept])[:kept]))
        if self._outcome is not None and stop > _WINDOW:
            # What is swallowed need not be kept, only the window that may hold an announcement.
            del buffer[: stop - _WINDOW]
            stop = _WINDOW
        if end < 0:
            self._searched = stop
            return None
        line = bytes(buffer[:stop])
        del buffer[:stop]
        self._searched = 0
        return line

    def _swallow(self, line: bytes) -> Event | None:
        """A line of a command that is dropped: its end, or octets that must be skipped too."""
        announcement = _announcement(line) if not self.lines else None
        if announcement is not None:
            size, sync, _, _ = announcement
            if not sync:
                self._left = size
                return None
        outcome = self._outcome
        self._reset()
        return outcome

    def _overflow(self, prefix: bytes) -> None:
        self._outcome = CommandTooLong(None if self.lines else tag_of(prefix))
        self._forget_text()

    def _answer(self) -> AnnouncedLiteral:
        if self._announced is None:
            raise ValueError("no literal is announced")
        announced = self._announced
        self._announced = None
        return announced

    def _fill(self) -> bool:
        """Move octets of the literal out of the buffer. True when the literal is whole."""
        if self._buffer:
            taken = bytes(memoryview(self._buffer)[: self._left])
            del self._buffer[: len(taken)]
            self._keep(taken)
        return not self._left

    def _keep(self, octets: bytes) -> None:
        self._left -= len(octets)
        if self._outcome is not None:
            return
        if self._sink is not None:
            self._sink.write(octets)
        else:
            self._chunks.append(octets)

    def _finish_literal(self) -> None:
        if self._chunks:
            self._literals[-1].data = b"".join(self._chunks)
            self._chunks.clear()

    def _forget_text(self) -> None:
        self._text.clear()
        self._literals = []
        self._held = 0
        self._sink = None

    def _reset(self) -> None:
        self._forget_text()
        self._outcome = None


def _announcement(line: bytes) -> tuple[int, bool, bool, int] | None:
    """Size, sync, binary and the announcement's own length, when a line ends with one."""
    if not line.endswith(b"}\r\n"):
        return None
    tail = line[-_WINDOW:]
    found = _ANNOUNCEMENT.search(tail)
    if found is None:
        return None
    if found[1] is None and len(line) < _WINDOW:
        return None
    digits = found[2].lstrip(b"0") or b"0"
    size = _ENDLESS if found[1] is None or len(digits) > 20 else int(digits)
    return size, not found[3], found[1] == b"~", len(tail) - found.start()


def _without_crlf(line: bytes) -> bytes:
    return line[:-2] if line.endswith(b"\r\n") else line
