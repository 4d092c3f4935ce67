"""Parts and messages that go along without being fetched: what a form offers and brings back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from ..imap.client import LemonadeClient
from ..message.containers import MARK
from ..message.errors import NotFound
from ..message.fields import parameter
from ..message.filenames import message_filename
from ..message.layout import body
from ..message.messages import OpenedMessage
from ..message.numbers import number
from ..message.parts import MessagePart, ServerSidePart
from ..message.responses import Items, Value
from ..message.search_results import FoundRow
from ..message.structure import leaves, parse
from ..message.texts import header_text
from .containment import Containment
from .fetching import GONE
from .mailboxes import enter
from .structures import MESSAGE, PART, fetch_structures


@dataclass(frozen=True, slots=True)
class _Message:
    """The message that a token names."""

    folder: str
    uidvalidity: int
    uid: int


def look_up(imap: LemonadeClient, tokens: Sequence[str]) -> list[ServerSidePart]:
    """What a form's tokens name, looked up again: one question a folder. Raises NotFound."""
    wanted = [_read(token) for token in tokens]
    found: dict[tuple[_Message, str], ServerSidePart] = {}
    folders: dict[tuple[str, int], dict[_Message, list[str]]] = {}
    for message, section in wanted:
        here = folders.setdefault((message.folder, message.uidvalidity), {})
        here.setdefault(message, []).append(section)
    for (folder, validity), messages in folders.items():
        enter(imap, folder, validity)
        found.update(_look_up_in(imap, messages))
    return [found[key] for key in wanted]


def _read(token: str) -> tuple[_Message, str]:
    first, _, rest = token.partition(".")
    second, _, rest = rest.partition(".")
    section, _, folder = rest.partition(".")
    validity, uid = number(first), number(second)
    if validity is None or uid is None or not folder:
        raise NotFound(gettext("This part can't go along: the form was changed."))
    return _Message(folder, validity, uid), section.replace("_", ".")


def _look_up_in(
    imap: LemonadeClient, messages: dict[_Message, list[str]]
) -> dict[tuple[_Message, str], ServerSidePart]:
    """Of messages of the selected folder."""
    is_all_parts = all(section for sections in messages.values() for section in sections)
    uids = [message.uid for message in messages]
    items = fetch_structures(imap, uids, PART if is_all_parts else MESSAGE)
    found = {}
    for message, sections in messages.items():
        if message.uid not in items:
            raise NotFound(GONE)
        for section, part in zip(
            sections, _parts(imap, message, items[message.uid], sections), strict=True
        ):
            found[message, section] = part
    return found


def _parts(
    imap: LemonadeClient, message: _Message, items: Items, sections: Sequence[str]
) -> list[ServerSidePart]:
    root = parse(items.get(b"BODYSTRUCTURE"))
    contents = Containment(imap, message.folder, message.uid, root)
    body(root)
    parts = {leaf.section: leaf for leaf in leaves(root)}
    out = []
    for section in sections:
        if not section:
            size = items.get(b"RFC822.SIZE")
            octets = size if isinstance(size, int) else 0
            subject = _subject(items.get(b"ENVELOPE"))
            out.append(_message(message, subject, octets, list(parts.values())))
        elif MARK in section:
            out.append(_inner(message, *contents.part(section)))
        elif section in parts:
            out.append(_part(message, parts[section], len(parts) == 1))
        else:
            raise NotFound(gettext("This part is not in the message."))
    return out


def _message_of(original: OpenedMessage) -> _Message:
    return _Message(original.folder, original.uidvalidity, original.uid)


def offered_part(original: OpenedMessage, part: MessagePart) -> ServerSidePart:
    """A part of an open message, to go along."""
    alone = len(original.parts) == 1
    return _part(_message_of(original), part, alone)


def _part(message: _Message, part: MessagePart, alone: bool) -> ServerSidePart:
    return ServerSidePart(
        folder=message.folder,
        uidvalidity=message.uidvalidity,
        uid=message.uid,
        section=part.section,
        name=part.label,
        type=part.type,
        size=part.size,
        shown=part.shown,
        encoding=part.encoding,
        mime=_own_header(part) if alone else b"",
        eight_bit=part.eight_bit,
        binary=part.binary,
        chosen=True,
        content_id=part.cid,
    )


def _inner(message: _Message, part: MessagePart, data: bytes) -> ServerSidePart:
    """A file that only we find, as it is: the mail server can't put it into a message."""
    found = _part(message, part, False)
    found.data, found.size, found.shown = data, len(data), len(data)
    found.eight_bit = found.binary = False
    return found


def _own_header(part: MessagePart) -> bytes:
    """The MIME header of a part that is its whole message: the fields stand in the header there."""
    charset = parameter("charset", part.charset) if part.charset else ""
    method = parameter("method", part.method) if part.method else ""
    named = parameter("filename", part.label) if part.filename or part.attachment else ""
    lines = (
        f"Content-Type: {part.type}{charset}{method}\r\n"
        f"Content-Disposition: {'attachment' if part.attachment else 'inline'}{named}\r\n"
        f"Content-Transfer-Encoding: {part.encoding}\r\n\r\n"
    )
    return lines.encode("ascii", "replace")


def offered_message(original: OpenedMessage) -> ServerSidePart:
    """An open message itself, to go along."""
    return _message(_message_of(original), original.subject, original.size, original.parts)


def offered_by(found: FoundRow) -> list[ServerSidePart]:
    """What can go along of a message that a search found: itself, then each of its parts."""
    row = found.row
    message = _Message(found.folder, found.uidvalidity, row.uid)
    alone = len(row.parts) == 1
    return [
        _message(message, row.subject, row.size, row.parts),
        *(_part(message, part, alone) for part in row.parts),
    ]


def _message(
    message: _Message, subject: str, size: int, parts: list[MessagePart]
) -> ServerSidePart:
    """A message to go along as message/rfc822."""
    name = message_filename(subject)
    lines = (
        "Content-Type: message/rfc822\r\n"
        f"Content-Disposition: attachment{parameter('filename', name)}\r\n"
    )
    binary = any(part.binary for part in parts)
    # A stored header may hold raw 8-bit octets, which BODYSTRUCTURE does not tell: 8bit is safe.
    encoding = "binary" if binary else "8bit"
    return ServerSidePart(
        folder=message.folder,
        uidvalidity=message.uidvalidity,
        uid=message.uid,
        section="",
        name=name,
        type="message/rfc822",
        size=size,
        shown=size,
        encoding=encoding,
        mime=f"{lines}Content-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii"),
        eight_bit=True,
        binary=binary,
        chosen=True,
    )


def _subject(envelope: Value) -> str:
    return header_text(envelope[1]) if isinstance(envelope, list) and len(envelope) > 1 else ""
