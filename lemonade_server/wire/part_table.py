"""The packed part table: where each section of a stored message lies, without scanning it again.

JSON: ``[shift, root]``, a node being ``[type, subtype, encoding, charset, filename, disposition,
header_start, body_start, stop, children]``. ``shift`` is added to every offset but the root's
first, so that a header may grow or shrink and nothing else be written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lemonade_server.wire import text
from lemonade_server.wire.mime import Part
from lemonade_server.wire.parameters import parameter

_TYPE, _SUBTYPE, _ENCODING, _CHARSET, _FILENAME, _DISPOSITION = range(6)
_HEADER, _BODY, _STOP, _CHILDREN = range(6, 10)
_SECTION = re.compile(r"([1-9][0-9]{0,9}(?:\.[1-9][0-9]{0,9})*)?(?:(?:^|\.)(HEADER|TEXT|MIME))?")

_SIGNATURE = ("pgp-signature", "pkcs7-signature")

Node = list[Any]


@dataclass(slots=True)
class PackedPart:
    """A numbered part: body [start, stop), MIME header [header_start, start)."""

    section: str
    type: str
    subtype: str
    encoding: str
    charset: str
    filename: str
    disposition: str
    header_start: int
    start: int
    stop: int


@dataclass(slots=True)
class Container:
    """A part that holds others: its body [start, stop), and of each part inside where its header
    starts, its body starts and it stops.
    """

    type: str
    subtype: str
    start: int
    stop: int
    within: list[tuple[int, int, int]]


@dataclass(slots=True)
class Entity:
    """A message or a part of one, with what it holds: header [header_start, start), body
    [start, stop).
    """

    type: str
    subtype: str
    encoding: str
    charset: str
    header_start: int
    start: int
    stop: int
    within: list[Entity]

    def walk(self) -> Iterator[Entity]:
        """Itself and all that is within, depth first."""
        waiting = [self]
        while waiting:
            found = waiting.pop()
            yield found
            waiting += reversed(found.within)


def pack(root: Part) -> bytes:
    """The table of a scanned message."""
    return json.dumps([0, _node(root)], separators=(",", ":")).encode()


def shift(packed: bytes, by: int) -> bytes:
    """The table after the message's header block has grown by ``by`` octets (or shrunk)."""
    before, _, root = packed[1:].partition(b",")  # it is written by ``pack``: see there
    return b"[%d,%b" % (int(before) + by, root)


def locate(packed: bytes, size: int, section: str) -> tuple[int, int] | None:
    """Span of a section without field names (RFC 3501 §6.4.5); None when there is no such part.

    "1.MIME" of a message that is one single part is the message's header, which holds its
    MIME fields (B-42). "2.HEADER" and "2.TEXT" exist only where part 2 is a message.
    """
    if section == "":
        return 0, size
    match = _SECTION.fullmatch(section.upper())
    if match is None:
        return None
    by, root = json.loads(packed)
    numbers, word = match.groups()
    node = root
    if numbers is not None:
        node = _find(root, numbers)
        if node is None:
            return None
        if word in ("HEADER", "TEXT"):
            if not _is_message(node):
                return None
            node = node[_CHILDREN][0]
    elif word == "MIME":
        return None
    first, start, stop = _offsets(node, by, root)
    return (first, start) if word in ("HEADER", "MIME") else (start, stop)


def leaf(packed: bytes, section: str) -> PackedPart | None:
    """The part with this number ("1" for a message that is one part); None without one."""
    match = _SECTION.fullmatch(section)
    if match is None or match.group(1) is None or match.group(2) is not None:
        return None
    by, root = json.loads(packed)
    node = _find(root, section)
    return None if node is None else _pack_part(node, section, by, root)


def leaves(packed: bytes) -> list[PackedPart]:
    """Every part that is neither multipart nor message, in order, those of embedded ones too."""
    by, root = json.loads(packed)
    return [_pack_part(node, section, by, root) for section, node in _walk(_members(root), "")]


def containers(packed: bytes) -> list[Container]:
    """Every multipart and every embedded message, the message itself too where it is a multipart,
    each before what it holds.
    """
    by, root = json.loads(packed)
    found: list[Container] = []
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if not node[_CHILDREN]:
            continue
        _, start, stop = _offsets(node, by, root)
        within = [_offsets(child, by, root) for child in node[_CHILDREN]]
        found.append(Container(node[_TYPE], node[_SUBTYPE], start, stop, within))
        waiting += reversed(node[_CHILDREN])
    return found


def has_attachment(packed: bytes) -> bool:
    """Whether anything hangs on the message that is neither its text nor a part of that.

    No attachment is a picture of an HTML text (RFC 2387), a signature, another form of the text
    (RFC 2046 §5.1.4), and a text without a name that is shown in its place.
    """
    return next(_attachments(packed), None) is not None


def attachment_names(packed: bytes) -> list[str]:
    """The file names of what is attached, decoded; of what has none, nothing."""
    return [node[_FILENAME] for node in _attachments(packed) if node[_FILENAME]]


def _attachments(packed: bytes) -> Iterator[Node]:
    waiting = [(json.loads(packed)[1], "")]
    while waiting:
        node, above = waiting.pop()
        if node[_TYPE] == "multipart":
            waiting += [(child, node[_SUBTYPE]) for child in node[_CHILDREN]]
        elif _is_attachment(node, above):
            yield node


def _is_attachment(node: Node, above: str) -> bool:
    """``above``: the subtype of the multipart that it stands in, empty without one."""
    kind, subtype = node[_TYPE], node[_SUBTYPE]
    if subtype.endswith(_SIGNATURE):
        return False
    if node[_DISPOSITION] == "attachment":
        return True
    if kind == "text" and subtype in ("plain", "html"):
        return bool(node[_FILENAME]) and above != "alternative"
    return not (kind == "image" and above == "related")


def entity(packed: bytes) -> Entity:
    """The message itself."""
    by, root = json.loads(packed)
    return _entity(root, by, root)


def _entity(node: Node, by: int, root: Node) -> Entity:
    first, start, stop = _offsets(node, by, root)
    within = [_entity(child, by, root) for child in node[_CHILDREN]]
    kind, subtype, encoding, charset = node[_TYPE : _CHARSET + 1]
    return Entity(kind, subtype, encoding, charset, first, start, stop, within)


def _node(part: Part) -> Node:
    charset = parameter(part.params, "charset")
    return [
        part.type,
        part.subtype,
        part.encoding,
        charset[0].lower() if charset else "",
        text.filename(part),
        part.disposition[0] if part.disposition else "",
        part.header_start,
        part.body_start,
        part.stop,
        [_node(child) for child in part.children],
    ]


def _is_message(node: Node) -> bool:
    return bool(node[_CHILDREN]) and node[_TYPE] == "message"


def _members(message: Node) -> Sequence[Node]:
    """What part numbers of a message count: its parts, or itself when it has none."""
    children: list[Node] = message[_CHILDREN]
    return children if message[_TYPE] == "multipart" else [message]


def _inside(node: Node) -> Sequence[Node]:
    children: list[Node] = node[_CHILDREN]
    return _members(children[0]) if _is_message(node) else children


def _find(root: Node, numbers: str) -> Node | None:
    nodes = _members(root)
    node: Node | None = None
    for number in numbers.split("."):
        if int(number) > len(nodes):
            return None
        node = nodes[int(number) - 1]
        nodes = _inside(node)
    return node


def _walk(nodes: Sequence[Node], prefix: str) -> Iterator[tuple[str, Node]]:
    for position, node in enumerate(nodes, 1):
        if node[_CHILDREN]:
            yield from _walk(_inside(node), f"{prefix}{position}.")
        else:
            yield f"{prefix}{position}", node


def _offsets(node: Node, by: int, root: Node) -> tuple[int, int, int]:
    first = 0 if node is root else node[_HEADER] + by
    return first, node[_BODY] + by, node[_STOP] + by


def _pack_part(node: Node, section: str, by: int, root: Node) -> PackedPart:
    words: list[str] = node[_TYPE : _DISPOSITION + 1]
    kind, subtype, encoding, charset, filename, disposition = words
    first, start, stop = _offsets(node, by, root)
    return PackedPart(
        section, kind, subtype, encoding, charset, filename, disposition, first, start, stop
    )
