"""Parts that hold other parts where IMAP shows none: signed messages, winmail.dat, files in text.

What is inside has a number of its own: ``2~1.3`` is part 1.3 of what part 2 holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lemonade_server.wire import cms, fetch_structures, headers, part_table, text, tnef, uuencode
from lemonade_server.wire.mime import BytesSource, scan

from .content_ids import content_id
from .filenames import safe_name
from .originators import RESENT
from .parts import MessagePart
from .responses import Items, Value, values
from .signatures import Signature, signature
from .structure import Node, leaves, parse

MOST = 24 * 1024 * 1024  # octets, encoded, of a part that is opened
MARK = "~"
TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
CMS = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ANYTHING = "application/octet-stream"
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n")


@dataclass(slots=True)
class Contents:
    """What a part holds. ``octets`` gives those of a section, still in its transfer encoding.

    ``items`` are what FETCH would say of a message that is inside.
    """

    node: Node | None
    octets: Callable[[str], bytes]
    items: Items
    signature: Signature | None = None


def container_kind(part: MessagePart) -> str:
    """What a part may hold: tnef, cms, message, text (with files in it), or "" nothing."""
    if part.size > MOST:
        return ""
    name = part.filename.lower()
    if part.type in TNEF or (part.type == _ANYTHING and name == "winmail.dat"):
        return "tnef"
    if part.type in CMS or (part.type == _ANYTHING and name.endswith(".p7m")):
        return "cms"
    if part.type in ("message/rfc822", "message/global"):
        return "message"
    return "text" if part.type == "text/plain" else ""


def open_container(part: MessagePart, data: bytes) -> Contents | None:
    """The contents of a part, whose octets bear no transfer encoding; None when it holds none."""
    if len(data) > MOST:
        return None
    what = container_kind(part)
    if what == "message":
        return _message(data, part.section)
    if what == "tnef":
        found = tnef.read(data)
        return None if found is None else _tnef(found, part.section)
    if what == "cms":
        return _cms(data, part.section)
    if what == "text":
        files = [(each.name, each.decode()) for each in uuencode.split(data, cut=True)[1]]
        return _files([(text.decode_words(name), "", "", octets) for name, octets in files], part)
    return None


def _message(data: bytes, outer: str) -> Contents:
    """An entity or a message: both begin with a header."""
    root = scan(BytesSource(data))
    table = part_table.pack(root)
    (structure,) = values(
        _split_literals(fetch_structures.structures(root, BytesSource(data).read)[1])
    )
    header = data[: root.body_start]

    def octets(section: str) -> bytes:
        span = part_table.locate(table, len(data), section)
        return data[span[0] : span[1]] if span is not None else b""

    node = _prefix_sections(parse(structure), outer)
    return Contents(node, octets, _items(header, len(data), structure))


def _items(header: bytes, size: int, structure: Value) -> Items:
    """As FETCH names them; the header fields as they were asked for."""
    (envelope,) = values(_split_literals(fetch_structures.envelope(header)))
    return {
        b"ENVELOPE": envelope,
        b"BODYSTRUCTURE": structure,
        b"RFC822.SIZE": size,
        b"BODY[HEADER.FIELDS": headers.select(header, [b"References", RESENT]),
    }


def _split_literals(answer: bytes) -> list[bytes | tuple[bytes, bytes]]:
    """An answer as its lines and literals, as imaplib hands them over."""
    out: list[bytes | tuple[bytes, bytes]] = []
    at = 0
    while literal := _LITERAL.search(answer, at):  # no quoted string holds a line end
        end = literal.end() + int(literal[1])
        out.append((answer[at : literal.end() - 2], answer[literal.end() : end]))
        at = end
    return [*out, answer[at:]]


def _prefix_sections(node: Node, outer: str) -> Node:
    for leaf in leaves(node):
        leaf.section = f"{outer}{MARK}{leaf.section}"
    return node


def _tnef(found: tnef.Contents, outer: str) -> Contents:
    body: list[tuple[str, str, str, bytes]] = []
    if found.text.strip():
        body.append(("", "text/plain", "", found.text.encode()))
    elif found.html.strip():
        body.append(("", "text/html", "", found.html.encode()))
    files = [(each.name or "file", each.type, each.content_id, each.data) for each in found.files]
    part = MessagePart(outer, "", "", 0, 0, "", "", "", "", attachment=False)
    return _files([*body, *files], part)


def _files(found: list[tuple[str, str, str, bytes]], outer: MessagePart) -> Contents:
    """Names, types, Content-IDs and octets as the parts of a multipart."""
    parts = [
        _file(f"{outer.section}{MARK}{number}", name, kind, cid, len(data))
        for number, (name, kind, cid, data) in enumerate(found, 1)
    ]
    octets = {str(number): data for number, (*_, data) in enumerate(found, 1)}
    node = Node("mixed", children=[Node(part=part) for part in parts]) if parts else None
    return Contents(node, lambda section: octets.get(section, b""), {})


def _file(section: str, name: str, kind: str, cid: str, size: int) -> MessagePart:
    body = kind in ("text/plain", "text/html") and not name
    return MessagePart(
        section=section,
        type=kind if "/" in kind else _ANYTHING,
        filename=safe_name(name),
        size=size,
        shown=size,
        encoding="binary",
        charset="utf-8" if body else "",
        disposition="" if body or cid else "attachment",
        cid=content_id(cid),
        attachment=not body,
    )


def _cms(data: bytes, outer: str) -> Contents | None:
    """A signed entity with the state of its signature; of one that is encrypted only that."""
    try:
        what = cms.content_type(data)
        if what in cms.ENVELOPED_DATA:
            return Contents(None, lambda section: b"", {}, Signature("encrypted"))
        signed = cms.signed_data(data)
    except cms.BadCms:
        return None
    if signed.content is None or not signed.signers:
        return None  # certificates alone, or a signature of something else
    found = _message(signed.content, outer)
    found.signature = signature(signed)
    return found


def detached_signature(entity: bytes, data: bytes) -> Signature:
    """Of a multipart/signed: its first part as it stands, header included, and the signature."""
    try:
        return signature(cms.signed_data(data), entity)
    except cms.BadCms:
        return Signature("unknown")


def text_without_files(data: bytes, part: MessagePart) -> tuple[bytes, list[Node]]:
    """A plain text, its transfer encoding gone, without the files that stand in it; the files."""
    rest, files = uuencode.split(data, cut=True)
    if not files:
        return data, []
    node = _files([(text.decode_words(each.name), "", "", each.lines) for each in files], part).node
    children = node.children if node is not None else []
    for child in children:
        if child.part is not None:
            child.part.shown = child.part.size * 45 // 62  # of a line, what is in it
    return rest, children
