"""One message in the place of another: REPLACE (RFC 8508), else APPEND first, and then removal."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from ..imap.client import LemonadeClient
from ..imap.commands import Payload, mailbox
from ..message.errors import NotFound, ReplacedElsewhere
from ..message.folders import StoredMessage
from ..message.parts import PartUrl
from ..message.responses import parse_fetch, values
from . import filing, storing
from .mailboxes import apply_select_answer, enter, select_command

ELSEWHERE = gettext_lazy("This draft was changed, sent or deleted in another window or device.")
MOST_VERSIONS = 20  # of one draft that are looked at

Parts = Sequence[Payload | PartUrl]


def can_splice(imap: LemonadeClient) -> bool:
    """Can a message be made of ranges of octets of another one? RFC 4469, RFC 5550 §5.7.1."""
    return imap.has("CATENATE") and imap.has("URL-PARTIAL")


def can_replace(imap: LemonadeClient) -> bool:
    """Does the server put one message in the place of another in one step? RFC 8508."""
    return imap.has("REPLACE")


def replace(
    imap: LemonadeClient, old: StoredMessage, parts: Parts, message_id: str, flags: Sequence[str]
) -> StoredMessage:
    """Store a message in the folder of ``old``, which is then gone.

    Raises ReplacedElsewhere when ``old`` is not there: then nothing was stored. Raises NotFound
    when a part is gone, or Refused.
    """
    has_urls = any(isinstance(part, PartUrl) for part in parts)
    try:
        if can_replace(imap) and (not has_urls or imap.has("CATENATE")):
            return _replace(imap, old, parts, message_id, flags)
        return _append_and_remove(imap, old, parts, message_id, flags)
    except NotFound:
        if is_there(imap, old):
            raise
        raise ReplacedElsewhere(ELSEWHERE) from None


def _replace(
    imap: LemonadeClient, old: StoredMessage, parts: Parts, message_id: str, flags: Sequence[str]
) -> StoredMessage:
    """In one round trip, with SELECT where that is needed.

    A URL of the old message holds its UIDVALIDITY: it fails where that is another one by now.
    Without such a URL the answer to SELECT must be seen first.
    """
    is_bound = any(
        isinstance(part, PartUrl) and _home(part) == (old.folder, old.uidvalidity) for part in parts
    )
    now = imap.selected
    select = [] if now and now.folder == old.folder else [select_command(imap, old.folder)]
    if not select or not is_bound:
        enter(imap, old.folder, old.uidvalidity)
        select = []
    names = f"({' '.join(flags)})".encode("ascii")
    message = (b"%d" % old.uid, mailbox(old.folder), names, *storing.message_data(parts))
    answers = imap.burst([*select, (b"UID REPLACE", message)])
    if select:
        apply_select_answer(imap, old.folder, answers[0])
    answer = answers[-1]
    if answer.status != "OK" and not is_there(imap, old):
        raise ReplacedElsewhere(ELSEWHERE)
    stored = filing.parse_appenduid(answer.check(), old.folder)
    imap.stirred = True
    return stored if stored.uid else storing.find_newest(imap, old.folder, message_id)


def _home(part: PartUrl) -> tuple[str, int]:
    return part.folder, part.uidvalidity


def _append_and_remove(
    imap: LemonadeClient, old: StoredMessage, parts: Parts, message_id: str, flags: Sequence[str]
) -> StoredMessage:
    """The new one is stored before the old one goes: what interrupts this leaves both."""
    if not is_there(imap, old):
        raise ReplacedElsewhere(ELSEWHERE)
    stored = storing.append(imap, old.folder, parts, message_id, flags)
    filing.discard(imap, old)
    return stored


def is_there(imap: LemonadeClient, stored: StoredMessage) -> bool:
    """Whether the very message is still in its folder."""
    try:
        enter(imap, stored.folder, stored.uidvalidity)
    except NotFound:
        return False
    answers = imap.burst([(b"NOOP", ()), (b"UID FETCH", (b"%d" % stored.uid, b"(UID)"))])
    # Dovecot may tell what was fetched before it says that NOOP is done.
    told = [line for answer in answers for line in answer.data.get("FETCH", [])]
    return stored.uid in parse_fetch(told)


def versions(imap: LemonadeClient, folder: str, words: str) -> list[tuple[StoredMessage, str]]:
    """Messages whose Message-ID holds ``words``, oldest first, each with its Message-ID."""
    now = enter(imap, folder)
    key = b'HEADER Message-ID "%s"' % words.encode("ascii")
    answer = imap.burst([(b"NOOP", ()), (b"UID SEARCH", (key,))])[1].check()
    found = sorted(x for x in values(answer.data.get("SEARCH", [])) if isinstance(x, int))
    out = []
    if found:
        uids = b",".join(b"%d" % uid for uid in found[-MOST_VERSIONS:])
        fetched = imap.command(b"UID FETCH", uids, b"(UID ENVELOPE)").check()
        for uid, items in sorted(parse_fetch(fetched.data.get("FETCH", [])).items()):
            envelope = items.get(b"ENVELOPE")
            known = envelope[9] if isinstance(envelope, list) and len(envelope) > 9 else b""
            text = known.decode("ascii", "replace") if isinstance(known, bytes) else ""
            out.append((StoredMessage(folder, now.uidvalidity, uid), text))
    return out
