"""A page of a folder in another order than the newest first.

By date it goes by message numbers, else by SORT (RFC 5256): the server sorts and tells a part of
the outcome (RFC 5267 §4.4, RFC 9394); one that can't tell a part tells all UIDs.
"""

from __future__ import annotations

from collections.abc import Collection

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Command, mailbox
from ..message.messages import Page, Row
from ..message.order import KEYS, Order
from ..message.responses import Items, numbers, parse_fetch, values
from .listing import MOST, SIZE, build_rows, counts_asked, message_items, rows
from .mailboxes import enter, status
from .search import found_uids

PROGRAMS = {
    "from": b"FROM",
    "to": b"TO",
    "subject": b"SUBJECT",
    "size": b"SIZE",
}
THEN = b"REVERSE ARRIVAL"  # among equals the newest comes first
LARGEST_PLACE = 2**32 - 1


def order_keys(imap: LemonadeClient) -> tuple[str, ...]:
    """By what the server sorts; by date any can be shown."""
    return KEYS if imap.has("SORT") else KEYS[:1]


def ordered_page(
    imap: LemonadeClient,
    folder: str,
    order: Order,
    first: int = 1,
    size: int = SIZE,
    known: Collection[int] | None = None,
) -> Page:
    """At most ``size`` messages from the place ``first`` on, counted from 1.

    ``known``: UIDs whose rows are not wanted. ``older`` and ``newer`` of the page are places.
    Raises NotFound.
    """
    now = enter(imap, folder)
    size = max(1, min(size, MOST))
    first = max(1, min(first, LARGEST_PLACE - size))
    last = first + size - 1
    if order.key not in order_keys(imap):
        order = Order("date", order.descending)
    part = (first, last)
    if order.key == "date":
        counts, uids, shown = _by_number(imap, folder, order, part, now.exists, known is None)
    else:
        counts, uids, shown = _by_sort(imap, folder, order, part, known is None)
    if known is not None:
        shown = rows(imap, folder, [uid for uid in uids if uid not in known])
    places = {uid: place for place, uid in enumerate(uids)}
    shown = sorted((row for row in shown if row.uid in places), key=lambda row: places[row.uid])
    exists = counts.get("MESSAGES", now.exists)
    end = first + len(uids) - 1
    return Page(
        folder=folder,
        uidvalidity=now.uidvalidity,
        uidnext=counts.get("UIDNEXT", now.uidnext),
        modseq=counts.get("HIGHESTMODSEQ", now.modseq),
        exists=exists,
        unseen=counts.get("UNSEEN", 0),
        rows=shown,
        first=first if uids else 0,
        last=end if uids else 0,
        older=end + 1 if uids and end < exists else None,
        newer=max(1, first - size) if uids and first > 1 else None,
        uids=uids,
        order=order,
        by_place=True,
    )


Part = tuple[dict[str, int], list[int], list[Row]]
"""The folder's counts; the UIDs of some places, in their order; their rows, where wanted."""


def _by_number(
    imap: LemonadeClient,
    folder: str,
    order: Order,
    part: tuple[int, int],
    exists: int,
    wants_rows: bool,
) -> Part:
    low, high = part[0], min(part[1], exists)
    if order.descending:
        low, high = max(1, exists - part[1] + 1), exists - part[0] + 1
    commands: list[Command] = [(b"STATUS", (mailbox(folder), counts_asked(imap)))]
    if low <= high:
        items = message_items(imap) if wants_rows else b"(UID)"
        commands.append((b"FETCH", (b"%d:%d" % (low, high), items)))
    answers = imap.burst(commands)
    counts = status(imap, folder, answers[0])
    if low > high:
        return counts, [], []
    found = parse_fetch(answers[1].check().data.get("FETCH", []))
    uids = [uid for uid in found if low <= place_of(found[uid]) <= high]
    shown = build_rows(imap, folder, found) if wants_rows else []
    return counts, sorted(uids, reverse=order.descending), shown


def place_of(items: Items) -> int:
    """The message number of what FETCH told."""
    number = items.get(b"SEQ")
    return number if isinstance(number, int) else 0


def _by_sort(
    imap: LemonadeClient, folder: str, order: Order, part: tuple[int, int], wants_rows: bool
) -> Part:
    """One exchange, where the server keeps what it found for the next command (RFC 5182)."""
    commands: list[Command] = [(b"STATUS", (mailbox(folder), counts_asked(imap)))]
    partial = imap.has("ESORT") and (imap.has("PARTIAL") or imap.has("CONTEXT=SORT"))
    commands.append((b"UID SORT", (*_return_options(imap, part, partial), *sort_program(order))))
    at_once = wants_rows and partial and imap.has("SEARCHRES")
    if at_once:
        commands.append((b"UID FETCH", (b"$", message_items(imap))))
    answers = imap.burst(commands)
    counts = status(imap, folder, answers[0])
    uids = sorted_uids(answers[1].check())
    if not partial:
        uids = uids[part[0] - 1 : part[1]]
    if at_once:
        found = parse_fetch(answers[2].check().data.get("FETCH", []))
        return counts, uids, build_rows(imap, folder, found)
    return counts, uids, rows(imap, folder, uids) if wants_rows else []


def _return_options(
    imap: LemonadeClient, part: tuple[int, int], partial: bool
) -> tuple[bytes, ...]:
    if not partial:
        return ()
    save = b"SAVE " if imap.has("SEARCHRES") else b""
    return (b"RETURN (%bPARTIAL %d:%d)" % (save, *part),)


def sort_program(order: Order) -> tuple[bytes, ...]:
    """What SORT is asked for: the order of everything in the folder."""
    reverse = b"REVERSE " if order.descending else b""
    if order.key == "date":
        return (b"(" + reverse + b"ARRIVAL)", b"UTF-8", b"ALL")
    return (b"(" + reverse + PROGRAMS[order.key] + b" " + THEN + b")", b"UTF-8", b"ALL")


def sorted_uids(answer: Answer) -> list[int]:
    """What UID SORT tells, in its order."""
    if "ESEARCH" not in answer.data:
        return [x for x in values(answer.data.get("SORT", [])) if isinstance(x, int)]
    for word in values(answer.data["ESEARCH"]):  # PARTIAL (1:50 9,3:4)
        if isinstance(word, list) and len(word) == 2 and word[0] != b"TAG":
            return numbers(word[1])
    return found_uids(answer)
