"""A reader's receipt: sent when the reader says so, once, and noted for all their devices.

RFC 8098 is the message, RFC 3503 the $MDNSent keyword, which is never taken off again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime

from .addressing import parse_one
from .client import LemonadeClient
from .endpoint import login_token, submission_endpoint
from .mailboxes import enter
from .once import set_once
from .smtp import SmtpClient, SmtpEnvelope
from .types import Address, Letter, Refused, Stored
from .writing import address_field, ids_field, text_field, text_part

MDN_SENT = "$MDNSent"
DONE = "A receipt was sent, or refused, from another window or device already."


def send_receipt(imap: LemonadeClient, opened: Letter, sender: str) -> Address:
    """Tell who asked that the message was displayed; to whom that was.

    The submission server is asked first, so that a receipt is not lost because it is away. Raises
    Refused when there is nothing to confirm, or Unreachable.
    """
    if not opened.receipt_to:
        raise Refused("Nobody asked for a receipt of this message.")
    me, to = parse_one("sender", sender), opened.receipt_to[0]
    client = SmtpClient(submission_endpoint())
    try:
        client.sign_in(imap.email, login_token(imap.email))
        refuse_receipt(imap, opened)
        # Reports come from nobody, so that no report can answer them (RFC 8098 §2.1).
        envelope = SmtpEnvelope("", [to.address], secrets.token_hex(8), notify="NEVER")
        final = client.send_octets(envelope, _message(opened, me, to)).final
    finally:
        client.close()
    if not final.good:
        raise Refused(f"The receipt could not be sent. The mail server said: {final.words}")
    return to


def refuse_receipt(imap: LemonadeClient, opened: Letter) -> None:
    """Note that no receipt is to be sent (any more), which one device alone can.

    Raises NotFound, or Refused when it is noted.
    """
    enter(imap, opened.folder, opened.uidvalidity)
    place = Stored(opened.folder, opened.uidvalidity, opened.uid)
    if not set_once(imap, place, MDN_SENT):
        raise Refused(DONE)


def _message(opened: Letter, me: Address, to: Address) -> Iterator[bytes]:
    boundary = f"=_{secrets.token_hex(16)}"
    domain = me.address.rpartition("@")[2]
    header, text = text_part(
        f"Your message “{opened.subject or '(no subject)'}” to {me.address} was opened.\n\n"
        "That does not say that it was read to the end, or understood.\n"
    )
    yield b"".join(
        [
            address_field("From", [me]),
            address_field("To", [to]),
            text_field("Subject", f"Read: {opened.subject}"),
            f"Date: {format_datetime(datetime.now().astimezone())}\r\n".encode("ascii"),
            f"Message-ID: <{secrets.token_hex(16)}@{domain}>\r\n".encode("ascii"),
            ids_field("In-Reply-To", opened.message_id),
            ids_field("References", opened.message_id),
            b"MIME-Version: 1.0\r\n",
            b"Content-Type: multipart/report; report-type=disposition-notification;\r\n",
            f' boundary="{boundary}"\r\n\r\n--{boundary}\r\n'.encode("ascii"),
        ]
    )
    yield header + b"\r\n" + text
    fields = [
        f"Final-Recipient: rfc822;{me.address}",
        *([f"Original-Message-ID: {opened.message_id}"] if opened.message_id.isascii() else []),
        "Disposition: manual-action/MDN-sent-manually; displayed",
    ]
    lines = "".join(f"{line}\r\n" for line in fields)
    yield (
        f"\r\n--{boundary}\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"{lines}\r\n--{boundary}--\r\n"
    ).encode("ascii")
