"""Which messages belong together, on servers that tell it in the ways of RFC 5256 and RFC 8474."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..imap.client import LemonadeClient
from ..imap.commands import Answer
from ..message.responses import Items, Value, parse_fetch
from .listing import uids_between

WINDOW = 2_000
"""The newest messages of a folder that are put together; older ones stand alone."""

_TOKEN = re.compile(rb"[()]|[0-9]+")


@dataclass(slots=True)
class Thread:
    """Messages of one folder, newest first, and what the server calls their thread."""

    name: str
    uids: list[int]


def can_thread(imap: LemonadeClient) -> bool:
    """Whether the server tells at all what belongs together."""
    return imap.has("OBJECTID") or bool(_algorithm(imap))


def find_threads(imap: LemonadeClient, low: int) -> list[Thread]:
    """The threads among the messages from number ``low`` on, in the folder that is entered.

    The one with the newest message comes first.
    """
    if imap.has("OBJECTID"):
        answer = imap.command(b"FETCH", b"%d:*" % low, b"(UID THREADID)").check()
        found = _by_name(parse_fetch(answer.data.get("FETCH", [])))
    else:
        search = (_algorithm(imap), b"UTF-8", b"%d:*" % low)
        found = read_threads(imap.command(b"UID THREAD", *search).check())
    return sorted(found, key=lambda thread: -thread.uids[0])


def thread_slice(
    imap: LemonadeClient, exists: int, first: int, size: int
) -> tuple[list[Thread], int]:
    """``size`` threads from the place ``first`` on, and how many there are in all.

    Messages that are older than the window are threads of their own.
    """
    single = max(0, exists - WINDOW)
    threads = find_threads(imap, single + 1) if exists else []
    total = len(threads) + single
    low, high = first - 1, min(total, first - 1 + size)
    found = threads[low:high]
    newest = single - max(0, low - len(threads))
    oldest = max(1, single - (high - len(threads)) + 1)
    if high > len(threads) and oldest <= newest:
        found = found + [Thread("", [uid]) for uid in uids_between(imap, oldest, newest)]
    return found, total


def _algorithm(imap: LemonadeClient) -> bytes:
    """REFS looks at references alone; REFERENCES puts equal subjects together, too."""
    names = ("REFS", "REFERENCES")
    return next((name.encode() for name in names if imap.has(f"THREAD={name}")), b"")


def _by_name(found: dict[int, Items]) -> list[Thread]:
    threads: dict[str, Thread] = {}
    for uid in sorted(found, reverse=True):
        name = thread_name(found[uid])
        threads.setdefault(name or f"?{uid}", Thread(name, [])).uids.append(uid)
    return list(threads.values())


def thread_name(items: Items) -> str:
    """THREADID out of FETCH data."""
    return value_of_thread(items.get(b"THREADID"))


def value_of_thread(value: Value) -> str:
    """The name of a thread; "" for NIL (RFC 8474 §5.2)."""
    name = value[0] if isinstance(value, list) and value else None
    if isinstance(name, int):  # an atom of nothing but digits
        return str(name)
    return name.decode("ascii", "replace") if isinstance(name, bytes) else ""


def read_threads(answer: Answer) -> list[Thread]:
    """The answer to UID THREAD: who answers whom is left out. However deep it is nested."""
    out: list[Thread] = []
    depth = 0
    for line in answer.data.get("THREAD", []):
        for token in _TOKEN.findall(line if isinstance(line, bytes) else b""):
            if token == b"(":
                if depth == 0:
                    out.append(Thread("", []))
                depth += 1
            elif token == b")":
                depth -= 1
            elif depth and out:
                out[-1].uids.append(int(token))
    for thread in out:
        thread.uids.sort(reverse=True)
    return [thread for thread in out if thread.uids]
