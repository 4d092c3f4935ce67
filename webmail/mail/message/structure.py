"""BODYSTRUCTURE into parts: what is the text, what is HTML, what hangs on. RFC 3501 §7.4.2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lemonade_server.wire.encoding_names import IDENTITY, canonical_name
from lemonade_server.wire.parameters import Params, parameter
from lemonade_server.wire.text import decode, decode_words

from .content_ids import content_id
from .filenames import message_filename, safe_name
from .parts import MessagePart
from .responses import Value
from .texts import header_text, plain

MAX_DEPTH = 60
MAX_PARTS = 2_000


@dataclass(slots=True)
class Node:
    """A multipart, or a leaf with its ``part``. A message/rfc822 is a leaf with one child."""

    subtype: str = ""
    part: MessagePart | None = None
    children: list[Node] = field(default_factory=list)
    cut: bool = False  # of the whole tree: there are more parts than MAX_PARTS


def parse(structure: Value) -> Node:
    """The tree of a BODYSTRUCTURE. Never raises: what makes no sense becomes a plain leaf."""
    budget = [MAX_PARTS]
    root = _node(structure if isinstance(structure, list) else [], "", 0, 0, budget)
    root.cut = budget[0] <= 0
    return root


def _node(body: list[Value], section: str, depth: int, level: int, budget: list[int]) -> Node:
    budget[0] -= 1
    if body and isinstance(body[0], list) and level < MAX_DEPTH:
        node = Node(subtype=_after_parts(body))
        parts = [x for x in body if isinstance(x, list)][: _leading(body)]
        for number, child in enumerate(parts, 1):
            if budget[0] <= 0:
                break
            inner = f"{section}.{number}" if section else str(number)
            node.children.append(_node(child, inner, depth, level + 1, budget))
        return node
    return _leaf(body, section or "1", depth, level, budget)


def _leading(body: list[Value]) -> int:
    return next((i for i, x in enumerate(body) if not isinstance(x, list)), len(body))


def _after_parts(body: list[Value]) -> str:
    position = _leading(body)
    return plain(body[position]).lower() if position < len(body) else "mixed"


def _leaf(body: list[Value], section: str, depth: int, level: int, budget: list[int]) -> Node:
    fields = [*body, *[None] * (12 - len(body))]
    kind, subtype = plain(fields[0]).lower() or "text", plain(fields[1]).lower() or "plain"
    rfc822 = kind == "message" and subtype in ("rfc822", "global")
    extra = 7 + (3 if rfc822 else 1 if kind == "text" else 0)  # where body-ext-1part starts
    disposition, given = _disposition(fields[extra + 1] if extra + 1 < len(fields) else None)
    params = _params(fields[2])
    encoding = plain(fields[5]).lower() or "7bit"
    size = fields[6] if isinstance(fields[6], int) else 0
    info = MessagePart(
        section=section,
        type=_meant_type(f"{kind}/{subtype}", params, encoding),
        filename=_filename(given, params),
        size=size,
        shown=size * 57 // 78 if canonical_name(encoding) == "base64" else size,
        encoding=encoding,
        charset=_parameter(params, "charset").lower(),
        disposition=disposition,
        cid=content_id(plain(fields[3])),
        attachment=False,
        flowed=_parameter(params, "format").lower() == "flowed",
        delsp=_parameter(params, "delsp").lower() == "yes",
        depth=depth,
        eight_bit=canonical_name(encoding) == "8bit",
        binary=encoding == "binary",
        method=_parameter(params, "method"),
    )
    node = Node(subtype=subtype, part=info)
    inner = fields[8]
    if rfc822 and isinstance(inner, list) and level < MAX_DEPTH and budget[0] > 0:
        multipart = bool(inner) and isinstance(inner[0], list)
        child = _node(inner, section if multipart else f"{section}.1", depth + 1, level + 1, budget)
        node.children.append(child)
        info.filename = info.filename or message_filename(_subject(fields[7]))
        info.eight_bit |= any(leaf.eight_bit for leaf in leaves(child))
        info.binary |= any(leaf.binary for leaf in leaves(child))
    return node


def _meant_type(kind: str, params: Params, encoding: str) -> str:
    """A message in a transfer encoding is opaque for the server, which says so in a parameter."""
    inner = _parameter(params, "type").lower()
    opaque = kind == "application/octet-stream" and canonical_name(encoding) not in IDENTITY
    return inner if opaque and inner in ("message/rfc822", "message/global") else kind


def _subject(envelope: Value) -> str:
    return header_text(envelope[1]) if isinstance(envelope, list) and len(envelope) > 1 else ""


def _params(value: Value) -> Params:
    """Parameters as ``wire.parameters`` has them: each character is an octet."""
    if not isinstance(value, list):
        return []
    return [
        (plain(name).lower(), text.decode("latin-1") if isinstance(text, bytes) else plain(text))
        for name, text in zip(value[::2], value[1::2], strict=False)
    ]


def _parameter(params: Params, name: str) -> str:
    """One of them as text: RFC 2231, or the words of RFC 2047, which are a common sin there."""
    found = parameter(params, name)
    if found is None:
        return ""
    octets = found[0].encode("latin-1", "replace")
    return decode(octets, found[1]) if found[1] else decode_words(octets)


def _filename(given: Params, params: Params) -> str:
    """Where a name is meant to stand (RFC 2183 §2.3, RFC 2046 §4.5.1), or in the other place."""
    places = [(given, "filename"), (params, "name"), (params, "filename"), (given, "name")]
    names = (safe_name(_parameter(*place)) for place in places)
    return next(filter(None, names), "")


def _disposition(value: Value) -> tuple[str, Params]:
    if not isinstance(value, list) or not value:
        return "", []
    return plain(value[0]).lower(), _params(value[1] if len(value) > 1 else None)


def leaves(node: Node) -> Iterator[MessagePart]:
    """Every leaf in order; those inside an attached message follow it, one level deeper."""
    if node.part is not None:
        yield node.part
    for child in node.children:
        yield from leaves(child)
