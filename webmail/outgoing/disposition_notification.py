"""A reader's receipt: sent when the reader says so, once, and noted for all their devices.

RFC 8098 is the message, RFC 3503 the $MDNSent keyword, which is never taken off again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime

from django.utils.translation import get_language, gettext, gettext_lazy

from webmail.mail import (
    Address,
    MailSession,
    OpenedMessage,
    Refused,
    StoredMessage,
    address_field,
    ids_field,
    parse_one,
    text_field,
    text_part,
)
from webmail.transport.endpoint import login_token, submission_endpoint

from .keywords import MDN_SENT
from .submission_client import SmtpClient, SmtpEnvelope

DONE = gettext_lazy("A receipt was sent, or refused, from another window or device already.")


def send_notification(session: MailSession, opened: OpenedMessage, sender: str) -> Address:
    """Tell who asked that the message was displayed; to whom that was.

    The submission server is asked first, so that a receipt is not lost because it is away. Raises
    Refused when there is nothing to confirm, or Unreachable.
    """
    if not opened.receipt_to:
        raise Refused(gettext("Nobody asked for a receipt of this message."))
    me, to = parse_one("sender", sender), opened.receipt_to[0]
    client = SmtpClient(submission_endpoint())
    try:
        client.sign_in(session.email, login_token(session.email))
        refuse_notification(session, opened)
        # Reports come from nobody, so that no report can answer them (RFC 8098 §2.1).
        envelope = SmtpEnvelope("", [to.address], secrets.token_hex(8), notify="NEVER")
        final = client.send_octets(envelope, _message(opened, me, to)).final
    finally:
        client.close()
    if not final.good:
        raise Refused(
            gettext("The receipt could not be sent. The mail server said: %(words)s")
            % {"words": final.words}
        )
    return to


def refuse_notification(session: MailSession, opened: OpenedMessage) -> None:
    """Note that no receipt is to be sent (any more), which one device alone can.

    Raises NotFound, or Refused when it is noted.
    """
    stored = StoredMessage(opened.folder, opened.uidvalidity, opened.uid)
    if not session.set_once(stored, MDN_SENT):
        raise Refused(DONE)


def _message(opened: OpenedMessage, me: Address, to: Address) -> Iterator[bytes]:
    boundary = f"=_{secrets.token_hex(16)}"
    domain = me.address.rpartition("@")[2]
    header, text = text_part(
        gettext(
            "Your message “%(subject)s” to %(address)s was opened.\n\n"
            "That does not say that it was read to the end, or understood.\n"
        )
        % {"subject": opened.subject or gettext("(no subject)"), "address": me.address}
    )
    yield b"".join(
        [
            address_field("From", [me]),
            address_field("To", [to]),
            text_field("Subject", gettext("Read: %(subject)s") % {"subject": opened.subject}),
            f"Date: {format_datetime(datetime.now().astimezone())}\r\n".encode("ascii"),
            f"Message-ID: <{secrets.token_hex(16)}@{domain}>\r\n".encode("ascii"),
            ids_field("In-Reply-To", opened.message_id),
            ids_field("References", opened.message_id),
            b"MIME-Version: 1.0\r\n",
            b"Content-Type: multipart/report; report-type=disposition-notification;\r\n",
            f' boundary="{boundary}"\r\n\r\n--{boundary}\r\n'.encode("ascii"),
        ]
    )
    language = f"Content-Language: {get_language() or 'en'}\r\n".encode("ascii")
    yield header + language + b"\r\n" + text
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
