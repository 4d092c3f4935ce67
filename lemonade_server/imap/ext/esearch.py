"""ESEARCH: what a search returns (RFC 4731)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import MailboxId, Uid
from lemonade_server.store.search_tree import Node
from lemonade_server.store.sort_order import Key
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.partial import PartialRange
from lemonade_server.wire.syntax import quoted_string

ESEARCH = capability(Capability(b"ESEARCH", 4731, states.LOGGED_IN))


@dataclass(slots=True)
class Matches:
    """A result in its order: UIDs, and the numbers that the client asked for (UIDs or messages).

    ``scores`` tell by UID how well messages match, from 1 to 100 (RFC 6203 §4). The order is that
    of the mailbox, or what SORT made of it (RFC 5267 §3.1). Where no more was looked for than is
    asked for, ``parts`` are what was found, and ``count`` is how much there is.
    """

    uids: list[Uid]
    numbers: Sequence[int]
    scores: Mapping[int, int] = field(default_factory=dict)
    parts: Mapping[PartialRange, Matches] = field(default_factory=dict)
    count: int = -1

    def __post_init__(self) -> None:
        if self.count < 0:
            self.count = len(self.uids)

    def part(self, wanted: PartialRange) -> Matches:
        """The matches at some positions."""
        if wanted in self.parts:
            return self.parts[wanted]
        uids = list(wanted.cut(self.uids))
        return Matches(uids, wanted.cut(self.numbers), self.scores)


@dataclass(frozen=True, slots=True)
class Result:
    """What a search has found, and how to find it again. ``keys`` is None for SEARCH.

    ``where`` names the mailbox where that has to be told (RFC 7377 §2.1).
    """

    node: Node
    keys: Sequence[Key] | None
    uids: Sequence[Uid]
    by_uid: bool
    where: bytes = b""


Choose = Callable[
    [Session, Tx, MailboxId, Node, Sequence[Key], int, "dict[int, int] | None"], Sequence[Uid]
]
"""What is left of what a node finds up to a UID, sorted by keys (none: by UID), with scores."""


@dataclass(frozen=True, slots=True)
class Option:
    """A return option: what it says of a result, and which UIDs that tells about.

    ``tells`` is None for one that asks for something else. ``part`` is all that it needs of the
    result, or it ``counts`` only. ``keep_up`` keeps the result up;
    ``check`` raises Bad when it can't, before the search, ``refuse`` tells so behind it.
    ``choose`` finds what is left of the result. ``save`` is given the UIDs that it tells of, none
    if the search failed, and says nothing of them.
    """

    show: Callable[[Matches], bytes]
    tells: Callable[[Matches], Sequence[Uid]] | None = None
    part: PartialRange | None = None
    counts: bool = False
    check: Callable[[Session], None] | None = None
    keep_up: Callable[[Session, View, Result], None] | None = None
    refuse: Callable[[Session], None] | None = None
    choose: Choose | None = None
    save: Callable[[View, Sequence[Uid]], None] | None = None


Options = dict[bytes, Option]


def check_options(session: Session, options: Options | None) -> None:
    """Raises Bad when an option can't be answered in this session, as it is now."""
    for option in (options or {}).values():
        if option.check is not None:
            option.check(session)


def keep_up(session: Session, view: View, options: Options, result: Result) -> None:
    """Keep a result up, if that is asked for. One of which a part was chosen can't be."""
    chosen = choice(options) is not None
    for option in options.values():
        if option.keep_up is None:
            continue
        if not chosen:
            option.keep_up(session, view, result)
        elif option.refuse is not None:
            option.refuse(session)


def save_uids(view: View, options: Options | None, uids: Sequence[Uid]) -> None:
    """Save what a search tells of, or nothing because it failed, if that is asked for."""
    for option in (options or {}).values():
        if option.save is not None:
            option.save(view, uids)


def wants_saving(options: Options) -> bool:
    """Whether it is asked for that the UIDs be saved."""
    return any(option.save is not None for option in options.values())


def is_silent(options: Options) -> bool:
    """Whether nothing else is asked for: then nothing is said."""
    return all(option.save is not None for option in options.values())


def choice(options: Options | None) -> Choose | None:
    """How something is chosen of the result, if that is asked for."""
    chosen = (option.choose for option in (options or {}).values())
    return next(filter(None, chosen), None)


@dataclass(frozen=True, slots=True)
class PartsNeeded:
    """What has to be found for some options: parts of the result, maybe how much there is."""

    parts: Sequence[PartialRange]
    counts: bool


def parts_needed(options: Options | None, *, modseq: bool) -> PartsNeeded | None:
    """What is enough for these options; None when it is the whole result.

    ``modseq``: the mod-sequence of all that is told about is told, too.
    """
    if options is None or wants_updates(options):
        return None
    telling = [option for option in options.values() if option.show is not nothing]
    counts = any(option.counts for option in telling)
    if not telling or not all(option.counts or option.part is not None for option in telling):
        return None
    if counts and (modseq or wants_saving(options)):  # it tells about all that is found
        return None
    return PartsNeeded([option.part for option in telling if option.part is not None], counts)


def wants_updates(options: Options) -> bool:
    """Whether it is asked for that the result be kept up."""
    return any(option.keep_up is not None for option in options.values())


def nothing(_: Matches) -> bytes:
    """What an option shows that says nothing of the result."""
    return b""


FIRST = PartialRange(1, 1, backwards=False)
LAST = PartialRange(1, 1, backwards=True)


def _end(name: bytes, part: PartialRange) -> Option:
    """The first match, or the last one."""

    def show(found: Matches) -> bytes:
        numbers = found.part(part).numbers
        return b"%b %d" % (name, numbers[0]) if numbers else b""

    return Option(show, lambda found: found.part(part).uids, part)


def _count(found: Matches) -> bytes:
    return b"COUNT %d" % found.count


def _all(found: Matches) -> bytes:
    """Numbers that do not ascend one by one are written apart (RFC 5267 §3.2)."""
    return b"ALL " + numset.from_sorted(found.numbers) if found.numbers else b""


RETURN_OPTIONS: dict[bytes, Callable[[Cursor], Option]] = {}


def return_option(name: bytes, parse: Callable[[Cursor], Option]) -> None:
    """Register an option: ``parse`` is called with the cursor behind its name."""
    RETURN_OPTIONS[name] = parse


def _plain(name: bytes, option: Option) -> None:
    return_option(name, lambda _: option)


_plain(b"MIN", _end(b"MIN", FIRST))
_plain(b"MAX", _end(b"MAX", LAST))
_plain(b"COUNT", Option(_count, lambda found: found.uids, counts=True))
_plain(b"ALL", Option(_all, lambda found: found.uids))


def return_options(cursor: Cursor) -> Options | None:
    """``RETURN (…)`` if it stands here: the options in order, ALL for none. Raises Bad."""
    if not cursor.word(b"RETURN"):
        return None
    options: Options = {}

    def option(cursor: Cursor) -> None:
        name = cursor.keyword()
        if name not in RETURN_OPTIONS:
            cursor.fail(b", ".join(RETURN_OPTIONS).decode("ascii"))
        if name == b"PARTIAL" and name in options:
            raise Bad("PARTIAL can be given once")
        options[name] = RETURN_OPTIONS[name](cursor)

    cursor.sp().parse_list(option)
    if b"PARTIAL" in options and b"ALL" in options:
        raise Bad("PARTIAL and ALL exclude each other")
    return options or all_of_it()


def all_of_it() -> Options:
    """What ``RETURN ()`` means."""
    return {b"ALL": RETURN_OPTIONS[b"ALL"](Cursor(b""))}


def esearch_line(
    tag: bytes, by_uid: bool, options: Options, found: Matches, modseq: int, where: bytes = b""
) -> bytes:
    """The ESEARCH response. It is sent even when nothing is found (RFC 4731 §3.1).

    ``where`` tells the mailbox, with a blank before it (RFC 7377 §2.1).
    """
    words = [b"* ESEARCH (TAG %b%b)" % (quoted_string(tag), where)]
    if by_uid:
        words.append(b"UID")
    part = options.get(b"PARTIAL")
    shown = found
    if part is not None and part.tells is not None:
        shown = Matches(list(part.tells(found)), [], found.scores)
    for name, option in options.items():  # scores are those of the messages that are told
        words.append(option.show(shown if name == b"RELEVANCY" else found))
    words = list(filter(None, words))
    if modseq:
        words.append(b"MODSEQ %d" % modseq)
    return b" ".join(words) + b"\r\n"


def reported_uids(options: Options, found: Matches) -> list[Uid]:
    """The UIDs that the options tell about, ascending: with MIN and MAX alone it is only those.

    They are also what is saved (RFC 5182 §2.4, RFC 9394 §3.2).
    """
    tells = [option.tells for option in options.values() if option.tells is not None]
    if not tells:
        return sorted(found.uids)
    return sorted({uid for each in tells for uid in each(found)})
