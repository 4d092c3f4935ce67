"""What a SEARCH looks for, as a tree (RFC 3501 §6.4.4).

Message numbers and \\Recent are known to a session only: it turns them into UIDs. Text is folded by
i;unicode-casemap before (RFC 5255 §4.6), so that comparing is comparing octets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import UnionType

from lemonade_server.wire.annotations import EntryPattern


@dataclass(slots=True)
class All:
    """Every message."""


@dataclass(slots=True)
class Not:
    """Every message that ``node`` does not find."""

    node: Node


@dataclass(slots=True)
class And:
    """What all of ``nodes`` find; every message when there is none."""

    nodes: list[Node]


@dataclass(slots=True)
class Or:
    """What one of ``nodes`` finds; nothing when there is none."""

    nodes: list[Node]


@dataclass(slots=True)
class Flag:
    """A system flag (bit of ``store/flags.py``) that is set, or is not."""

    bit: int
    is_set: bool = True


@dataclass(slots=True)
class Keyword:
    """A keyword in any case that is set, or is not."""

    word: str
    is_set: bool = True


@dataclass(slots=True)
class Uids:
    """UIDs in ascending ranges, bounds included."""

    ranges: list[tuple[int, int]]


@dataclass(slots=True)
class LiveUids:
    """As ``Uids``, asked for anew by each search: \\Recent, or a set with ``*``.

    ``starred``: a message can join or leave because another one came or went.
    """

    ranges: Callable[[], list[tuple[int, int]]]
    starred: bool = False


@dataclass(slots=True)
class Size:
    """Strictly larger, or smaller, than so many octets."""

    larger: bool
    octets: int


@dataclass(slots=True)
class Day:
    """The day of INTERNALDATE in its own zone, or with ``sent`` of the Date field as written.

    ``how`` is "before", "on" or "since"; ``day`` a proleptic ordinal (``date.toordinal``). A
    message without Date field is found by no ``sent`` key.
    """

    how: str
    day: int
    sent: bool = False


@dataclass(slots=True)
class SavedDay:
    """The day, in UTC, on which a message came into this mailbox; ``how`` as in ``Day``."""

    how: str
    day: int


@dataclass(slots=True)
class Age:
    """INTERNALDATE so many seconds before the search, or later; with ``older`` then or before."""

    seconds: int
    older: bool = False


@dataclass(slots=True)
class SameContent:
    """Messages of exactly this content."""

    content: int


@dataclass(slots=True)
class SameThread:
    """Messages of a thread, by its name (``wire.threading.thread_name``)."""

    name: str


@dataclass(slots=True)
class TextSearch:
    """``value`` (folded) in a field: "subject", "from", "to", "cc", "bcc", "body" or "text"."""

    field: str
    value: str


@dataclass(slots=True)
class FuzzyText:
    """As ``TextSearch``, but its words in any order and about as they are (RFC 6203)."""

    field: str
    value: str


@dataclass(slots=True)
class Header:
    """A header field (lower case) that holds ``value`` (folded); with "", that is there at all."""

    name: str
    value: str


@dataclass(slots=True)
class HasAttachment:
    """Messages on which anything hangs (``wire.part_table.has_attachment``)."""


@dataclass(slots=True)
class AttachmentName:
    """``value`` (folded) in the file name of something attached; with "", that has any name."""

    value: str


@dataclass(slots=True)
class ChangedSince:
    """A mod-sequence of ``modseq`` or more (RFC 7162 §3.1.5)."""

    modseq: int


@dataclass(slots=True)
class WithAnnotation:
    """An annotation whose name matches and that holds ``value`` (folded) for one of ``accounts``
    (0 are all); with "", that is there at all (RFC 5257 §4.8).
    """

    pattern: EntryPattern
    accounts: tuple[int, ...]
    value: str


def fuzzily(node: Node) -> Node:
    """The same with all texts matched fuzzily; other keys are matched as they are."""
    match node:
        case TextSearch():
            return FuzzyText(node.field, node.value)
        case Not():
            return Not(fuzzily(node.node))
        case And():
            return And([fuzzily(inner) for inner in node.nodes])
        case Or():
            return Or([fuzzily(inner) for inner in node.nodes])
    return node


def without_needless(node: Node) -> Node:
    """The same, said more simply: no AND or OR of one node, no ALL beside others, no NOT of a
    flag.
    """
    match node:
        case Not(node=Flag() as flag):
            return Flag(flag.bit, not flag.is_set)
        case And():
            needed = [inner for inner in map(without_needless, node.nodes) if inner != All()]
            return And(needed) if len(needed) > 1 else needed[0] if needed else All()
        case Or(nodes=[only]):
            return without_needless(only)
    return node


def contains(node: Node, kinds: type | UnionType) -> bool:
    """Whether a key of these kinds is anywhere in it."""
    match node:
        case Not():
            return contains(node.node, kinds)
        case And() | Or():
            return any(contains(inner, kinds) for inner in node.nodes)
    return isinstance(node, kinds)


def reads_text(node: Node) -> bool:
    """Whether texts must be read to find it, which takes long where there is much mail."""
    return contains(
        node, TextSearch | FuzzyText | Header | AttachmentName | SameThread | WithAnnotation
    )


def follows_flags(node: Node) -> bool:
    """Whether a message can join or leave the result when its flags or annotations change."""
    return contains(node, Flag | Keyword | ChangedSince | WithAnnotation)


def follows_clock(node: Node) -> bool:
    """Whether a message can join or leave the result as time goes by."""
    return contains(node, Age)


def follows_others(node: Node) -> bool:
    """Whether a message can join or leave the result when another one comes or goes."""
    match node:
        case Not():
            return follows_others(node.node)
        case And() | Or():
            return any(map(follows_others, node.nodes))
        case LiveUids():
            return node.starred
    return False


Dated = Day | SavedDay | Age
Node = (
    All | Not | And | Or | Flag | Keyword | Uids | LiveUids | Size
    | Dated | SameContent | SameThread | TextSearch | FuzzyText | Header
    | HasAttachment | AttachmentName | ChangedSince | WithAnnotation
)  # fmt: skip
