"""A page of a folder in conversations, the one with the newest message first.

A server with our extension (docs/conversations.md) tells a page in one exchange, with what there is
in other folders. Of others that put
messages together, the newest messages are put together as ``threads`` says, and older ones stand
alone. The rest give the flat list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..imap.client import LemonadeClient
from ..imap.commands import Command, esearch_value, mailbox, uid_set
from ..message.conversations import Conversation
from ..message.folders import Folder
from ..message.layout import attachments
from ..message.messages import Page, Row
from ..message.order import NEWEST_FIRST, Order
from ..message.origin import Address
from ..message.originators import origin_of
from ..message.responses import Items, Value, numbers, parse_fetch
from ..message.structure import parse
from ..message.texts import cut, header_text
from . import ordering
from .listing import MOST, SIZE, WIDE, counts_asked, flags, rows
from .mailboxes import enter, folders, list_question, status
from .ordering import LARGEST_PLACE, sort_program, sorted_uids
from .search import found_uids
from .threads import can_thread, thread_slice, value_of_thread

EXTENSION = "X-LEMONADE-CONVERSATIONS"
MOST_MEMBERS = 25
"""Messages of one conversation whose senders and attachments are looked at, one by one."""

_MEMBER = b"(UID FLAGS ENVELOPE BODYSTRUCTURE)"


def collapses(imap: LemonadeClient) -> bool:
    """Whether the server itself makes pages of conversations."""
    return all(imap.has(name) for name in (EXTENSION, "ESORT", "PARTIAL", "SEARCHRES"))


def has_conversations(imap: LemonadeClient, order: Order = NEWEST_FIRST) -> bool:
    """Whether the server puts anything together, and tells it in that order."""
    return collapses(imap) or (order.is_default and can_thread(imap))


def conversation_page(
    imap: LemonadeClient,
    folder: str,
    order: Order = NEWEST_FIRST,
    first: int = 1,
    size: int = SIZE,
    known: Mapping[int, str] | None = None,
) -> Page:
    """At most ``size`` conversations from the place ``first`` on, counted from 1.

    A row is the newest message in the folder, with its ``conversation``; where the server
    puts nothing together, a message without one. ``exists`` counts conversations. ``known``: the
    versions of rows that are not wanted again, by UID. ``older`` and ``newer`` are places. Raises
    NotFound.
    """
    now = enter(imap, folder)
    if not has_conversations(imap, order):
        return ordering.ordered_page(imap, folder, order, first, size, known)
    size = max(1, min(size, MOST))
    first = max(1, min(first, LARGEST_PLACE - size))
    if collapses(imap):
        counts, total, found = _server_page(imap, folder, order, first, size)
    else:
        counts, total, found = _thread_page(imap, folder, first, size)
    shown = known or {}
    fresh = {uid: each for uid, each in found.items() if shown.get(uid) != each.version}
    end = first + len(found) - 1
    return Page(
        folder=folder,
        uidvalidity=now.uidvalidity,
        uidnext=counts.get("UIDNEXT", now.uidnext),
        modseq=counts.get("HIGHESTMODSEQ", now.modseq),
        exists=total,
        unseen=counts.get("UNSEEN", 0),
        rows=conversation_rows(imap, folder, fresh),
        first=first if found else 0,
        last=end if found else 0,
        older=end + 1 if found and end < total else None,
        newer=max(1, first - size) if found and first > 1 else None,
        uids=list(found),
        order=order,
        by_place=True,
    )


Found = tuple[dict[str, int], int, dict[int, Conversation]]
"""The folder's counts, how many conversations it has, and those of a page by UID, in order."""


def _server_page(imap: LemonadeClient, folder: str, order: Order, first: int, size: int) -> Found:
    part = b"RETURN (SAVE PARTIAL %d:%d COLLAPSE)" % (first, first + size - 1)
    answers = imap.burst(
        [
            (b"STATUS", (mailbox(folder), counts_asked(imap))),
            (b"UID SORT", (part, *sort_program(order))),
            (b"UID FETCH", (b"$", b"(UID CONVERSATION)")),
            # Apart: beside COUNT, $ would be all conversations (RFC 9394 §3.2).
            (b"UID SORT", (b"RETURN (COUNT COLLAPSE)", *sort_program(order))),
        ]
    )
    uids = sorted_uids(answers[1].check())
    items = parse_fetch(answers[2].data.get("FETCH", [])) if uids else {}
    found = {uid: _read_item(items[uid]) for uid in uids if b"CONVERSATION" in items.get(uid, {})}
    total = esearch_value(answers[3], b"COUNT") or len(found)
    return status(imap, folder, answers[0]), total, found


def _read_item(items: Items) -> Conversation:
    """What the item CONVERSATION says."""
    said = _pairs(items[b"CONVERSATION"])
    there = _pairs(said.get(b"ELSEWHERE"))
    marks = said.get(b"FLAGS")
    state = flags(marks)
    people = said.get(b"PEOPLE")
    return Conversation(
        thread=value_of_thread(said.get(b"THREADID")),
        uids=sorted(numbers(said.get(b"UIDS")), reverse=True),
        count=_count(said.get(b"COUNT")),
        state=repr(sorted(said.items())),
        elsewhere=_count(there.get(b"COUNT")),
        unseen=_count(said.get(b"UNSEEN")),
        flagged=state.flagged,
        answered=state.answered,
        muted=state.muted,
        has_attachments=any(_count(each.get(b"ATTACHMENTS")) for each in (said, there)),
        people=[
            Address(header_text(each[0]), header_text(each[1]))
            for each in (people if isinstance(people, list) else [])
            if isinstance(each, list) and len(each) == 2
        ],
        subject=cut(header_text(said.get(b"SUBJECT")), WIDE),
    )


def _pairs(value: Value) -> dict[bytes, Value]:
    """Names with values, as the item has them and the pair ELSEWHERE in it."""
    words = value if isinstance(value, list) else []
    return {
        name.upper(): about
        for name, about in zip(words[::2], words[1::2], strict=False)
        if isinstance(name, bytes)
    }


def _count(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _thread_page(imap: LemonadeClient, folder: str, first: int, size: int) -> Found:
    """From threads of the newest messages; the flags of a page's messages are asked for."""
    exists = imap.selected.exists if imap.selected else 0
    threads, total = thread_slice(imap, exists, first, size)
    commands: list[Command] = [(b"STATUS", (mailbox(folder), counts_asked(imap)))]
    wanted = uid_set(uid for thread in threads for uid in thread.uids)
    if wanted:
        commands.append((b"UID FETCH", (wanted, b"(UID FLAGS)")))
    answers = imap.burst(commands)
    items = parse_fetch(answers[1].check().data.get("FETCH", [])) if wanted else {}
    found = {}
    for thread in threads:
        uids = [uid for uid in thread.uids if uid in items]
        if uids:
            found[uids[0]] = _conversation_of(thread.name, uids, items)
    return status(imap, folder, answers[0]), total, found


def _conversation_of(name: str, uids: list[int], items: dict[int, Items]) -> Conversation:
    """A conversation of these messages, as their flags tell."""
    states = [flags(items[uid].get(b"FLAGS")) for uid in uids]
    return Conversation(
        thread=name,
        uids=uids,
        count=len(uids),
        state=" ".join(
            f"{one.seen:d}{one.flagged:d}{one.answered:d}{one.muted:d}" for one in states
        ),
        unseen=sum(not one.seen for one in states),
        flagged=any(one.flagged for one in states),
        answered=any(one.answered for one in states),
        muted=any(one.muted for one in states),
    )


def conversation_rows(
    imap: LemonadeClient, folder: str, found: Mapping[int, Conversation]
) -> list[Row]:
    """The rows of these conversations, by the message that stands for each, in their order."""
    if not found:
        return []
    _look_at_members(imap, found)
    shown = {row.uid: row for row in rows(imap, folder, found)}
    for uid, row in shown.items():
        _complete(row, found[uid])
    return [shown[uid] for uid in found if uid in shown]


def _look_at_members(imap: LemonadeClient, found: Mapping[int, Conversation]) -> None:
    """Who wrote what, where the server did not tell."""
    asked = {
        uid: [*each.uids[: MOST_MEMBERS - 1], *each.uids[MOST_MEMBERS - 1 :][-1:]]
        for uid, each in found.items()
        if not each.people and each.count > 1
    }
    wanted = uid_set(uid for uids in asked.values() for uid in uids)
    if not wanted:
        return
    answer = imap.command(b"UID FETCH", wanted, _MEMBER).check()
    members = parse_fetch(answer.data.get("FETCH", []))
    for uid, uids in asked.items():
        _tell_members(found[uid], [members[one] for one in reversed(uids) if one in members])


def _tell_members(conversation: Conversation, members: Sequence[Items]) -> None:
    """``members``: what FETCH says of them, the oldest first."""
    people = []
    for items in members:
        envelope = items.get(b"ENVELOPE")
        if isinstance(envelope, list) and len(envelope) >= 10:
            people.append(origin_of(envelope, items).first)
            if len(people) == 1:
                conversation.subject = cut(header_text(envelope[1]), WIDE)
        if attachments(parse(items.get(b"BODYSTRUCTURE"))):
            conversation.has_attachments = True
    conversation.people = once(people)


def _complete(row: Row, conversation: Conversation) -> None:
    """Say of all of them what the row says of one."""
    row.conversation = conversation
    row.flags.seen = not conversation.unseen
    row.flags.flagged = conversation.flagged
    row.flags.answered = conversation.answered
    row.flags.muted = conversation.muted
    row.has_attachments |= conversation.has_attachments
    row.subject = conversation.subject or row.subject
    conversation.people = conversation.people or [row.sender]


def once(people: Iterable[Address]) -> list[Address]:
    """Each person once, in the order in which they come first."""
    found: dict[str, Address] = {}
    for person in people:
        found.setdefault(person.address.lower() or person.label, person)
    return list(found.values())


def refresh(
    imap: LemonadeClient, folder: str, uidvalidity: int, opened: Sequence[int]
) -> tuple[list[int], list[Folder]]:
    """Take in what is new, in one exchange. Raises NotFound, too when the folder was made anew."""
    enter(imap, folder, uidvalidity)
    question = list_question(imap)
    commands: list[Command] = [(b"NOOP", ())]
    if opened:
        commands.append((b"UID FETCH", (uid_set(opened), b"(UID)")))
    if question is not None:
        commands.append(question)
    answers = imap.burst(commands)
    there = parse_fetch(answers[1].data.get("FETCH", [])) if opened else {}
    tree = folders(imap, answers[-1]) if question is not None else []
    return [uid for uid in opened if uid in there], tree


def conversation_uids(imap: LemonadeClient, folder: str, names: Iterable[str]) -> list[int]:
    """What has one of these THREADIDs. Raises NotFound."""
    enter(imap, folder)
    if not imap.has("OBJECTID"):
        return []
    searches: list[Command] = [
        (b"UID SEARCH", (b"THREADID " + name.encode("ascii"),))
        for name in names
        if name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    ]
    found = {uid for answer in imap.burst(searches) for uid in found_uids(answer.check())}
    return sorted(found)
