"""Searching a folder: the server searches, a page of what it found is shown."""

from __future__ import annotations

from .client import LemonadeClient
from .commands import Answer, Payload
from .listing import MOST, SIZE, rows
from .mailboxes import enter
from .responses import numbers, values
from .types import Page

MOST_WORDS = 12


def search(
    imap: LemonadeClient,
    folder: str,
    text: str,
    before_uid: int | None = None,
    after_uid: int | None = None,
    size: int = SIZE,
) -> Page:
    """Messages that hold every word of ``text``, newest first. Raises NotFound.

    ``exists`` counts what was found.
    """
    now = enter(imap, folder)
    found = _found(imap, text)
    size = max(1, min(size, MOST))
    start = 0
    if before_uid is not None:
        start = sum(uid >= before_uid for uid in found)
    elif after_uid is not None:
        start = max(0, sum(uid > after_uid for uid in found) - size)
    shown = rows(imap, folder, found[start : start + size])
    end = start + size
    return Page(
        folder=folder,
        uidvalidity=now.uidvalidity,
        uidnext=now.uidnext,
        modseq=now.modseq,
        exists=len(found),
        unseen=0,
        rows=shown,
        first=start + 1 if shown else 0,
        last=start + len(shown) if shown else 0,
        older=shown[-1].uid if shown and end < len(found) else None,
        newer=shown[0].uid if shown and start else None,
    )


def _found(imap: LemonadeClient, text: str) -> list[int]:
    """UIDs, newest first."""
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
    return sorted(_uids(answer), reverse=True)


def _uids(answer: Answer) -> list[int]:
    if "ESEARCH" not in answer.data:
        return [x for x in values(answer.data.get("SEARCH", [])) if isinstance(x, int)]
    words = list(values(answer.data["ESEARCH"]))
    for position, word in enumerate(words[:-1]):
        if isinstance(word, bytes) and word.upper() == b"ALL":
            return numbers(words[position + 1])
    return []
