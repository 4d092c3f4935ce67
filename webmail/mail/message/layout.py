"""Which parts of a message are its readable body, and in which order; what hangs on it.

RFC 2046 §5.1.3 (mixed: in order), §5.1.4 (alternative: the last that can be shown, all of it),
RFC 2387 (related), RFC 2183 (inline and attachment).
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field

from .parts import MessagePart
from .structure import Node, leaves

TEXTS = frozenset({"text/plain", "text/html"})
_DATA = frozenset(
    {"calendar", "css", "csv", "directory", "javascript", "rtf", "vcard", "x-vcard", "xml"}
)
"""Subtypes of text that programs read, not people."""
MOST_TEXT = 512 * 1024  # octets of one body part that are shown
MOST_HTML = 2 * 1024 * 1024
SIGNATURES = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)


@dataclass(slots=True)
class Body:
    """The readable leaves, top to bottom, for somebody who reads plain text, and for HTML.

    ``html`` also holds the pictures that stand between the texts.
    """

    plain: list[MessagePart] = field(default_factory=list)
    html: list[MessagePart] = field(default_factory=list)

    @property
    def has_html(self) -> bool:
        """Whether there is anything that plain text does not show."""
        return any(part.type == "text/html" for part in self.html)

    def texts(self) -> list[MessagePart]:
        """Every text that is needed for both, once."""
        shown = (*self.plain, *(part for part in self.html if part.type in TEXTS))
        return list({part.section: part for part in shown}.values())

    def beginning(self, most: int) -> Body:
        """As much as has no more texts than ``most``, for each reader; itself if that is all."""
        if len(self.texts()) <= most:
            return self
        return Body(_beginning(self.plain, most), _beginning(self.html, most))


def _beginning(parts: list[MessagePart], most: int) -> list[MessagePart]:
    texts = [at for at, part in enumerate(parts) if part.type in TEXTS]
    return parts[: texts[most]] if len(texts) > most else parts


def most_of(part: MessagePart) -> int:
    """How many octets of a text are shown."""
    return MOST_HTML if part.type == "text/html" else MOST_TEXT


def body(root: Node) -> Body:
    """The readable body. Marks the leaves that are attachments as such.

    A message that has no words of its own shows a text of another kind, a patch for instance
    (RFC 2046 §4.1.4), or those of the first message inside it.
    """
    found = _view(root, related=False, begun=False)
    if not found.plain and not found.html:
        if other := next(filter(_is_other_text, leaves(root)), None):
            return Body([other])
        for inner in _embedded_messages(root):
            shown = _view(inner, related=False, begun=False)
            if shown.plain or shown.html:
                return shown
    return found


def _is_other_text(part: MessagePart) -> bool:
    kind, _, subtype = part.type.partition("/")
    is_own = kind == "text" and part.depth == 0 and part.disposition != "attachment"
    return is_own and part.type not in TEXTS and subtype not in _DATA


def _embedded_messages(node: Node) -> Iterable[Node]:
    """Embedded messages in order, the outer ones first."""
    if node.part is not None:
        yield from node.children
    for child in node.children:
        yield from _embedded_messages(child)


def _view(node: Node, *, related: bool, begun: bool) -> Body:
    """``begun``: some text stands before it."""
    if node.part is not None:
        return _leaf(node.part, related=related, begun=begun)
    if node.subtype == "alternative":
        return _choose_branch(
            [_view(_mark_as_form(x), related=related, begun=begun) for x in node.children]
        )
    whole = Body()
    for child in node.children:
        inner = _view(
            child,
            related=related or node.subtype == "related",
            begun=begun or bool(whole.plain or whole.html),
        )
        whole.plain += inner.plain
        whole.html += inner.html
    return whole


def _mark_as_form(node: Node) -> Node:
    """A text that is one of several forms is no file, even if it bears a name."""
    part = node.part
    if part is not None and part.type in TEXTS and part.disposition != "attachment":
        part.form = True
    return node


def _choose_branch(branches: list[Body]) -> Body:
    """The last branch with HTML, whole; for plain text the first that needs no HTML."""
    readable = [branch for branch in branches if branch.plain or branch.html]
    if not readable:
        return Body()
    rich = next((branch for branch in reversed(readable) if branch.has_html), readable[0])
    plain = [branch for branch in readable if branch.plain and not branch.has_html]
    return Body((plain[0] if plain else rich).plain, rich.html)


def _leaf(part: MessagePart, *, related: bool, begun: bool) -> Body:
    """Where a leaf belongs. A file that is shown because it is all there is can be saved, too."""
    readable = part.type in TEXTS and part.disposition != "attachment"
    if readable and (part.form or not part.filename or not begun):
        part.attachment = bool(part.filename) and not part.form
        return Body([part], [part])
    hidden = part.is_picture and bool(part.cid) and (related or part.disposition == "inline")
    part.attachment = part.type not in SIGNATURES and not hidden
    in_place = part.is_picture and part.disposition == "inline" and not related
    return Body([], [part]) if in_place else Body()


def list_unused_pictures(root: Node, used: Set[str]) -> None:
    """A picture that belongs into the HTML, and that it does not show, is an attachment like any
    other: nobody would find it else. ``used``: see ``content_ids.find_content_ids``.
    """
    for part in leaves(root):
        if part.is_picture and not part.attachment:
            part.attachment = part.cid not in used


def attachments(root: Node) -> list[MessagePart]:
    """What hangs on the message itself, after ``body`` has marked it."""
    return [part for part in leaves(root) if part.attachment and part.depth == 0]
