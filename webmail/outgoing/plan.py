"""A draft as pieces: text of our own, files, and URLs of what stays on the server. RFC 4469."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from io import BytesIO

from django.utils.translation import gettext

from webmail.mail import (
    Address,
    BadDraft,
    Design,
    PartUrl,
    Payload,
    ServerSidePart,
    Upload,
    address_field,
    base64_pieces,
    base64_size,
    file_header,
    html_part,
    ids_field,
    names_of_fields,
    parameter,
    parse_list,
    parse_one,
    parse_unfinished_list,
    picture_header,
    text_field,
    text_part,
)
from webmail.transport.endpoint import message_limit

from .calendar_body import calendar_body
from .draft import Draft
from .rich_plan import Body, rich_body
from .rich_plan import Piece as Piece


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """What went along, for the receipt. ``size``: as people know it. ``stays``: on the server."""

    name: str
    size: int
    stays: bool


@dataclass(slots=True)
class Plan:
    """Everything needed to put the message together and to send it.

    ``head`` replaces the stored header on the way out when the stored one names Bcc recipients;
    b"" when both are the same. ``body``: "", "8BITMIME" or "BINARYMIME".
    """

    pieces: list[Piece]
    head: bytes
    sender: Address
    recipients: list[Address]
    message_id: str
    body: str
    lead: int  # pieces before the text: headers alone
    tail: int  # pieces up to the end of the text
    kept: int  # octets of parts that stay on the server, as they are encoded there
    shown: int  # the same decoded, as people know the files
    size: int  # octets of the whole message; MIME headers of kept parts not counted
    files: list[AttachedFile]

    @property
    def literals(self) -> list[Payload | PartUrl]:
        """Neighbouring texts and files as one literal each, so that CATENATE has few parts."""
        return merge_pieces(self.pieces)


@dataclass(frozen=True, slots=True)
class UnfinishedDraft:
    """A draft while it is written: its recipients may be half typed, and each time that it is laid
    out it is the same message as far as that goes.
    """

    identity: str  # of its Message-ID, before the "@"
    boundary: str  # between its parts


def _check_draft(
    draft: Draft, need_recipient: bool, is_unfinished: bool
) -> tuple[Address, list[list[Address]], bytes]:
    """The sender, the To, Cc and Bcc lists, and fields with what is no address yet.

    Raises BadDraft.
    """
    sender = parse_one("sender", draft.sender)
    typed = {"to": draft.to, "cc": draft.cc, "bcc": draft.bcc}
    lists, rest = [], b""
    for name, text in typed.items():
        if is_unfinished:
            found, left = parse_unfinished_list(name, text)
            rest += text_field(f"X-Unfinished-{name.capitalize()}", left) if left else b""
        else:
            found = parse_list(name, text)
        lists.append(found)
    if need_recipient and not any(lists):
        raise BadDraft(
            "to", gettext("Whom is it for? Put at least one address into To, Cc or Bcc.")
        )
    _check_size(draft)
    return sender, lists, rest


def check(draft: Draft) -> None:
    """It can go out as it is, as far as that is known before. Raises BadDraft."""
    _check_draft(draft, need_recipient=True, is_unfinished=False)


def _check_size(draft: Draft) -> None:
    """Raises BadDraft."""
    files = sum(base64_size(upload.size) for upload in draft.uploads)
    kept = sum(part.size for part in _staying(draft))
    limit = message_limit()
    if files + kept + len(draft.text) + len(draft.html) > limit:
        most = f"{limit / 1_000_000:.1f} MB"
        raise BadDraft(
            "uploads", gettext("This message is too large: %(most)s is the most.") % {"most": most}
        )


def plan(
    draft: Draft,
    when: datetime,
    need_recipient: bool = True,
    unfinished: UnfinishedDraft | None = None,
) -> Plan:
    """Lay the message out. ``when`` becomes its Date. Raises BadDraft."""
    sender, (to, cc, bcc), typed = _check_draft(draft, need_recipient, unfinished is not None)
    domain = sender.address.rpartition("@")[2]
    identity = unfinished.identity if unfinished else secrets.token_hex(16)
    message_id = f"<{identity}@{domain}>"
    staying = _staying(draft)
    body = ""
    if any(part.eight_bit for part in staying):
        body = "8BITMIME"
    if any(part.binary for part in staying):
        body = "BINARYMIME"
    top = b"".join(
        [
            address_field("From", [sender]),
            address_field("To", to),
            address_field("Cc", cc),
        ]
    )
    rest = b"".join(
        [
            text_field("Subject", draft.subject),
            f"Date: {format_datetime(when)}\r\n".encode("ascii"),
            f"Message-ID: {message_id}\r\n".encode("ascii"),
            ids_field("In-Reply-To", draft.in_reply_to),
            ids_field("References", draft.references),
            _reply_to(draft),
            address_field("Disposition-Notification-To", [sender] if draft.receipt else []),
            typed,
            draft.fields,
            b"MIME-Version: 1.0\r\n",
        ]
    )
    boundary = unfinished.boundary if unfinished else f"=_{secrets.token_hex(16)}"
    mime, pieces, before = _content(draft, body, boundary, unfinished is not None)
    sent = top + rest + mime
    stored = top + address_field("Bcc", bcc) + rest + mime
    recipients = {a.address.lower(): a for group in (to, cc, bcc) for a in group}
    return Plan(
        pieces=[stored, *pieces],
        head=sent if bcc else b"",
        sender=sender,
        recipients=list(recipients.values()),
        message_id=message_id,
        body=body,
        lead=1 + max(before, 0),
        tail=1 + before + 1,
        kept=sum(part.size for part in staying if part.stays),
        shown=sum(part.shown for part in staying if part.stays),
        size=len(stored) + sum(_octets(piece) for piece in pieces),
        files=[
            *(
                AttachedFile(part.name, part.shown, part.stays)
                for part in draft.kept
                if part.chosen and not part.inline
            ),
            *(
                AttachedFile(upload.name, upload.size, False)
                for upload in draft.uploads
                if not upload.content_id
            ),
        ],
    )


def _reply_to(draft: Draft) -> bytes:
    """Where answers go; a draft of another program that says so itself is left as it is."""
    if "reply-to" in {name.lower() for name in names_of_fields(draft.fields)}:
        return b""
    return address_field("Reply-To", parse_list("reply_to", draft.reply_to))


def _text_body(draft: Draft, boundary: str, coding: str, is_unfinished: bool) -> Body:
    """What is written. In a draft it is HTML or plain text alone: each word travels once."""
    if draft.calendar:
        return calendar_body(draft.text, draft.calendar, boundary)
    if draft.is_rich and not is_unfinished:
        return rich_body(draft, boundary, coding)
    header, octets = html_part(draft.html) if draft.is_rich else text_part(draft.text)
    return header, [octets]


def _content(
    draft: Draft, body: str, boundary: str, is_unfinished: bool
) -> tuple[bytes, list[Piece], int]:
    """The MIME header fields with their blank line, the pieces of the body, and how many of these
    stand before the text: -1 when there is none.
    """
    coding = {"8BITMIME": "8bit", "BINARYMIME": "binary"}.get(body, "7bit")
    header, text = _text_body(draft, boundary, coding, is_unfinished)
    design = draft.design if draft.joined is None else None
    chosen = [part for part in draft.kept if part.chosen]
    uploads = draft.uploads
    if draft.is_rich and not is_unfinished:  # its pictures are with the text
        chosen = [part for part in chosen if not part.inline]
        uploads = [upload for upload in uploads if not upload.content_id]
    alone = not chosen and not uploads
    if alone and design is None:
        return header + b"\r\n", text, 0
    has_text = design is None or bool(draft.text.strip())
    if alone and design is not None and design.mime and not has_text:
        return design.mime, _design_pieces(design)[1:], -1
    mark = f"--{boundary}\r\n".encode("ascii")
    fields = (
        f"Content-Type: multipart/mixed{parameter('boundary', boundary)}\r\n"
        f"Content-Transfer-Encoding: {coding}\r\n\r\n"
    )
    pieces: list[Piece] = [mark + header + b"\r\n", *text] if has_text else []
    if design is not None:
        pieces += [b"\r\n" + mark if has_text else mark, *_design_pieces(design)]
    for part in chosen:
        pieces += [b"\r\n" + mark, *_server_side_pieces(part)]
    for upload in uploads:
        header = (
            picture_header(upload) if upload.content_id else file_header(upload.type, upload.name)
        )
        pieces += [b"\r\n" + mark + header, upload]
    pieces.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    return fields.encode("ascii"), pieces, 1 if has_text else -1


def _staying(draft: Draft) -> list[ServerSidePart | Design]:
    """All that stays on the server."""
    design = [draft.design] if draft.design is not None else []
    return [*design, *(part for part in draft.kept if part.chosen)]


def _design_pieces(design: Design) -> list[Piece]:
    """A MIME header and the URL of what it describes."""
    here = (design.folder, design.uidvalidity, design.uid)
    whole = PartUrl(*here, design.section, design.size)
    return [design.mime or PartUrl(*here, f"{design.section}.MIME", 0), whole]


def _server_side_pieces(part: ServerSidePart) -> list[Piece]:
    """A MIME header, the part's own by URL or one we write, and the URL of its octets."""
    if part.data is not None:
        return [file_header(part.type, part.name), _as_upload(part.name, part.type, part.data)]
    whole = PartUrl(part.folder, part.uidvalidity, part.uid, part.section, part.size)
    if part.mime:
        return [part.mime, whole]
    own = f"{part.section}.MIME"
    return [PartUrl(part.folder, part.uidvalidity, part.uid, own, 0), whole]


def _as_upload(name: str, kind: str, data: bytes) -> Upload:
    return Upload(name, kind, len(data), lambda: BytesIO(data))


def _octets(piece: Piece) -> int:
    if isinstance(piece, bytes):
        return len(piece)
    if isinstance(piece, Upload):
        return base64_size(piece.size)
    return piece.size


def merge_pieces(pieces: list[Piece]) -> list[Payload | PartUrl]:
    """Neighbouring texts and files as one literal each, so that CATENATE has few parts."""
    out: list[Payload | PartUrl] = []
    run: list[bytes | Upload] = []
    for piece in pieces:
        if not isinstance(piece, PartUrl):
            run.append(piece)
            continue
        if run:
            out.append(_literal(run))
            run = []
        out.append(piece)
    if run:
        out.append(_literal(run))
    return out


def _literal(run: list[bytes | Upload]) -> Payload:
    return Payload(sum(_octets(piece) for piece in run), _stream(run))


def _stream(run: list[bytes | Upload]) -> Iterator[bytes]:
    for piece in run:
        if isinstance(piece, bytes):
            yield piece
        else:
            with piece.open() as file:
                yield from base64_pieces(file, piece.size)
