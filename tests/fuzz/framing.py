"""Streams: cut at any octet, they must give the same events; what is inflated, the same octets."""

from __future__ import annotations

from collections.abc import Callable

from lemonade_server.net.deflate import STEP, BrokenStream, Inflating
from lemonade_server.wire import imap_framer, smtp_framer

SMALL = 40
"""Octets of the limits under test, so that short inputs reach them."""


def imap(data: bytes) -> None:
    """A session that takes each literal it may; then one that refuses the larger ones."""
    for refused in (1 << 62, 5):
        whole, step = (_imap(data, size, refused) for size in (len(data) or 1, 1))
        assert whole == step, (whole, step)


def _imap(data: bytes, size: int, refused: int) -> list[object]:
    framer = imap_framer.ImapFramer(line_limit=SMALL, memory_limit=SMALL)
    events: list[object] = []
    for start in range(0, len(data), size):
        framer.feed(data[start : start + size])
        while (event := framer.next()) is not None:
            events.append(event)
            if isinstance(event, imap_framer.AnnouncedLiteral):
                if event.size >= refused or not event.fits:
                    framer.refuse()
                else:
                    framer.accept()
            assert len(events) <= len(data) + 1, "more events than octets"
    return events


def smtp(data: bytes) -> None:
    """A session that obeys DATA and BDAT, whatever else there is."""
    whole, step = (_smtp(data, size) for size in (len(data) or 1, 1))
    assert whole == step, (whole, step)


def _smtp(data: bytes, size: int) -> list[object]:
    framer = smtp_framer.SmtpFramer(SMALL)
    events: list[object] = []
    for start in range(0, len(data), size):
        framer.feed(data[start : start + size])
        while (event := framer.next()) is not None:
            _join(events, event)
            if isinstance(event, smtp_framer.CommandLine):
                verb, _, number = event.text.partition(b" ")
                if verb == b"DATA":
                    framer.expect_data()
                elif verb == b"BDAT" and number[:3].isdigit():
                    framer.expect_chunk(int(number[:3]))
    return events


def _join(events: list[object], event: smtp_framer.Event) -> None:
    """Pieces of a message may be cut anywhere."""
    last = events[-1] if events else None
    for kind in (smtp_framer.Data, smtp_framer.Chunk):
        if isinstance(last, kind) and isinstance(event, kind):
            last.octets += event.octets
            return
    events.append(event)


class _Gather:
    """Stands behind the inflater."""

    def __init__(self) -> None:
        self.fed = bytearray()
        self.most = 0

    def feed(self, data: bytes) -> None:
        self.fed += data
        self.most = max(self.most, len(data))

    def next(self) -> None:
        return None


def inflate(data: bytes) -> None:
    """What comes out does not depend on the pieces, and never comes in one large piece."""
    whole, step = (_inflate(data, size) for size in (len(data) or 1, 1))
    assert whole == step


def _inflate(data: bytes, size: int) -> tuple[bytes, bool]:
    gather = _Gather()
    inflating = Inflating(gather)
    try:
        for start in range(0, len(data), size):
            inflating.feed(data[start : start + size])
            steps = 0
            while inflating.waiting:
                assert inflating.next() is None
                steps += 1
                assert steps <= 2 + 1100 * size // STEP, "more steps than DEFLATE can ask for"
    except BrokenStream:
        return b"", True
    finally:
        assert gather.most <= STEP
    return bytes(gather.fed), False


STREAMS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "imap_framer": (
        imap,
        (
            *(b"a NOOP\r\n", b"{3}\r\n", b"{3+}\r\n", b"~{2+}\r\n", b"abc", b"\n", b"\r", b'"{'),
            *(b"{99999999999999999999999+}\r\n", b" {0+}\r\n", b"x" * SMALL, b"}\r\n"),
        ),
    ),
    "smtp_framer": (
        smtp,
        (
            *(b"DATA\r\n", b"BDAT 5 LAST\r\n", b"BDAT 0\r\n", b".\r\n", b"\r\n.\r\n", b"\n.\n"),
            *(b"..x\r\n", b"\r", b"\n", b"y" * SMALL, b"\r\n", b"\r\r\n.\r\r\n"),
        ),
    ),
    "inflate": (
        inflate,
        (
            *(b"\x00\x05\x00\xfa\xffhello", b"\x00\x00\x00\xff\xff", b"\x4b\x04\x00", b"\x03\x00"),
            *(b"\xed\xc1\x01\x0d\x00\x00\x00\xc2\xa0\xf7Om\x0e7\xa0\x00\x00\x00", b"\x01\x00\x00"),
        ),
    ),
}
