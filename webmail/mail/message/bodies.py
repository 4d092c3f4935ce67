"""The octets of a body part as text, and its transfer encoding undone as it streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lemonade_server.wire import uuencode
from lemonade_server.wire.encoding_names import UUENCODE, canonical_name
from lemonade_server.wire.text import decode_body
from lemonade_server.wire.transfer_decoding import decoder

from .parts import MessagePart


def body_text(data: bytes, part: MessagePart) -> str:
    """The text of a part; ``data`` may be only its beginning."""
    text = decode_body(data, part.encoding, part.charset)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def unflow(text: str, delsp: bool) -> str:
    """Join the lines of format=flowed text. RFC 3676 §4.

    Quote levels are kept as ``>`` marks; a line is joined only to one of the same level.
    """
    out: list[list[str]] = []  # lines, each of the pieces that it is joined of
    level, flowing = 0, False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:].removeprefix(" ")
        signature = rest == "-- "
        if flowing and depth == level and not signature:
            out[-1].append(rest)
        else:
            out.append([">" * depth + (" " if depth and rest else "") + rest])
        flowing = rest.endswith(" ") and not signature
        level = depth
        if flowing and delsp:
            out[-1][-1] = out[-1][-1][:-1]
    return "\n".join("".join(pieces) for pieces in out)


def undo(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The decoded octets of a part, whose encoding is what its name was meant for."""
    name = canonical_name(encoding)
    if name == UUENCODE:
        yield uuencode.decode(b"".join(chunks))  # rare, and as large as a message may be
        return
    tool = decoder(name)
    for chunk in chunks:
        if piece := tool.feed(chunk):
            yield piece
    if rest := tool.finish():
        yield rest
