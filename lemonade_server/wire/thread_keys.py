"""What SORT and THREAD compare: base subjects, message identifiers, sent dates (RFC 5256)."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone

_MAX_SUBJECT = 2_000  # characters; beyond them subjects count as equal
_MAX_IDS = 1_000
_MAX_ID = 998  # octets: what fits on a line (RFC 5322 §2.1.1)
_DIGEST = 15  # octets of a hash that make the name of a thread

_BLANKS = re.compile(r"[ \t\r\n]+")
_TRAILER = re.compile(r"(?:\(fwd\)| )\Z", re.IGNORECASE)
_BLOB = r"\[[^\[\]]*+\] *"
_LEADER = re.compile(rf"(?:{_BLOB})*(?:re|fwd?) *(?:{_BLOB})?:| ", re.IGNORECASE)
_ONE_BLOB = re.compile(_BLOB)


def base_subject(subject: str) -> str:
    """The base subject of a decoded Subject, case as it is (RFC 5256 §2.1)."""
    return _reduce(subject)[0]


def is_reply(subject: str) -> bool:
    """Whether a decoded Subject is marked as a reply or forward, folded or not (RFC 5256 §3)."""
    return _reduce(subject)[1]


def _reduce(subject: str) -> tuple[str, bool]:
    """The base subject, and whether more than blanks and list names was taken away."""
    text = _BLANKS.sub(" ", subject[:_MAX_SUBJECT])
    marked = False
    while True:
        while trailer := _TRAILER.search(text):
            marked |= trailer[0] != " "
            text = text[: trailer.start()]
        text, led = _without_leaders(text)
        marked |= led
        if text[:5].lower() == "[fwd:" and text.endswith("]"):
            text = text[5:-1]
            marked = True
        else:
            return text, marked


def _without_leaders(text: str) -> tuple[str, bool]:
    position = 0
    marked = False
    while True:
        if leader := _LEADER.match(text, position):
            marked |= leader[0] != " "
            position = leader.end()
            continue
        blob = _ONE_BLOB.match(text, position)
        if blob is None or blob.end() == len(text):
            return text[position:], marked
        position = blob.end()


# --- message identifiers ------------------------------------------------------------------------

_ID = re.compile(rb"<((?:\"(?:[^\"\\<>]|\\[^<>])*+\"|[^<>\"])++)>", re.DOTALL)
_QUOTED_LOCAL = re.compile(rb"\"((?:[^\"\\]|\\.)*+)\"(?=@)", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_WHITE = re.compile(rb"[\x00-\x20]+")


def message_ids(value: bytes) -> list[str]:
    """Message identifiers in a field value, without brackets and needless quotes.

    Two that differ only in quoting are the same (RFC 5256 §3). Text between them is ignored.
    """
    found: list[str] = []
    for match in _ID.finditer(value):
        octets = match.group(1)
        if len(octets) > _MAX_ID:
            continue
        if b'"' in octets:
            octets = _QUOTED_LOCAL.sub(lambda quoted: _ESCAPED.sub(rb"\1", quoted[1]), octets)
        identifier = _WHITE.sub(b"", octets).decode("utf-8", "replace")
        if identifier:
            found.append(identifier)
        if len(found) == _MAX_IDS:
            break
    return found


def thread_name(message_id: str, references: str, otherwise: str) -> str:
    """A short name of the thread: the same for all messages that go back to one message.

    It is made of the first identifier of References, which every reply hands on; ``otherwise``
    stands for a message that has no identifier at all. ``references`` has blanks between.
    """
    root = _root(message_id, references)
    digest = _digest(f"<{root}>" if root else otherwise)
    return base64.urlsafe_b64encode(digest).decode("ascii")


def thread_number(message_id: str, references: str) -> int:
    """The thread as a positive number of 63 bits; 0 for a message that has no identifier at all."""
    root = _root(message_id, references)
    return _number(_digest(f"<{root}>")) if root else 0


def number_of_thread(name: str) -> int:
    """The number of the thread that is called so; 0 when it can be the name of none."""
    try:
        digest = base64.b64decode(name, altchars=b"-_", validate=True)
    except ValueError:
        return 0
    return _number(digest) if len(digest) == _DIGEST else 0


def _root(message_id: str, references: str) -> str:
    return references.partition(" ")[0] or message_id


def _digest(source: str) -> bytes:
    return hashlib.sha256(source.encode("utf-8", "surrogateescape")).digest()[:_DIGEST]


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big") >> 1 or 1


# --- dates --------------------------------------------------------------------------------------

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# +0200; and as it is written outside of mail: +02:00, GMT+02:00, UTC+2.
_ZONE = rb"(?:(?:GMT|UTC?|Z)\s*)?[+-]\d{1,2}(?::?\d{2})?(?!\d)|[A-Za-z]+"
_DATE = re.compile(
    rb"(?:[A-Za-z]+[,. ]*)?\s*(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*+[\s,-]+(\d{2,4})"
    rb"(?:[\s,]+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:[.,]\d+)?\s*(%b)?)?" % _ZONE,
    re.IGNORECASE,
)
_ASCTIME = re.compile(  # what ctime() prints: Thu Feb 13 23:32:54 1969
    rb"[A-Za-z]{3},?\s+([A-Za-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?"
    rb"\s+(%b)?\s*(\d{4})(?:\s+(%b))?" % (_ZONE, _ZONE),
    re.IGNORECASE,
)
_OFFSET = re.compile(rb"([+-])(\d{1,2})(?::?(\d{2}))?\Z")
_COMMENT = re.compile(rb"\([^()]*+\)")
_ZONES = {b"EST": -5, b"EDT": -4, b"CST": -6, b"CDT": -5, b"MST": -7, b"MDT": -6, b"PST": -8}
_ZONES |= {b"PDT": -7, b"CET": 1, b"CEST": 2, b"BST": 1, b"JST": 9}


def sent_date(value: bytes) -> datetime | None:
    """The Date field (RFC 5322 §3.3 and the obsolete forms of §4.3); None if it names no day.

    A bad time counts as midnight and a bad zone as UTC (RFC 5256 §2.2).
    """
    text = _COMMENT.sub(b" ", value[:256]).strip()
    if match := _DATE.match(text):
        day, month, year, hour, minute, second, zone = match.groups()
    elif match := _ASCTIME.match(text):
        month, day, hour, minute, second, early, year, late = match.groups()
        zone = early or late
    else:
        return None
    name = month.lower().decode()
    if name not in _MONTHS:
        return None
    try:
        midnight = datetime(_year(year), _MONTHS.index(name) + 1, int(day), tzinfo=_zone(zone))
    except ValueError:
        return None
    try:  # second 60 is a leap second
        return midnight.replace(
            hour=int(hour or 0), minute=int(minute or 0), second=min(int(second or 0), 59)
        )
    except ValueError:
        return midnight


def _year(digits: bytes) -> int:
    """RFC 5322 §4.3: two digits up to 49 are 20xx; three count from 1900."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits) == 3 else year


def _zone(zone: bytes | None) -> timezone:
    if zone is None:
        return UTC
    if offset := _OFFSET.search(zone):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes >= 24 * 60:
            return UTC
        return timezone(timedelta(minutes=-minutes if offset[1] == b"-" else minutes))
    return timezone(timedelta(hours=_ZONES.get(zone.upper(), 0)))
