"""Snooze by plain IMAP: a message is moved aside, and comes back as one that has just arrived.

What comes back is a copy with the date of now (INTERNALDATE), unread, in place of the one that
waited, so that it stands on top in every client that sorts by arrival. With REPLACE (RFC 8508) and
CATENATE (RFC 4469) that is one command, which only one of two can do, and no octet of the message
moves. Elsewhere the copy is stored first, and only then the other one removed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence

from django.utils import timezone

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Payload, mailbox, uid_set
from ..message.errors import NotFound
from ..message.folders import StoredMessage
from ..message.messages import Flag, Flags
from ..message.parts import PartUrl
from ..message.responses import Items, parse_fetch
from ..message.selection import MessageTrace
from . import filing, replacing
from .fetching import CHUNK, blocks
from .listing import flags
from .mailboxes import enter, status
from .search import found_uids
from .storing import MEMORY
from .whole_messages import KEYWORD, date_time

LONGEST_ID = 255
LARGEST_UID = 2**32 - 1


def traces(imap: LemonadeClient, folder: str, uids: Sequence[int]) -> list[MessageTrace]:
    """By what messages are found again after a move of which nobody heard the end."""
    enter(imap, folder)
    answer = imap.command(b"UID FETCH", uid_set(uids), b"(UID RFC822.SIZE ENVELOPE)").check()
    found = parse_fetch(answer.data.get("FETCH", []))
    return [_trace(uid, found[uid]) for uid in sorted(set(uids)) if uid in found]


def _trace(uid: int, items: Items) -> MessageTrace:
    envelope, size = items.get(b"ENVELOPE"), items.get(b"RFC822.SIZE")
    known = envelope[9] if isinstance(envelope, list) and len(envelope) > 9 else b""
    text = known.decode("ascii", "replace").strip() if isinstance(known, bytes) else ""
    return MessageTrace(uid, text[:LONGEST_ID], size if isinstance(size, int) else 0)


def next_uid(imap: LemonadeClient, folder: str) -> tuple[int, int]:
    """UIDVALIDITY of a folder, and the UID that no message of it has yet. Raises NotFound."""
    answer = imap.command(b"STATUS", mailbox(folder), b"(UIDNEXT UIDVALIDITY)").check()
    now = status(imap, folder, answer)
    return now.get("UIDVALIDITY", 0), now.get("UIDNEXT", 0)


def find_trace(
    imap: LemonadeClient, folder: str, uidvalidity: int, since: int, trace: MessageTrace
) -> int:
    """The UID, from ``since`` on, of a message with that trace; 0 when there is none, or no such
    folder any more.
    """
    if not since:
        return 0
    try:
        enter(imap, folder, uidvalidity)
    except NotFound:
        return 0
    imap.command(b"NOOP")
    answer = imap.command(b"UID SEARCH", b"UID %d:%d" % (since, LARGEST_UID)).check()
    uids = [uid for uid in found_uids(answer) if uid >= since]
    alike = traces(imap, folder, uids) if uids else []
    same = [each.uid for each in alike if (each.message_id, each.size) == trace.facts]
    return min(same, default=0)


def give_back(
    imap: LemonadeClient, stored: StoredMessage, target: str, since: tuple[int, int]
) -> bool:
    """A waiting message is back in ``target``; False when it did not wait any more.

    ``since``: UIDVALIDITY and UIDNEXT of the target before the first attempt, whose copy is not
    made again. Raises NotFound when the target is gone, Refused.
    """
    try:
        now = enter(imap, stored.folder, stored.uidvalidity)
    except NotFound:
        return False
    wanted = b"(UID FLAGS RFC822.SIZE ENVELOPE)"
    answers = imap.burst([(b"NOOP", ()), (b"UID FETCH", (b"%d" % stored.uid, wanted))])
    answers[1].check()
    # Dovecot may tell what was fetched before it says that NOOP is done.
    told = [line for answer in answers for line in answer.data.get("FETCH", [])]
    items = parse_fetch(told).get(stored.uid)
    if items is None or b"RFC822.SIZE" not in items:
        return False
    trace = _trace(stored.uid, items)
    names = _flags_of(flags(items.get(b"FLAGS")))
    source = PartUrl(stored.folder, now.uidvalidity, stored.uid, "", trace.size)
    if replacing.can_replace(imap) and imap.has("CATENATE"):
        arguments = (b"%d" % stored.uid, mailbox(target), names, date_time(timezone.now()))
        catenate = (b"CATENATE", b"(", b"URL", b'"' + source.url + b'"', b")")
        answer = imap.command(b"UID REPLACE", *arguments, *catenate)
        if answer.status != "OK" and not replacing.is_there(imap, stored):
            return False
        answer.check()
    else:
        if not find_trace(imap, target, since[0], since[1], trace):
            _store_copy(imap, target, names, source).check()
        filing.discard(imap, stored)
    imap.stirred = True
    return True


def _flags_of(known: Flags) -> bytes:
    """All but those that make it read or gone, as APPEND takes them."""
    without = (Flag.SEEN, Flag.DELETED)
    words = [flag.value for flag in Flag if known.has(flag) and flag not in without]
    words += [word for word in known.keywords if KEYWORD.fullmatch(word)]
    return f"({' '.join(words)})".encode("ascii")


def _store_copy(imap: LemonadeClient, target: str, names: bytes, source: PartUrl) -> Answer:
    """APPEND with the date of now; only without CATENATE the octets travel."""
    if imap.has("CATENATE"):
        url = (b"CATENATE", b"(", b"URL", b'"' + source.url + b'"', b")")
        return imap.command(b"APPEND", mailbox(target), names, date_time(timezone.now()), *url)
    with tempfile.SpooledTemporaryFile(MEMORY) as file:
        where = StoredMessage(source.folder, source.uidvalidity, source.uid)
        for block in blocks(imap, where, b""):
            file.write(block)
        size = file.tell()
        file.seek(0)
        octets = Payload(size, iter(lambda: file.read(CHUNK), b""))
        return imap.command(b"APPEND", mailbox(target), names, date_time(timezone.now()), octets)
