"""Between the compose form and a ``Draft``: nothing is trusted, nothing is judged twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from webmail import gateway
from webmail.gateway.client import LemonadeClient
from webmail.gateway.numbers import number
from webmail.gateway.types import Address, BadDraft, Draft, Kept, Source, Stored, Upload
from webmail.gateway.writing import mailbox_text

from .page import email_of

LONGEST_HOLD = timedelta(days=365)
MOST_PARTS = 200
MOST_FILES = 100


def sender_of(request: HttpRequest) -> str:
    """The account's own address with its name, as From shows it."""
    name = str(getattr(request.user, "name", "") or "")
    address = Address(name, email_of(request))
    return mailbox_text(address) if name.isascii() else str(address)


def own_addresses(request: HttpRequest, chosen: str) -> list[str]:
    """What may stand in From."""
    own = sender_of(request)
    return [own] if chosen in (own, "") else [own, chosen]


def read_draft(
    imap: LemonadeClient, own: str, post: QueryDict, files: Sequence[UploadedFile] = ()
) -> Draft:
    """The posted form. ``own``: the sender when the form names none.

    Raises NotFound when a part that should go along is not there any more.
    """
    return Draft(
        sender=post.get("sender", "") or own,
        to=post.get("to", ""),
        cc=post.get("cc", ""),
        bcc=post.get("bcc", ""),
        subject=post.get("subject", ""),
        text=post.get("text", ""),
        kept=kept_parts(imap, post),
        uploads=[upload(file) for file in files[:MOST_FILES] if file],
        source=Source.parse(post.get("source", "")),
        in_reply_to=post.get("in_reply_to", ""),
        references=post.get("references", ""),
        replaces=parse_replaces(post.get("replaces", "")),
        later=post.get("later", "")[:30].strip(),
        receipt="receipt" in post,
        tell="tell" in post,
    )


def kept_parts(imap: LemonadeClient, post: QueryDict) -> list[Kept]:
    """Everything that was offered, with what is chosen of it."""
    as_whole = post.get("whole") == "1"
    ticked = set(post.getlist("kept"))
    tokens = [*filter(None, [post.get("whole_token")]), *post.getlist("offered")[:MOST_PARTS]]
    out = gateway.keep(imap, tokens)
    for part in out:
        part.chosen = part.token in ticked and not as_whole if part.section else as_whole
    return out


def upload(file: UploadedFile) -> Upload:
    """A file of the form, read from its start whenever it is opened."""

    def opened() -> BinaryIO:
        file.open()
        return cast(BinaryIO, file.file)

    return Upload(
        name=file.name or "file",
        type=file.content_type or "application/octet-stream",
        size=file.size or 0,
        open=opened,
    )


def release_time(later: str) -> datetime | None:
    """When to send it, as typed in the reader's zone; None for at once. Raises BadDraft."""
    if not later:
        return None
    try:
        at = timezone.make_aware(datetime.fromisoformat(later).replace(tzinfo=None))
    except (ValueError, OverflowError):
        raise BadDraft("later", "The time to send it can't be read.") from None
    if not timedelta(0) < at - timezone.now() < LONGEST_HOLD:
        raise BadDraft("later", "The time to send it must lie ahead, within a year.")
    return at


def parse_replaces(token: str) -> Stored | None:
    """The saved draft behind a hidden field; None when it is none."""
    validity, _, rest = token.partition(".")
    uid, _, folder = rest.partition(".")
    stamp, place = number(validity), number(uid)
    if stamp is None or place is None or not folder:
        return None
    return Stored(folder, stamp, place)
