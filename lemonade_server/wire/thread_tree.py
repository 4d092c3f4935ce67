"""Messages as threads: ORDEREDSUBJECT and REFERENCES of RFC 5256 §3, and REFS.

REFS (draft-ietf-morg-inthread-01) is REFERENCES without the gathering by subject, its threads in
the order of their newest message. Nothing here recurses, and the work is linear in the number of
references: who chooses them can't choose how long it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

STEPS_PER_LINK = 64
"""Steps towards a root that may be spent, for each link, on looking for loops. Real mail takes
less than one; when crafted references have used them up, links in doubt are not made."""


@dataclass(slots=True, eq=False)
class ThreadNode:
    """A message, or a dummy (``number`` 0) for one that is only referred to.

    ``sent`` and ``arrived`` in seconds UTC; ``subject`` is the base subject, folded; ``reply`` that
    the subject was longer than it (RFC 5256 §3: a reply or forward).
    """

    number: int = 0
    sent: int = 0
    arrived: int = 0
    subject: str = ""
    reply: bool = False
    parent: ThreadNode | None = None
    used: bool = False
    children: list[ThreadNode] = field(default_factory=list)


def _by_date(node: ThreadNode) -> tuple[int, int]:
    """Siblings are sorted by sent date, equals by number; a dummy by its first child."""
    shown = node if node.number else node.children[0]
    return shown.sent, shown.number


class Links:
    """Steps 1 to 3 of REFERENCES: who answers whom. Messages are added in mailbox order."""

    def __init__(self) -> None:
        self._ids: dict[str, ThreadNode] = {}
        self._nodes: list[ThreadNode] = []
        self._steps = 0

    def add(self, message: ThreadNode, message_id: str, references: Iterable[str]) -> None:
        """Place one message. An identifier that is taken, or none, makes it one of its own."""
        node = self._ids.get(message_id) if message_id else None
        if node is None or node.number:
            if node is None and message_id:
                self._ids[message_id] = message
            node = message
            self._nodes.append(node)
        else:  # a dummy becomes the message
            node.number, node.sent, node.arrived = message.number, message.sent, message.arrived
            node.subject, node.reply = message.subject, message.reply
        before: ThreadNode | None = None
        for reference in references:
            this = self._ids.get(reference)
            if this is None:
                this = self._ids[reference] = ThreadNode()
                self._nodes.append(this)
            if before is not None and this.parent is None:
                self._link(before, this)
            before = this
        if node.parent is not before or before is None:
            node.parent = None
            if before is not None:
                self._link(before, node)

    def _link(self, parent: ThreadNode, child: ThreadNode) -> None:
        """Link them unless that makes a loop."""
        self._steps += STEPS_PER_LINK
        if parent is child:
            return
        if child.used:  # something is below it: is the parent?
            above = parent.parent
            while above is not None and above is not child and self._steps:
                self._steps -= 1
                above = above.parent
            if above is not None:
                return
        child.parent = parent
        parent.used = True

    def roots(self) -> list[ThreadNode]:
        """The threads, without dummies that are not needed: those left have several children.

        May be called once.
        """
        tops: list[ThreadNode] = []
        for node in self._nodes:
            if node.parent is None:
                tops.append(node)
            else:
                node.parent.children.append(node)
        return [kept for top in tops for kept in _prune(top)]


def _prune(top: ThreadNode) -> list[ThreadNode]:
    """A thread whose dummies are gone: their children go to the nearest message above."""
    if top.number and not top.children:
        return [top]
    kept: list[ThreadNode] = []  # children of a dummy at the top
    waiting = [(top, top)]
    while waiting:
        node, above = waiting.pop()
        children, node.children = node.children, []
        if node is not top and node.number:
            (above.children if above.number else kept).append(node)
            above = node
        waiting += [(child, above) for child in children]
    if top.number:
        return [top]
    if len(kept) > 1:
        top.children = kept
        return [top]
    return kept


def references(links: Links) -> list[ThreadNode]:
    """Threads by References and then by subject, in the order of their first message."""
    roots = links.roots()
    for root in roots:
        if not root.number:
            root.children.sort(key=_by_date)
    roots = _gather(sorted(roots, key=_by_date))
    _sort_all(roots)
    return sorted(roots, key=_by_date)


def refs(links: Links) -> list[ThreadNode]:
    """Threads by References, the one with the newest arrival last."""
    roots = links.roots()
    _sort_all(roots)
    newest = {id(root): max((n.arrived, n.number) for n in _within([root])) for root in roots}
    return sorted(roots, key=lambda root: newest[id(root)])


def ordered_subject(messages: Iterable[ThreadNode]) -> list[ThreadNode]:
    """Messages of one base subject are a thread: the first one with all others below it."""
    threads: dict[str, ThreadNode] = {}
    for message in sorted(messages, key=_by_date):
        first = threads.setdefault(message.subject, message)
        if first is not message:
            first.children.append(message)
    return sorted(threads.values(), key=_by_date)


def _within(roots: Sequence[ThreadNode]) -> Iterator[ThreadNode]:
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        waiting += node.children
        if node.number:
            yield node


def _sort_all(roots: Sequence[ThreadNode]) -> None:
    """Sort the children of all; only at the top there are dummies, so no order is needed."""
    for node in _within(roots):
        if len(node.children) > 1:
            node.children.sort(key=_by_date)
    for root in roots:
        if not root.number:
            root.children.sort(key=_by_date)


def _gather(roots: list[ThreadNode]) -> list[ThreadNode]:
    """Step 5: threads of one subject become one. ``roots`` are sorted."""
    subjects = [(root.children[0] if not root.number else root).subject for root in roots]
    table: dict[str, ThreadNode] = {}
    for root, subject in zip(roots, subjects, strict=True):
        known = table.setdefault(subject, root)
        if known.number and (not root.number or (known.reply and not root.reply)):
            table[subject] = root
    kept: dict[ThreadNode, None] = {}
    for root, subject in zip(roots, subjects, strict=True):
        known = table[subject]
        if not subject or known is root:
            kept[root] = None
        elif not known.number:
            known.children += [root] if root.number else root.children
        elif root.reply and not known.reply:
            known.children.append(root)
        else:
            both = ThreadNode(children=[known, root])
            table[subject] = both
            del kept[known]
            kept[both] = None
    return list(kept)


def render(roots: Sequence[ThreadNode]) -> bytes:
    """thread-list of all: ``(2)(3 6 (4 23)(44 7 96))`` (RFC 5256 §4)."""
    out: list[bytes] = []
    waiting: list[ThreadNode | None] = list(reversed(roots))  # None closes a list
    while waiting:
        node = waiting.pop()
        if node is None:
            out.append(b")")
            continue
        out.append(b"(")
        waiting.append(None)
        while node.number:
            out.append(b"%d" % node.number)
            if node.children:
                out.append(b" ")
            if len(node.children) != 1:
                break
            node = node.children[0]
        waiting += reversed(node.children)
    return b"".join(out)
