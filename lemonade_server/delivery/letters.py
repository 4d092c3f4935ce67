"""Short messages that the server writes for somebody: answers, notifications, error reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import getaddresses

from django.conf import settings

from . import trace

_BREAKS = re.compile(r"[\x00-\x1f\x7f]+")
LONGEST = 900  # characters of a field


def line(text: str) -> str:
    """A text that fits into a header field: one line, without control characters."""
    return _BREAKS.sub(" ", text).strip()[:LONGEST]


def compose(when: int, fields: Sequence[tuple[str, str]], body: str) -> bytes:
    """A plain text message with Date and Message-ID. Empty fields are left out."""
    made = _head(when, fields)
    text = body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    made.set_content(text if text.endswith("\n") else text + "\n")
    return made.as_bytes()


def compose_entity(when: int, fields: Sequence[tuple[str, str]], entity: str) -> bytes:
    """The same around a MIME entity that has its own Content- fields (RFC 5230 §4.4)."""
    text = entity.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").lstrip("\n")
    head, _, body = text.partition("\n\n")
    kept = re.sub(r"\n[ \t]+", " ", head).split("\n")
    own = [one for one in kept if one.lower().startswith("content-") and ":" in one]
    made = _head(when, fields)
    made["MIME-Version"] = "1.0"
    block = made.as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n"
    mime = "".join(f"{_BREAKS.sub(' ', one)}\r\n" for one in own)
    return block + f"{mime}\r\n{body}".replace("\r\n", "\n").replace("\n", "\r\n").encode()


def _head(when: int, fields: Sequence[tuple[str, str]]) -> EmailMessage:
    """The fields in a message. Only addresses in UTF-8 make a header in UTF-8 (RFC 6532)."""
    complete = _complete(when, fields)
    named = getaddresses([value for name, value in complete if name in ("From", "To", "Cc")])
    plain = all(address.isascii() for _, address in named)
    made = EmailMessage(policy=SMTP if plain else SMTPUTF8)
    for name, value in complete:
        made[name] = value
    return made


def _complete(when: int, fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    dated = [*fields, ("Date", trace.date(when)),
             ("Message-ID", trace.message_id(settings.LEMONADE.hostname))]  # fmt: skip
    return [(name, line(value)) for name, value in dated if value]
