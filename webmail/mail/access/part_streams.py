"""The octets of one part, or of a whole message, as a stream that borrows a connection by turns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from asgiref.sync import sync_to_async
from django.utils.translation import gettext

from ..imap.client import LemonadeClient
from ..message.bodies import undo
from ..message.containers import MARK
from ..message.errors import NotFound
from ..message.filenames import message_filename
from ..message.layout import body
from ..message.parts import MessagePart, PartStream
from ..message.structure import leaves, parse
from ..message.texts import header_text
from .containment import Containment
from .fetching import fetch_one, pieces


def part(imap: LemonadeClient, folder: str, uid: int, section: str) -> PartStream:
    """One part, decoded while it streams. Raises NotFound before the first octet."""
    items = fetch_one(imap, folder, uid, b"(UID BODYSTRUCTURE)")
    email, validity = imap.email, imap.selected.uidvalidity if imap.selected else 0
    root = parse(items.get(b"BODYSTRUCTURE"))
    if MARK in section:
        inner, octets = Containment(imap, folder, uid, root).part(section)
        return PartStream(inner, lambda: iter([octets]), _in_turns(lambda: iter([octets])))
    body(root)
    info = next((leaf for leaf in leaves(root) if leaf.section == section), None)
    if info is None:
        raise NotFound(gettext("This part is not in the message."))

    def chunks() -> Iterator[bytes]:
        raw = pieces(email, folder, validity, uid, section.encode())
        return undo(raw, info.encoding)

    return PartStream(info, chunks, _in_turns(chunks))


def beginnings(
    imap: LemonadeClient, folder: str, uid: int, parts: Sequence[MessagePart], octets: int
) -> dict[str, bytes]:
    """The first ``octets`` of parts, decoded, by section; b"" for one that is inside of another.

    Raises NotFound.
    """
    found = {part.section: b"" for part in parts}
    outer = [part for part in parts if MARK not in part.section]
    if not outer:
        return found
    raw = octets * 2 + 16  # base64 has a third more, and line ends
    asked = b" ".join(b"BODY.PEEK[%s]<0.%d>" % (part.section.encode(), raw) for part in outer)
    items = fetch_one(imap, folder, uid, b"(UID " + asked + b")")
    for part in outer:
        data = items.get(b"BODY[%s]<0>" % part.section.encode().upper())
        if isinstance(data, bytes):
            found[part.section] = b"".join(undo([data], part.encoding))[:octets]
    return found


def source(imap: LemonadeClient, folder: str, uid: int) -> PartStream:
    """The whole message as it is stored. Raises NotFound before the first octet."""
    items = fetch_one(imap, folder, uid, b"(UID RFC822.SIZE ENVELOPE)")
    email, validity = imap.email, imap.selected.uidvalidity if imap.selected else 0
    size, envelope = items.get(b"RFC822.SIZE"), items.get(b"ENVELOPE")
    subject = header_text(envelope[1]) if isinstance(envelope, list) else ""
    number = size if isinstance(size, int) else 0
    info = MessagePart(
        section="",
        type="message/rfc822",
        filename=message_filename(subject),
        size=number,
        shown=number,
        encoding="8bit",
        charset="",
        disposition="attachment",
        cid="",
        attachment=True,
    )

    def chunks() -> Iterator[bytes]:
        return pieces(email, folder, validity, uid, b"")

    return PartStream(info, chunks, _in_turns(chunks))


def _in_turns(chunks: Callable[[], Iterator[bytes]]) -> Callable[[], AsyncIterator[bytes]]:
    """The same stream for an async server: each chunk is fetched in a worker thread."""

    async def turns() -> AsyncIterator[bytes]:
        stream = chunks()
        while (data := await sync_to_async(_next, thread_sensitive=False)(stream)) is not None:
            yield data

    return turns


def _next(stream: Iterator[bytes]) -> bytes | None:
    return next(stream, None)
