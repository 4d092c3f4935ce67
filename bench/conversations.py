"""A page of 50 conversations in a mailbox of 100,000 messages: as it is, and after a change.

The page is three commands that go out together, the rows are those of ``$``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from . import sample_messages
from .figures import Figure, milliseconds, spread
from .host import Host
from .imap import Imap

NAME = "conversations, 100,000 messages"
TIMES = 40
ROWS = b"UID FETCH $ (FLAGS PREVIEW CONVERSATION)"


def run(server: Host) -> list[Figure]:
    server.restart()
    imap = server.imap("reader")
    imap.command(b"SELECT huge")
    figures = [Figure(NAME, "first page", milliseconds(partial(_page, imap)), "ms")]
    figures += spread(NAME, "page", _times(imap, lambda _: None))
    ends = [milliseconds(partial(_page, imap, b"-1:-50")) for _ in range(TIMES)]
    figures += spread(NAME, "last page", ends)
    figures += spread(NAME, "page after a flag", _times(imap, partial(_flag, imap)))
    figures += spread(NAME, "page after new mail", _times(imap, partial(_append, imap)))
    figures += spread(NAME, "page after an expunge", _times(imap, partial(_expunge, imap)))
    imap.close()
    return figures


def _times(imap: Imap, change: Callable[[int], object]) -> list[float]:
    found = []
    for number in range(TIMES):
        change(number)
        imap.command(b"NOOP")
        found.append(milliseconds(partial(_page, imap)))
    return found


def _page(imap: Imap, part: bytes = b"1:50") -> None:
    commands = (
        b"UID SORT RETURN (SAVE PARTIAL %b COLLAPSE) (REVERSE ARRIVAL) UTF-8 ALL" % part,
        ROWS,
        b"UID SORT RETURN (COUNT COLLAPSE) (REVERSE ARRIVAL) UTF-8 ALL",
    )
    tags = [imap.tag() for _ in commands]
    imap.send(b"".join(b"%b %b\r\n" % each for each in zip(tags, commands, strict=True)))
    for tag in tags:
        imap.until(tag)


def _flag(imap: Imap, number: int) -> None:
    imap.command(b"STORE * %cFLAGS.SILENT (\\Flagged)" % b"+-"[number % 2])


def _append(imap: Imap, number: int) -> None:
    message = sample_messages.sample_message(7 * number, 1500)
    imap.command(b"APPEND huge {%d+}\r\n%s" % (len(message), message))


def _expunge(imap: Imap, _: int) -> None:
    imap.command(b"STORE * +FLAGS.SILENT (\\Deleted)")
    imap.command(b"EXPUNGE")
