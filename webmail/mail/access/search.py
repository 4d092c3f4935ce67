"""Searching a folder: the server searches, a page of what it found is shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Command, esearch_value
from ..message.messages import Page
from ..message.query import SearchTree
from ..message.responses import numbers, values
from .abilities import Abilities
from .listing import LARGEST_UID, MOST, SIZE, rows
from .mailboxes import enter
from .search_program import Argument, Program, in_folder, program


@dataclass(slots=True)
class _Slice:
    """UIDs, newest first, and how many are found with those before and after them."""

    uids: list[int]
    total: int
    newer: int  # how many are found that are newer than the first one


def program_in(imap: LemonadeClient, folder: str, tree: SearchTree, *, fuzzy: bool) -> Program:
    """What finds in one folder what a tree means."""
    left = in_folder(tree, lambda name: name == folder)
    return program(left, Abilities(imap), today=timezone.localdate(), fuzzy=fuzzy)


def search(
    imap: LemonadeClient,
    folder: str,
    tree: SearchTree,
    before_uid: int | None = None,
    after_uid: int | None = None,
    size: int = SIZE,
    known: Collection[int] = (),
) -> Page:
    """Messages of the folder that ``tree`` finds, newest first, without the rows of ``known``.

    Raises NotFound, Refused.

    ``exists`` counts what was found.
    """
    now = enter(imap, folder)
    found = _find(imap, program_in(imap, folder, tree, fuzzy=False), before_uid, after_uid, size)
    uids, last = found.uids, found.newer + len(found.uids)
    return Page(
        folder=folder,
        uidvalidity=now.uidvalidity,
        uidnext=now.uidnext,
        modseq=now.modseq,
        exists=found.total,
        unseen=0,
        rows=rows(imap, folder, [uid for uid in uids if uid not in known]),
        first=found.newer + 1 if uids else 0,
        last=last if uids else 0,
        older=uids[-1] if uids and last < found.total else None,
        newer=uids[0] if uids and found.newer else None,
        uids=uids,
    )


def _find(
    imap: LemonadeClient,
    wanted: Program,
    before_uid: int | None,
    after_uid: int | None,
    size: int,
) -> _Slice:
    """A slice by PARTIAL, in one exchange, so that no other UID travels (RFC 9394)."""
    if wanted.nothing:
        return _Slice([], 0, 0)
    size = max(1, min(size, MOST))
    if not (imap.has("PARTIAL") and imap.has("ESEARCH")):
        return _cut(_all(imap, wanted), before_uid, after_uid, size)
    low, high, part = 1, LARGEST_UID, b"-1:-%d" % size
    if before_uid is not None:
        high = max(1, min(before_uid, LARGEST_UID) - 1)
    elif after_uid is not None:
        low, part = min(max(after_uid, 0) + 1, LARGEST_UID), b"1:%d" % size
    among = () if (low, high) == (1, LARGEST_UID) else (b"UID %d:%d" % (low, high),)
    commands: list[Command] = [
        (b"UID SEARCH", (b"RETURN (COUNT PARTIAL %b)" % part, *among_first(wanted, among)))
    ]
    if among:
        commands.append((b"UID SEARCH", (b"RETURN (COUNT)", *wanted.search)))
    answers = [answer.check() for answer in imap.burst(commands)]
    there = esearch_value(answers[0], b"COUNT") or 0
    total = (esearch_value(answers[-1], b"COUNT") or 0) if among else there
    uids = sorted(partial_uids(answers[0]), reverse=True)
    newer = there - len(uids) if after_uid is not None else total - there
    return _Slice(uids, total, newer)


def among_first(wanted: Program, among: tuple[bytes, ...]) -> tuple[Argument, ...]:
    """The program with a set of UIDs before its keys."""
    return Program((*among, *wanted.arguments), wanted.charset).search


def _cut(found: list[int], before_uid: int | None, after_uid: int | None, size: int) -> _Slice:
    start = 0
    if before_uid is not None:
        start = sum(uid >= before_uid for uid in found)
    elif after_uid is not None:
        start = max(0, sum(uid > after_uid for uid in found) - size)
    return _Slice(found[start : start + size], len(found), start)


def matching(imap: LemonadeClient, uids: bytes, key: bytes) -> list[int]:
    """Those of a set for which a search key is true, in the folder that is entered."""
    wanted = [b"RETURN (ALL)"] if imap.has("ESEARCH") else []
    return found_uids(imap.command(b"UID SEARCH", *wanted, b"UID", uids, key).check())


def _all(imap: LemonadeClient, wanted: Program) -> list[int]:
    """UIDs, newest first, in the folder that is entered."""
    if wanted.nothing:
        return []
    returned = (b"RETURN (ALL)",) if imap.has("ESEARCH") else ()
    answer = imap.command(b"UID SEARCH", *returned, *wanted.search).check()
    return sorted(found_uids(answer), reverse=True)


def found_uids(answer: Answer) -> list[int]:
    """What SEARCH or ESEARCH tells, in no order."""
    if "ESEARCH" not in answer.data:
        return [x for x in values(answer.data.get("SEARCH", [])) if isinstance(x, int)]
    words = list(values(answer.data["ESEARCH"]))
    for position, word in enumerate(words[:-1]):
        if isinstance(word, bytes) and word.upper() == b"ALL":
            return numbers(words[position + 1])
    return []


def partial_uids(answer: Answer) -> list[int]:
    """What ``PARTIAL (range uids)`` tells, in the order of the result (RFC 9394 §3.1)."""
    words = list(values(answer.data.get("ESEARCH", [])))
    for position, word in enumerate(words[:-1]):
        part = words[position + 1]
        if isinstance(word, bytes) and word.upper() == b"PARTIAL" and isinstance(part, list):
            return numbers(part[1]) if len(part) == 2 else []
    return []
