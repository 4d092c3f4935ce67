"""Messages with another header. Nothing is scanned or read, and the rest of the rope is shared."""

from __future__ import annotations

from collections.abc import Callable, Collection

from lemonade_server.wire import headers
from lemonade_server.wire.rendering import in_front, prepend_header, replace_header

from .ingest import PreparedMessage
from .new_blobs import new_blob, whole
from .ropes import span


def with_header(message: PreparedMessage, added: bytes) -> PreparedMessage:
    """The message with whole header lines in front, as trace fields."""
    added = in_front(message.rendering, added)
    return PreparedMessage(
        prepend_header(message.rendering, added), [whole(new_blob(added)), *message.rope]
    )


def without_fields(
    message: PreparedMessage,
    names: Collection[bytes],
    condition: Callable[[bytes], bool] = lambda value: True,
) -> PreparedMessage:
    """The message without these fields of its own header (Bcc), or those of them whose raw value
    meets the condition. Their octets stay in the blob, but not in the message. MIME fields can't
    be removed so: ValueError.
    """
    wanted = {name.lower() for name in names}
    if any(name.startswith(b"content-") or name == b"mime-version" for name in wanted):
        raise ValueError("these fields decide the structure of the message")
    header = message.rendering.header
    kept: list[tuple[int, int]] = []
    at = 0
    for name, value, start, stop in headers.each(header):
        if name.lower() in wanted and condition(value):
            kept.append((at, start))
            at = stop
    left = b"".join(header[start:stop] for start, stop in kept) + header[at:]
    kept.append((at, message.rendering.size))
    rope = [piece for start, stop in kept for piece in span(message.rope, start, stop)]
    return PreparedMessage(replace_header(message.rendering, left), rope)


def with_folded_header(message: PreparedMessage) -> PreparedMessage:
    """The message without header lines that are too long to be sent; itself when it has none."""
    header = headers.fold_block(message.rendering.header)
    if header is message.rendering.header:
        return message
    return with_other_header(message, header)


def with_other_header(message: PreparedMessage, header: bytes) -> PreparedMessage:
    """The message with this header block, blank line included, in place of its own.

    The MIME fields must be the same in both: the structure is not looked at again.
    """
    before = len(message.rendering.header)
    rest = span(message.rope, before, message.rendering.size)
    return PreparedMessage(
        replace_header(message.rendering, header), [whole(new_blob(header)), *rest]
    )
