"""A body in HTML, as mail programs make it: alone, beside a plain text, with its pictures."""

from __future__ import annotations

from .parts import MessagePart, RichBody
from .structure import Node


def rich_body(node: Node) -> RichBody | None:
    """The body that a part is, once ``layout.body`` has judged it; None when it is another kind."""
    plain: MessagePart | None = None
    pictures: list[MessagePart] = []
    while node.subtype in ("alternative", "related") and node.children:
        if node.subtype == "alternative":
            *others, node = node.children
            if not all(_is_text(each, "text/plain") for each in others):
                return None
            plain = plain or (others[0].part if others else None)
        else:
            node, *shown = node.children
            found = [each.part for each in shown if each.part is not None and each.part.is_picture]
            if len(found) < len(shown):
                return None
            pictures += found
    if not _is_text(node, "text/html") or node.part is None:
        return None
    return RichBody(node.part, plain, pictures)


def _is_text(node: Node, kind: str) -> bool:
    part = node.part
    return (
        part is not None
        and part.type == kind
        and part.disposition != "attachment"
        and not part.filename
    )
