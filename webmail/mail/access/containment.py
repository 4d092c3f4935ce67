"""What the parts of one message hold, fetched when it is needed: see ``containers``."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_lazy

from ..imap.client import LemonadeClient
from ..message import containers
from ..message.bodies import undo
from ..message.containers import MARK, Contents
from ..message.errors import NotFound
from ..message.layout import Body, body, most_of
from ..message.parts import MessagePart
from ..message.signatures import Signature
from ..message.structure import Node, leaves
from .fetching import CHUNK, piece

MOST_OPENED = 5  # parts of one message that are opened to show it
MOST_LEVELS = 5
MOST_CHECKED = 4 * 1024 * 1024  # octets that a detached signature is of
MISSING = gettext_lazy("This part is not in the message.")
_SIGNED = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})


class Containment:
    """One message. Nothing is fetched twice."""

    def __init__(self, imap: LemonadeClient, folder: str, uid: int, root: Node) -> None:
        self._client = imap
        self._folder = folder
        self._uid = uid
        self._validity = imap.selected.uidvalidity if imap.selected else 0
        self._leaves = {leaf.section: leaf for leaf in leaves(root)}
        self._opened: dict[str, Contents | None] = {}

    def part(self, section: str) -> tuple[MessagePart, bytes]:
        """A part and its octets, decoded. Raises NotFound, too for one that is too large."""
        info = self._info(section)
        raw = self._raw(section)
        return info, b"".join(undo([raw], info.encoding))

    def contents(self, section: str) -> Contents | None:
        """What a part holds; None for nothing, or too much. Raises NotFound."""
        if section not in self._opened:
            info = self._info(section)
            can = containers.container_kind(info) and section.count(MARK) < MOST_LEVELS
            self._opened[section] = containers.open_container(*self.part(section)) if can else None
        return self._opened[section]

    def bodies(self, found: Body) -> dict[str, bytes]:
        """The octets of the texts that are inside other parts."""
        return {
            part.section: self._raw(part.section)[: most_of(part)]
            for part in found.texts()
            if MARK in part.section
        }

    def splice(self, root: Node) -> Signature | None:
        """Put what its parts hold into the tree of a message; the state of its signature."""
        state = self._detached(root)
        left = MOST_OPENED
        has_words = bool(body(root).plain)
        for node in _holders(root):
            assert node.part is not None  # or it would hold nothing
            held = self.contents(node.part.section)
            left -= 1
            if held is not None:
                state = state or held.signature
                _replace(node, held, has_words)
            if not left:
                break
        shown = body(root)
        if not shown.plain and not shown.html and left:
            self._open_first_message(root)
        return state

    def _open_first_message(self, root: Node) -> None:
        """One in a transfer encoding, which a mail server can't look into (RFC 2046 §5.2.1)."""
        for node in _nodes(root):
            if node.part is not None and node.part.type == "message/rfc822" and not node.children:
                held = self.contents(node.part.section)
                if held is not None and held.node is not None:
                    for leaf in leaves(held.node):
                        leaf.depth += node.part.depth + 1
                    node.children = [held.node]
                return

    def _detached(self, root: Node) -> Signature | None:
        """Of a multipart/signed (RFC 1847 §2.1) whose signature is S/MIME."""
        if root.part is not None or root.subtype != "signed" or len(root.children) != 2:
            return None
        mark = root.children[1].part
        if mark is None or mark.type not in _SIGNED:
            return None
        outer, last, number = mark.section.rpartition(MARK)
        first = f"{outer}{last}{number[: number.rfind('.') + 1]}1"
        signed = self._fetched(f"{first}.MIME", MOST_CHECKED) + self._fetched(first, MOST_CHECKED)
        if len(signed) > MOST_CHECKED or mark.size > MOST_CHECKED:
            return Signature("unknown")
        return containers.detached_signature(signed, self.part(mark.section)[1])

    def _info(self, section: str) -> MessagePart:
        outer, mark, _ = section.rpartition(MARK)
        if not mark:
            found = self._leaves.get(section)
        else:
            held = self.contents(outer)
            inner = leaves(held.node) if held is not None and held.node is not None else ()
            found = next((leaf for leaf in inner if leaf.section == section), None)
        if found is None:
            raise NotFound(MISSING)
        return found

    def _raw(self, section: str) -> bytes:
        """Octets as they are encoded."""
        if self._info(section).size > containers.MOST:
            raise NotFound(
                gettext("This part is too large to be opened here. Save the message instead.")
            )
        return self._fetched(section)

    def _fetched(self, section: str, most: int = containers.MOST) -> bytes:
        """At most a little more than that many octets."""
        outer, mark, inner = section.rpartition(MARK)
        if mark:
            held = self.contents(outer)
            return held.octets(inner) if held is not None else b""
        out: list[bytes] = []
        for offset in range(0, most + 1, CHUNK):
            data = piece(
                self._client,
                self._folder,
                self._validity,
                self._uid,
                section.encode("ascii", "replace"),
                offset,
                CHUNK,
            )
            out.append(data)
            if len(data) < CHUNK:
                break
        return b"".join(out)


def _nodes(node: Node) -> list[Node]:
    """All of a message, but not those of messages inside it."""
    if node.part is not None:
        return [node]
    return [inner for child in node.children for inner in _nodes(child)]


def _holders(root: Node) -> list[Node]:
    kinds = ("tnef", "cms")
    return [
        node for node in _nodes(root) if node.part and containers.container_kind(node.part) in kinds
    ]


def _replace(node: Node, held: Contents, has_words: bool) -> None:
    """In place of the part what it holds; a part that holds nothing to show stays.

    A winmail.dat repeats the words that the message has already.
    """
    if held.node is None:
        return
    repeats = has_words and node.part is not None and containers.container_kind(node.part) == "tnef"
    kept = [
        child
        for child in held.node.children
        if not repeats or child.part is None or child.part.attachment or child.part.cid
    ]
    if kept or not held.node.children:
        node.part, node.subtype, node.children = held.node.part, held.node.subtype, kept
