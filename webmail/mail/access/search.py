"""Searching a folder: the server searches, a page of what it found is shown."""

from __future__ import annotations

from collections.abc import Collection

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Payload
from ..message.messages import Page
from ..message.responses import numbers, values
from .listing import MOST, SIZE, rows
from .mailboxes import enter

MOST_WORDS = 12


def search(
    imap: LemonadeClient,
    folder: str,
    text: str,
    before_uid: int | None = None,
    after_uid: int | None = None,
    size: int = SIZE,
    known: Collection[int] = (),
) -> Page:
    """Messages that hold every word of ``text``, newest first, without the rows of ``known``.

    Raises NotFound.

    ``exists`` counts what was found.
    """
    now = enter(imap, folder)
    found = find_all(imap, text)
    size = max(1, min(size, MOST))
    start = 0
    if before_uid is not None:
        start = sum(uid >= before_uid for uid in found)
    elif after_uid is not None:
        start = max(0, sum(uid > after_uid for uid in found) - size)
    uids = found[start : start + size]
    shown = rows(imap, folder, [uid for uid in uids if uid not in known])
    end = start + size
    return Page(
        folder=folder,
        uidvalidity=now.uidvalidity,
        uidnext=now.uidnext,
        modseq=now.modseq,
        exists=len(found),
        unseen=0,
        rows=shown,
        first=start + 1 if uids else 0,
        last=start + len(uids) if uids else 0,
        older=uids[-1] if uids and end < len(found) else None,
        newer=uids[0] if uids and start else None,
        uids=uids,
    )


def find_uids(imap: LemonadeClient, folder: str, text: str, upto: int) -> list[int]:
    """UIDs up to ``upto`` of a folder or, with ``text``, of what is found. Raises NotFound."""
    enter(imap, folder)
    if text:
        return [uid for uid in find_all(imap, text) if uid <= upto]
    return matching(imap, b"1:%d" % upto, b"ALL") if upto else []


def matching(imap: LemonadeClient, uids: bytes, key: bytes) -> list[int]:
    """Those of a set for which a search key is true, in the folder that is entered."""
    wanted = [b"RETURN (ALL)"] if imap.has("ESEARCH") else []
    return found_uids(imap.command(b"UID SEARCH", *wanted, b"UID", uids, key).check())


def find_all(imap: LemonadeClient, text: str) -> list[int]:
    """UIDs, newest first, in the folder that is entered."""
    words = text.split()[:MOST_WORDS]
    if not words:
        return []
    arguments: list[bytes | Payload] = []
    if imap.has("ESEARCH"):
        arguments.append(b"RETURN (ALL)")
    arguments.append(b"CHARSET UTF-8")
    for word in words:
        data = word.encode("utf-8", "replace")
        arguments += [b"TEXT", Payload(len(data), [data])]
    answer = imap.command(b"UID SEARCH", *arguments).check()
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
