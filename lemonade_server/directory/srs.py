"""Forwarded mail with a sender of ours, which leads reports back: Sender Rewriting Scheme.

``bob@example.org``, forwarded by an address of ``ours.example``, becomes
``SRS0=hash=day=example.org=bob@ours.example``: a host that checks SPF finds us allowed to send,
and a report that comes back is passed on to bob. The hash keeps others from relaying through us,
the day ends its use. Case does not matter, as some servers change it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

PREFIX = "SRS0="
DAYS = 21
"""How long a report may take."""

_DAY = 86_400
_ROUND = 1024  # days until the two characters of a day come again
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SRS0 = re.compile(r"SRS0[=+-]([A-Z2-7]{8})=([A-Z2-7]{2})=([^=]+)=(.+)", re.IGNORECASE)
_LONGEST_LOCAL = 190


def rewritten_sender(sender: str, domain: str, key: str, now: int) -> str:
    """The sender of a forwarded copy, in our ``domain``; itself when it does not fit."""
    local, _, host = sender.rpartition("@")
    day = _day(now)
    rewritten = f"{PREFIX}{_hash(key, day, host, local)}={day}={host}={local}"
    fits = len(rewritten) <= _LONGEST_LOCAL and '"' not in local
    return f"{rewritten}@{domain}" if fits else sender


def is_rewritten(address: str) -> bool:
    """Whether the address claims to be one that ``rewritten`` made."""
    return address[: len(PREFIX)].upper() == PREFIX


def original_sender(address: str, key: str, now: int) -> str | None:
    """Whom the address stands for, None when it was not made here or is too old."""
    found = _SRS0.fullmatch(address.rpartition("@")[0])
    if found is None:
        return None
    mark, day, host, local = found.groups()
    if not hmac.compare_digest(mark.upper(), _hash(key, day.upper(), host, local)):
        return None
    age = (now // _DAY - _number(day.upper())) % _ROUND
    return f"{local}@{host}" if age <= DAYS else None


def _day(now: int) -> str:
    number = now // _DAY % _ROUND
    return _DIGITS[number // 32] + _DIGITS[number % 32]


def _number(day: str) -> int:
    return _DIGITS.index(day[0]) * 32 + _DIGITS.index(day[1])


def _hash(key: str, day: str, host: str, local: str) -> str:
    said = f"srs\0{day}\0{host}\0{local}".lower().encode()
    digest = hmac.digest(key.encode(), said, hashlib.sha256)
    return base64.b32encode(digest[:5]).decode("ascii")
