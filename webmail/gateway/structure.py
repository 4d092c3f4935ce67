"""BODYSTRUCTURE into parts: what is the text, what is HTML, what hangs on. RFC 3501 §7.4.2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import collapse_rfc2231_value, decode_params

from lemonade_server.wire.controls import one_line

from .responses import Value
from .texts import decoded, plain
from .types import PartInfo

MAX_DEPTH = 60
MAX_PARTS = 2_000


@dataclass(slots=True)
class Node:
    """A multipart, or a leaf with its ``part``. A message/rfc822 is a leaf with one child."""

    subtype: str = ""
    part: PartInfo | None = None
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Slot:
    """One place of the readable body: plain text, HTML, or the choice of both."""

    plain: PartInfo | None = None
    html: PartInfo | None = None


def parse(structure: Value) -> Node:
    """The tree of a BODYSTRUCTURE. Never raises: what makes no sense becomes a plain leaf."""
    budget = [MAX_PARTS]
    return _node(structure if isinstance(structure, list) else [], "", 0, 0, budget)


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
    info = PartInfo(
        section=section,
        type=f"{kind}/{subtype}",
        filename=_safe_name(given.get("filename") or params.get("name", "")),
        size=size,
        shown=size * 57 // 78 if encoding == "base64" else size,
        encoding=encoding,
        charset=params.get("charset", "").lower(),
        disposition=disposition,
        cid=plain(fields[3]).strip().strip("<>"),
        attachment=False,
        flowed=params.get("format", "").lower() == "flowed",
        delsp=params.get("delsp", "").lower() == "yes",
        depth=depth,
        eight_bit=encoding == "8bit",
        binary=encoding == "binary",
    )
    node = Node(subtype=subtype, part=info)
    inner = fields[8]
    if rfc822 and isinstance(inner, list) and level < MAX_DEPTH and budget[0] > 0:
        multipart = bool(inner) and isinstance(inner[0], list)
        child = _node(inner, section if multipart else f"{section}.1", depth + 1, level + 1, budget)
        node.children.append(child)
        info.filename = info.filename or _letter_name(fields[7])
        info.eight_bit |= any(leaf.eight_bit for leaf in leaves(child))
        info.binary |= any(leaf.binary for leaf in leaves(child))
    return node


def _letter_name(envelope: Value) -> str:
    subject = envelope[1] if isinstance(envelope, list) and len(envelope) > 1 else None
    return _safe_name(decoded(subject) or "message") + ".eml"


def _params(value: Value) -> dict[str, str]:
    """Parameters with RFC 2231 continuations joined and RFC 2047 words (a common sin) decoded."""
    if not isinstance(value, list):
        return {}
    pairs = [
        (plain(name).lower(), plain(text))
        for name, text in zip(value[::2], value[1::2], strict=False)
    ]
    out: dict[str, str] = {}
    for name, text in _joined(pairs):
        if isinstance(text, tuple):
            out[name] = collapse_rfc2231_value(text, "replace").strip('"')
        else:
            out[name] = decoded(text.strip('"').encode("utf-8", "surrogateescape"))
    return out


def _joined(pairs: list[tuple[str, str]]) -> list[tuple[str, str | tuple[str, str, str]]]:
    try:
        return decode_params([("", ""), *pairs])[1:]  # type: ignore[return-value]
    except (ValueError, IndexError, TypeError):  # two parts 0, a gap, no number
        return [(name, text) for name, text in pairs if "*" not in name]


def _disposition(value: Value) -> tuple[str, dict[str, str]]:
    if not isinstance(value, list) or not value:
        return "", {}
    return plain(value[0]).lower(), _params(value[1] if len(value) > 1 else None)


def _safe_name(name: str) -> str:
    """A file name without folders, control characters or direction overrides."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    hidden = {0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF}
    kept = "".join(c for c in one_line(name) if ord(c) not in hidden)
    return " ".join(kept.split())[:200]


def leaves(node: Node) -> Iterator[PartInfo]:
    """Every leaf in order; those inside an attached message follow it, one level deeper."""
    if node.part is not None:
        yield node.part
    for child in node.children:
        yield from leaves(child)


def body_slots(root: Node) -> list[Slot]:
    """The readable body, top to bottom. Marks the leaves that are attachments as such."""
    slots: list[Slot] = []
    _walk(root, slots, related=False)
    return slots


def _walk(node: Node, slots: list[Slot], related: bool) -> None:
    if node.part is not None:
        _place(node.part, slots, related)
        return
    if node.subtype == "alternative":
        chosen: list[Slot] = []
        for child in node.children:
            _walk(child, chosen, related)
        one = Slot(
            next((s.plain for s in chosen if s.plain), None),
            next((s.html for s in reversed(chosen) if s.html), None),
        )
        if one.plain or one.html:
            slots.append(one)
        return
    for child in node.children:
        _walk(child, slots, related or node.subtype == "related")


def _place(part: PartInfo, slots: list[Slot], related: bool) -> None:
    readable = part.type in ("text/plain", "text/html") and part.disposition != "attachment"
    if readable and (not part.filename or not slots):
        slots.append(Slot(plain=part) if part.type == "text/plain" else Slot(html=part))
        return
    signature = part.type in ("application/pgp-signature", "application/pkcs7-signature")
    inline_image = part.type.startswith("image/") and bool(part.cid)
    hidden = inline_image and (related or part.disposition == "inline")
    part.attachment = not hidden and not signature


def attachments(root: Node) -> list[PartInfo]:
    """What hangs on the message itself, after ``body_slots`` has marked it."""
    return [part for part in leaves(root) if part.attachment and part.depth == 0]
