"""A tree of what is searched for as the search program of IMAP (RFC 9051 §6.4.4)."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date, timedelta

from ..imap.commands import Payload
from ..message.query import (
    AgeKey,
    AllOf,
    AnyOf,
    AttachmentKey,
    DayKey,
    FilterKey,
    FolderKey,
    LabelKey,
    MessageState,
    NoneOf,
    SearchTree,
    SizeKey,
    StateKey,
    TextKey,
    all_of,
    any_of,
    leaves,
    none_of,
)

Argument = bytes | Payload
NOTHING = AnyOf(())
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAY = 86_400  # seconds
STATES = {
    MessageState.UNREAD: b"UNSEEN",
    MessageState.READ: b"SEEN",
    MessageState.FLAGGED: b"FLAGGED",
    MessageState.UNFLAGGED: b"UNFLAGGED",
    MessageState.ANSWERED: b"ANSWERED",
    MessageState.DRAFT: b"DRAFT",
}
EXACT = "X-LEMONADE-ATTACHMENTS"
"""Our keys for attachments (docs/attachments.md)."""

ATTACHMENT = b"OR HEADER Content-Type multipart/mixed HEADER Content-Disposition attachment"
"""Of other servers: the kind of message that most of them have, or that is one itself."""

_QUOTABLE = bytes(range(32, 127)).translate(None, b'"\\')


@dataclass(frozen=True, slots=True)
class Program:
    """Search keys, as arguments of a command. ``nothing``: no message can be found by them."""

    arguments: tuple[Argument, ...]
    charset: bytes
    nothing: bool = False

    @property
    def search(self) -> tuple[Argument, ...]:
        """As SEARCH takes it: the charset is named where it matters alone."""
        before = (b"CHARSET UTF-8",) if self.charset == b"UTF-8" else ()
        return (*before, *self.arguments)

    @property
    def sort(self) -> tuple[Argument, ...]:
        """As SORT takes it: the charset always stands first (RFC 5256 §3)."""
        return (self.charset, *self.arguments)

    @property
    def key(self) -> tuple[bytes, ...]:
        """Its octets: two programs that have the same are one."""
        return tuple(
            b"".join(each.pieces) if isinstance(each, Payload) else each for each in self.arguments
        )


def program(
    tree: SearchTree,
    abilities: Container[str],
    *,
    today: date,
    fuzzy: bool = False,
    before: tuple[Argument, ...] = (),
) -> Program:
    """The program of a tree without folders. ``abilities``: words of CAPABILITY.

    ``fuzzy``: texts are matched as RFC 6203 does. ``before``: keys that stand first.
    """
    if tree == NOTHING:
        return Program((b"ALL",), b"US-ASCII", nothing=True)
    writing = _Writing(abilities, today)
    keys = writing.conjunction(tree)
    if fuzzy:
        keys = [b"FUZZY", *writing.group(tree)]
    charset = b"UTF-8" if writing.beyond_ascii else b"US-ASCII"
    return Program((*before, *keys), charset)


@dataclass(slots=True)
class _Writing:
    abilities: Container[str]
    today: date
    beyond_ascii: bool = False

    def conjunction(self, tree: SearchTree) -> list[Argument]:
        """Keys that stand beside one another; all must be true."""
        if not isinstance(tree, AllOf):
            return self.one(tree)
        return [each for node in tree.nodes for each in self.one(node)] or [b"ALL"]

    def group(self, tree: SearchTree) -> list[Argument]:
        """One key, in parentheses where it is several."""
        if isinstance(tree, AllOf) and len(tree.nodes) != 1:
            return [b"(", *self.conjunction(tree), b")"]
        return self.conjunction(tree)

    def one(self, tree: SearchTree) -> list[Argument]:
        match tree:
            case AllOf():
                return self.group(tree)
            case AnyOf(nodes=(only,)):
                return self.group(only)
            case AnyOf():  # halves, so that a hundred of them are not nested a hundred deep
                middle = len(tree.nodes) // 2
                left, right = AnyOf(tree.nodes[:middle]), AnyOf(tree.nodes[middle:])
                return [b"OR", *self.group(left), *self.group(right)]
            case NoneOf():
                return [b"NOT", *self.group(tree.node)]
            case TextKey():
                return self.text(tree)
            case AttachmentKey():
                return [b"ATTACHED" if EXACT in self.abilities else ATTACHMENT]
            case StateKey():
                return [STATES[tree.state]]
            case FilterKey():
                return [b"FILTER " + tree.name.encode("ascii")]
            case LabelKey():
                return [b"KEYWORD " + tree.name.encode("ascii")]
            case SizeKey():
                return [b"%b %d" % (b"LARGER" if tree.larger else b"SMALLER", tree.octets)]
            case DayKey():
                return [(b"BEFORE " if tree.before else b"SINCE ") + imap_date(tree.day)]
            case AgeKey():
                return [self.age(tree)]
        raise AssertionError(tree)

    def text(self, key: TextKey) -> list[Argument]:
        value = self.string(key.text)
        match key.field:
            case "":
                return [b"TEXT", value]
            case "list":
                return [b"HEADER List-Id", value]
            case "filename" if EXACT in self.abilities:
                return [b"FILENAME", value]
            case "filename":  # names of attachments count as text of the message
                return [b"(", b"TEXT", value, ATTACHMENT, b")"]
        return [key.field.upper().encode("ascii"), value]

    def age(self, key: AgeKey) -> bytes:
        """By the second with WITHIN (RFC 5032), else by the day."""
        if "WITHIN" in self.abilities:
            return b"%b %d" % (b"OLDER" if key.older else b"YOUNGER", key.days * DAY)
        start = self.today - timedelta(days=key.days)
        return (b"BEFORE " if key.older else b"SINCE ") + imap_date(start)

    def string(self, text: str) -> Argument:
        """Quoted where it can be, else a literal of UTF-8."""
        data = text.encode("utf-8", "replace").replace(b"\0", b" ")
        self.beyond_ascii |= not data.isascii()
        if not data.translate(None, _QUOTABLE):
            return b'"' + data + b'"'
        return Payload(len(data), [data])


def imap_date(day: date) -> bytes:
    """``1-Feb-1994``, in English whatever the language of the process."""
    return f"{day.day}-{MONTHS[day.month - 1]}-{day.year:04d}".encode("ascii")


def in_folder(tree: SearchTree, is_it: Callable[[str], bool]) -> SearchTree:
    """What is left of a tree where it is known which folders a message is in.

    NOTHING when no message of this folder can be found.
    """
    return _answer_folders(tree, lambda name, _: is_it(name))


def without_folders(tree: SearchTree) -> SearchTree:
    """What a tree asks for in any folder: where it names one, that is as it wants it."""
    return _answer_folders(tree, lambda _, is_wanted: is_wanted)


def _answer_folders(
    tree: SearchTree, answer: Callable[[str, bool], bool], is_wanted: bool = True
) -> SearchTree:
    """The tree with an answer for each folder that it names, wanted or to be left out."""
    match tree:
        case FolderKey():
            return AllOf() if answer(tree.name, is_wanted) else NOTHING
        case NoneOf():
            inner = _answer_folders(tree.node, answer, not is_wanted)
            if inner == NOTHING:
                return AllOf()
            return NOTHING if inner == AllOf() else none_of(inner)
        case AllOf():
            nodes = [_answer_folders(node, answer, is_wanted) for node in tree.nodes]
            return NOTHING if NOTHING in nodes else all_of(nodes)
        case AnyOf():
            nodes = [_answer_folders(node, answer, is_wanted) for node in tree.nodes]
            if AllOf() in nodes:
                return AllOf()
            return any_of([node for node in nodes if node != NOTHING])
    return tree


def has_text(tree: SearchTree) -> bool:
    """Whether it looks for words, so that messages match more or less well."""
    return any(isinstance(leaf, TextKey) and is_wanted for leaf, is_wanted in leaves(tree))
