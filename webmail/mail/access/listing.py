"""A page of a folder, newest first, at a cost that does not grow with the folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lemonade_server.wire.control_characters import one_line
from lemonade_server.wire.html import html_to_text

from ..imap.client import LemonadeClient
from ..imap.commands import Command, esearch_value, mailbox, uid_set
from ..imap.pool import connections
from ..message.bodies import body_text
from ..message.layout import attachments, body
from ..message.messages import Flags, Page, Row
from ..message.originators import RESENT, origin_of
from ..message.parts import MessagePart
from ..message.responses import Items, Value, parse_fetch
from ..message.structure import leaves, parse
from ..message.texts import addresses, cut, header_text, internal_date, sent_date
from .mailboxes import COUNTS, enter, status

ITEMS = (
    b"UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE"
    b" BODY.PEEK[HEADER.FIELDS (%b)]" % RESENT
)
SIZE = 50
MOST = 500
LARGEST_UID = 2**32 - 1
PREVIEW_LENGTH = 140  # characters
WIDE = 200  # characters of a subject that a row can show
PEEK = 600  # octets of a plain text part that surely hold a preview
PEEK_HTML = 4_000  # the same for HTML, which starts with a lot that nobody reads
FLAG_NAMES = {
    b"\\SEEN": "seen",
    b"\\ANSWERED": "answered",
    b"$FORWARDED": "forwarded",
    b"\\FLAGGED": "flagged",
    b"\\DRAFT": "draft",
    b"\\DELETED": "deleted",
    b"$MUTED": "muted",
}


def flags(value: Value) -> Flags:
    """FLAGS as the pages use them."""
    out = Flags()
    for flag in value if isinstance(value, list) else []:
        if not isinstance(flag, bytes):
            continue
        name = FLAG_NAMES.get(flag.upper())
        if name:
            setattr(out, name, True)
        elif flag.upper() != b"\\RECENT":
            out.keywords.append(flag.decode("utf-8", "replace"))
    return out


def page(
    imap: LemonadeClient,
    folder: str,
    before_uid: int | None = None,
    after_uid: int | None = None,
    size: int = SIZE,
    known: Collection[int] | None = None,
) -> Page:
    """At most ``size`` messages: the newest, or those older or newer than a UID.

    Works by message numbers, so the UIDs of the folder are never fetched. ``known``: UIDs whose
    rows are not wanted. Raises NotFound.
    """
    now = enter(imap, folder)
    size = max(1, min(size, MOST))
    exists = now.exists
    if before_uid is not None:
        number = number_of(imap, before_uid)
        high = number - 1 if number else count_upto(imap, before_uid - 1, exists)
        low = max(1, high - size + 1)
    elif after_uid is not None:
        low = (number_of(imap, after_uid) or count_upto(imap, after_uid, exists)) + 1
        low = max(1, min(low, exists - size + 1))
        high = min(exists, low + size - 1)
    else:
        high, low = exists, max(1, exists - size + 1)
    shown, counts = _load(imap, folder, low, high, known)
    uids = [row.uid for row in shown] if known is None else uids_between(imap, low, high)
    if known is not None:
        shown = rows(imap, folder, [uid for uid in uids if uid not in known])
    return Page(
        folder=folder,
        uidvalidity=now.uidvalidity,
        uidnext=counts.get("UIDNEXT", now.uidnext),
        modseq=counts.get("HIGHESTMODSEQ", now.modseq),
        exists=exists,
        unseen=counts.get("UNSEEN", 0),
        rows=shown,
        first=exists - high + 1 if uids else 0,
        last=exists - low + 1 if uids else 0,
        older=uids[-1] if uids and low > 1 else None,
        newer=uids[0] if uids and high < exists else None,
        uids=uids,
    )


def uids_between(imap: LemonadeClient, low: int, high: int) -> list[int]:
    """UIDs of a range of message numbers, newest first."""
    if high < low:
        return []
    answer = imap.command(b"FETCH", b"%d:%d" % (low, high), b"(UID)").check()
    return sorted(parse_fetch(answer.data.get("FETCH", [])), reverse=True)


def _load(
    imap: LemonadeClient, folder: str, low: int, high: int, known: Collection[int] | None
) -> tuple[list[Row], dict[str, int]]:
    """The counts, taken before the rows so that a change in between is told again later."""
    commands: list[Command] = [(b"STATUS", (mailbox(folder), counts_asked(imap)))]
    if high >= low and known is None:
        commands.append((b"FETCH", (b"%d:%d" % (low, high), message_items(imap))))
    answers = imap.burst(commands)
    counts = status(imap, folder, answers[0])
    if len(answers) == 1:
        return [], counts
    found = parse_fetch(answers[1].check().data.get("FETCH", []))
    return build_rows(imap, folder, found), counts


def counts_asked(imap: LemonadeClient) -> bytes:
    """What STATUS is asked for about the selected folder."""
    if imap.selected and imap.selected.modseq:
        return COUNTS[:-1] + b" HIGHESTMODSEQ)"
    return COUNTS


def message_items(imap: LemonadeClient) -> bytes:
    """What a row is made of."""
    return b"(" + ITEMS + (b" PREVIEW)" if imap.has("PREVIEW") else b")")


def rows(imap: LemonadeClient, folder: str, uids: Iterable[int]) -> list[Row]:
    """The rows of these messages, newest first; those that are gone are left out."""
    wanted = uid_set(uids)
    enter(imap, folder)
    if not wanted:
        return []
    answer = imap.command(b"UID FETCH", wanted, message_items(imap)).check()
    return build_rows(imap, folder, parse_fetch(answer.data.get("FETCH", [])))


def number_of(imap: LemonadeClient, uid: int) -> int:
    """The message number of a UID, which costs nothing in any folder; 0 when it is not there."""
    if not 0 < uid <= LARGEST_UID:
        return 0
    answer = imap.command(b"UID FETCH", b"%d" % uid, b"(UID)").check()
    number = parse_fetch(answer.data.get("FETCH", [])).get(uid, {}).get(b"SEQ")
    return number if isinstance(number, int) else 0


def count_upto(imap: LemonadeClient, uid: int, exists: int) -> int:
    """How many messages have a UID up to ``uid``: one number with ESEARCH, else by halving."""
    if uid < 1 or exists < 1:
        return 0
    if uid > LARGEST_UID:
        return exists
    if imap.has("ESEARCH"):
        answer = imap.command(b"UID SEARCH", b"RETURN (COUNT)", b"UID 1:%d" % uid).check()
        count = esearch_value(answer, b"COUNT")
        if count is not None:
            return min(count, exists)
    low, high = 0, exists
    while low < high:
        middle = (low + high + 1) // 2
        answer = imap.command(b"FETCH", b"%d" % middle, b"(UID)").check()
        if next(iter(parse_fetch(answer.data.get("FETCH", []))), 0) > uid:
            high = middle - 1
        else:
            low = middle
    return low


def build_rows(imap: LemonadeClient, folder: str, found: dict[int, Items]) -> list[Row]:
    """Rows, newest first, of complete FETCH data; previews come from memory where they can."""
    out = []
    openings: dict[int, MessagePart] = {}
    for uid in sorted(found, reverse=True):
        items = found[uid]
        envelope = items.get(b"ENVELOPE")
        if not isinstance(envelope, list) or len(envelope) < 10:
            continue  # only flags: an unasked word about another message
        root = parse(items.get(b"BODYSTRUCTURE"))
        texts = body(root).plain
        received = internal_date(items.get(b"INTERNALDATE"))
        size = items.get(b"RFC822.SIZE")
        preview = items.get(b"PREVIEW")
        opening = next(iter(texts), None)
        if preview is None and opening is not None and opening.size:
            openings[uid] = opening
        out.append(
            Row(
                uid=uid,
                flags=flags(items.get(b"FLAGS")),
                origin=origin_of(envelope, items),
                recipients=addresses(envelope[5]) + addresses(envelope[6]),
                subject=cut(header_text(envelope[1]), WIDE),
                date=sent_date(envelope[0], received),
                received=received,
                size=size if isinstance(size, int) else 0,
                preview=short(header_text(preview)),
                has_attachments=bool(attachments(root)),
                parts=[part for part in leaves(root) if part.depth == 0],
            )
        )
    previews = _previews(imap, folder, openings)
    for row in out:
        row.preview = row.preview or previews.get(row.uid, "")
    return out


def short(text: str) -> str:
    """The first words on one line, cut at a word where there is one."""
    line = one_line(text[: PREVIEW_LENGTH * 8])
    if len(line) <= PREVIEW_LENGTH:
        return line
    return line[:PREVIEW_LENGTH].rsplit(" ", 1)[0] + "…"


def _previews(
    imap: LemonadeClient, folder: str, openings: dict[int, MessagePart]
) -> dict[int, str]:
    """The first words of each message: only what is not remembered is asked for, in one burst."""
    seat = connections.seat(imap.email)
    validity = imap.selected.uidvalidity if imap.selected else 0
    out: dict[int, str] = {}
    asked: dict[tuple[str, int], list[int]] = {}
    for uid, part in openings.items():
        known = seat.previews.get((folder, validity, uid))
        if known is not None:
            out[uid] = known
            continue
        octets = PEEK_HTML if part.type == "text/html" else PEEK
        asked.setdefault((part.section, octets), []).append(uid)
    answers = imap.burst(
        [
            (b"UID FETCH", (uid_set(uids), b"(UID BODY.PEEK[%s]<0.%d>)" % (name.encode(), octets)))
            for (name, octets), uids in asked.items()
        ]
    )
    for (section, _), answer in zip(asked, answers, strict=True):
        for uid, items in parse_fetch(answer.data.get("FETCH", [])).items():
            data = items.get(b"BODY[%s]<0>" % section.encode())
            if uid in openings and isinstance(data, bytes):
                out[uid] = _opening(data, openings[uid])
                seat.remember((folder, validity, uid), out[uid])
    return out


def _opening(data: bytes, part: MessagePart) -> str:
    text = body_text(data, part)
    if part.type == "text/html":
        return short(html_to_text(text))
    lines = text.splitlines()
    own = [line for line in lines if line.strip() and not line.startswith(">")]
    return short(" ".join(own or lines))
