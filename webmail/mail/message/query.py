"""What a person searches for, as a tree: read from words, written as words, sent as a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

FIELDS = ("from", "to", "cc", "bcc", "subject", "body", "filename", "list")
"""Where a text can be looked for; "" is anywhere in the message."""


class MessageState(Enum):
    """What a message can be; the value is the word behind ``is:``."""

    UNREAD = "unread"
    READ = "read"
    FLAGGED = "flagged"
    UNFLAGGED = "unflagged"
    ANSWERED = "answered"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class TextKey:
    """A word or phrase that stands in a field."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class StateKey:
    """Messages that are read, flagged, and so on."""

    state: MessageState


@dataclass(frozen=True, slots=True)
class AttachmentKey:
    """Messages with an attachment."""


@dataclass(frozen=True, slots=True)
class FolderKey:
    """Messages of a folder; ``name`` is what a person calls it, "anywhere" means every one."""

    name: str


@dataclass(frozen=True, slots=True)
class FilterKey:
    """Messages that a saved search finds, by the name that the server has for it (RFC 5466)."""

    name: str


@dataclass(frozen=True, slots=True)
class LabelKey:
    """Messages with a keyword (RFC 9051 §2.3.2)."""

    name: str


@dataclass(frozen=True, slots=True)
class SizeKey:
    """Messages larger, or smaller, than so many octets."""

    larger: bool
    octets: int


@dataclass(frozen=True, slots=True)
class DayKey:
    """Messages that came before a day, or on it or after it."""

    before: bool
    day: date


@dataclass(frozen=True, slots=True)
class AgeKey:
    """Messages that came longer ago, or less long ago, than so many days."""

    older: bool
    days: int


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Messages that ``node`` does not find."""

    node: SearchTree


@dataclass(frozen=True, slots=True)
class AllOf:
    """Messages that all nodes find: of no node, every message."""

    nodes: tuple[SearchTree, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Messages that any of the nodes finds."""

    nodes: tuple[SearchTree, ...]


SearchTree = (
    AllOf
    | AnyOf
    | NoneOf
    | TextKey
    | StateKey
    | AttachmentKey
    | FolderKey
    | FilterKey
    | LabelKey
    | SizeKey
    | DayKey
    | AgeKey
)

EVERYTHING = AllOf()


def all_of(nodes: Sequence[SearchTree]) -> SearchTree:
    """What all nodes find; a conjunction inside another one is none of its own."""
    flat: list[SearchTree] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, AllOf) else (node,)
    return flat[0] if len(flat) == 1 else AllOf(tuple(flat))


def any_of(nodes: Sequence[SearchTree]) -> SearchTree:
    """What any of the nodes finds, flat as ``all_of``."""
    flat: list[SearchTree] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, AnyOf) else (node,)
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


def none_of(node: SearchTree) -> SearchTree:
    """What ``node`` does not find; twice not is yes."""
    return node.node if isinstance(node, NoneOf) else NoneOf(node)


def leaves(tree: SearchTree, is_wanted: bool = True) -> Iterator[tuple[SearchTree, bool]]:
    """Each key, and whether messages with it are wanted rather than left out."""
    match tree:
        case NoneOf():
            yield from leaves(tree.node, not is_wanted)
        case AllOf() | AnyOf():
            for node in tree.nodes:
                yield from leaves(node, is_wanted)
        case _:
            yield tree, is_wanted


def words_to_mark(tree: SearchTree) -> dict[str, list[str]]:
    """The texts that were looked for, by field, as they are to be marked where they stand."""
    found: dict[str, list[str]] = {}
    for leaf, is_wanted in leaves(tree):
        if isinstance(leaf, TextKey) and is_wanted and leaf.text not in found.get(leaf.field, ()):
            found.setdefault(leaf.field, []).append(leaf.text)
    return found
