"""Messages to put into mailboxes under test."""

from __future__ import annotations

import email.policy
import hashlib
import random
from email.message import EmailMessage

DATE = "Tue, 24 Nov 2026 10:00:00 +0100"


def message(
    subject: str = "Hello",
    text: str = "Hi there,\n\nthis is the text.\n",
    html: str = "",
    attachment: bytes = b"",
    name: str = "paper.pdf",
    to: str = "alice@lemonade.test",
) -> bytes:
    """A message with CRLF line ends."""
    letter = EmailMessage()
    letter["From"] = "Zoë Ünger <zoe@x.example>"
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = DATE
    letter["Message-ID"] = f"<{hashlib.sha1(subject.encode()).hexdigest()}@x.example>"
    letter.set_content(text)
    if html:
        letter.add_alternative(html, subtype="html")
    if attachment:
        letter.add_attachment(attachment, maintype="application", subtype="pdf", filename=name)
    return letter.as_bytes(policy=email.policy.SMTP)


def octets(count: int) -> bytes:
    """Octets that look like nothing, the same each time."""
    return random.Random(count).randbytes(count)
