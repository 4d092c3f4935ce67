"""Whole messages: listed and read to be taken out, looked for and stored when brought in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Command, Payload, mailbox, uid_set
from ..message.errors import NotFound, Refused
from ..message.messages import Flag
from ..message.responses import Items, parse_fetch
from ..message.texts import internal_date
from ..message.whole_messages import IncomingMessage, StoredItem
from .listing import flags
from .mailboxes import enter
from .search import found_uids

MOST_CANDIDATES = 10  # of one size, that are compared octet by octet
BURST = 25  # messages that are looked for, or stored, in one exchange
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
KEYWORD = re.compile(r"[!#$&'+,./0-9:;<=>?@A-Z^_`a-z|~-]{1,100}")  # an atom (RFC 9051 §9)


def uids_of(imap: LemonadeClient, folder: str) -> tuple[int, list[int]]:
    """UIDVALIDITY and all UIDs, in order. Raises NotFound."""
    now = enter(imap, folder)
    wanted = [b"RETURN (ALL)"] if imap.has("ESEARCH") else []
    answer = imap.command(b"UID SEARCH", *wanted, b"ALL").check()
    return now.uidvalidity, sorted(found_uids(answer))


def stored_items(
    imap: LemonadeClient, folder: str, uidvalidity: int, uids: Sequence[int]
) -> list[StoredItem]:
    """Flags, dates and sizes; those that are gone are left out. Raises NotFound."""
    enter(imap, folder, uidvalidity)
    asked = b"(UID FLAGS INTERNALDATE RFC822.SIZE)"
    found = parse_fetch(
        imap.command(b"UID FETCH", uid_set(uids), asked).check().data.get("FETCH", [])
    )
    return [_item(uid, found[uid]) for uid in uids if uid in found]


def _item(uid: int, items: Items) -> StoredItem:
    size = items.get(b"RFC822.SIZE")
    received = internal_date(items.get(b"INTERNALDATE"))
    return StoredItem(
        uid, flags(items.get(b"FLAGS")), received, size if isinstance(size, int) else 0
    )


def octets_of(
    imap: LemonadeClient, folder: str, uidvalidity: int, uids: Sequence[int]
) -> dict[int, bytes]:
    """The octets of a few small messages, by UID; those that are gone are left out."""
    enter(imap, folder, uidvalidity)
    answer = imap.command(b"UID FETCH", uid_set(uids), b"(UID BODY.PEEK[])").check()
    found = parse_fetch(answer.data.get("FETCH", []))
    return {
        uid: data for uid in uids if isinstance(data := found.get(uid, {}).get(b"BODY[]"), bytes)
    }


def find_copies(
    imap: LemonadeClient, folder: str, messages: Sequence[IncomingMessage]
) -> list[bool]:
    """Of each message whether the folder has it already: one of the same Message-ID and size, or of
    the same octets. Raises NotFound.
    """
    enter(imap, folder)
    found: list[bool] = []
    for start in range(0, len(messages), BURST):
        few = messages[start : start + BURST]
        answers = imap.burst([_question(message) for message in few])
        candidates = [found_uids(answer.check()) for answer in answers]
        sizes = _sizes(imap, {uid for uids in candidates for uid in uids})
        for message, uids in zip(few, candidates, strict=True):
            alike = [uid for uid in sorted(uids) if sizes.get(uid) == len(message.octets)]
            found.append(
                bool(alike) and (bool(message.message_id) or _is_among(imap, message, alike))
            )
    return found


def _question(message: IncomingMessage) -> Command:
    size = len(message.octets)
    if message.message_id:
        key = b'HEADER Message-ID "%s"' % message.message_id.encode("ascii")
    else:
        key = b"LARGER %d SMALLER %d" % (max(0, size - 1), size + 1)
    return b"UID SEARCH", (key,)


def _sizes(imap: LemonadeClient, uids: set[int]) -> dict[int, int]:
    if not uids:
        return {}
    answer = imap.command(b"UID FETCH", uid_set(uids), b"(UID RFC822.SIZE)").check()
    found = parse_fetch(answer.data.get("FETCH", []))
    sizes = {uid: items.get(b"RFC822.SIZE") for uid, items in found.items()}
    return {uid: size for uid, size in sizes.items() if isinstance(size, int)}


def _is_among(imap: LemonadeClient, message: IncomingMessage, uids: Sequence[int]) -> bool:
    wanted = hashlib.sha256(message.octets).digest()
    for uid in uids[-MOST_CANDIDATES:]:
        answer = imap.command(b"UID FETCH", b"%d" % uid, b"(UID BODY.PEEK[])").check()
        data = parse_fetch(answer.data.get("FETCH", [])).get(uid, {}).get(b"BODY[]")
        if isinstance(data, bytes) and hashlib.sha256(data).digest() == wanted:
            return True
    return False


def store_all(
    imap: LemonadeClient, folder: str, messages: Sequence[IncomingMessage]
) -> list[Refused | None]:
    """Store messages with their flags and dates; of each why the server did not take it, if so.

    Where there is MULTIAPPEND, several are one change (RFC 3502); all or none of them.
    """
    imap.stirred = True
    if len(messages) > 1 and imap.has("MULTIAPPEND"):
        arguments = [part for message in messages for part in _arguments(message)]
        answer = imap.command(b"APPEND", mailbox(folder), *arguments)
        if answer.status == "OK":
            return [None] * len(messages)
    commands = [(b"APPEND", (mailbox(folder), *_arguments(each))) for each in messages]
    return [_refusal(answer) for answer in imap.burst(commands)]


def _refusal(answer: Answer) -> Refused | None:
    try:
        answer.check()
    except (Refused, NotFound) as no:
        return no if isinstance(no, Refused) else Refused(str(no))
    return None


def _arguments(message: IncomingMessage) -> list[bytes | Payload]:
    words = [flag.value for flag in Flag if message.flags.has(flag)]
    words += [word for word in message.flags.keywords if KEYWORD.fullmatch(word)]
    arguments: list[bytes | Payload] = [f"({' '.join(words)})".encode("ascii")]
    if message.received is not None:
        arguments.append(date_time(message.received))
    return [*arguments, Payload(len(message.octets), [message.octets])]


def date_time(when: datetime) -> bytes:
    """As APPEND has it (RFC 9051 §9, date-time), in any language of this process."""
    month = MONTHS[when.month - 1]
    return f'"{when.day:2}-{month}-{when.strftime("%Y %H:%M:%S %z")}"'.encode("ascii")
