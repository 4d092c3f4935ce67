"""What a SASL client response says, once its base64 is undone. The parsers raise ValueError.

PLAIN (RFC 4616) and OAUTHBEARER (RFC 7628). Who it is that logs in, and whether they may, is
decided elsewhere; here nothing is compared.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field

# RFC 4616 §2 asks for 255 at least; more than this is no name or password but an attack.
MAX_NAME = 320
MAX_SECRET = 1024
MAX_TOKEN = 8192
MAX_RESPONSE = 12_288  # octets of base64 (as RFC 4954 §4 has it)

_SEPARATOR = b"\x01"
# gs2-header of RFC 5801 §4 without channel binding: "n,a=user@example.com,".
_GS2_HEADER = re.compile(rb"[ny],(?:a=((?:[^\x00,=]|=2C|=3D)+))?,")
_BEARER = re.compile(rb"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)


def response(wire: bytes) -> bytes:
    """A client's response, its base64 undone. Raises ValueError."""
    if len(wire) > MAX_RESPONSE:
        raise ValueError("the response is too long")
    try:
        return base64.b64decode(wire, validate=True)
    except ValueError as error:
        raise ValueError("the response is not base64") from error


@dataclass(slots=True)
class Plain:
    """A name and its password; `authzid` is whom to act for, empty for oneself."""

    authzid: str
    login: str
    password: str = field(repr=False)


@dataclass(slots=True)
class Bearer:
    """A token that proves an identity; `authzid` is whose, as the client believes."""

    authzid: str
    token: str = field(repr=False)


def plain(response: bytes) -> Plain:
    """`[authzid] NUL login NUL password`, in UTF-8 (RFC 4616 §2)."""
    parts = response.split(b"\0")
    if len(parts) != 3:
        raise ValueError("three parts with NUL between them are needed")
    authzid, login, password = parts
    if not login or not password:
        raise ValueError("a name and a password are needed")
    if len(authzid) > MAX_NAME or len(login) > MAX_NAME or len(password) > MAX_SECRET:
        raise ValueError("a part is too long")
    return Plain(authzid.decode("utf-8"), login.decode("utf-8"), password.decode("utf-8"))


def oauthbearer(response: bytes) -> Bearer:
    """`n,a=name,^Aauth=Bearer token^A^A` (RFC 7628 §3.1). Keys not known are ignored."""
    header = _GS2_HEADER.match(response)
    if header is None or not response.endswith(_SEPARATOR * 2):
        raise ValueError("a GS2 header and pairs ended by two ^A are needed")
    name = (header[1] or b"").replace(b"=2C", b",").replace(b"=3D", b"=")
    first, *pairs = response[header.end() : -2].split(_SEPARATOR)
    if first or len(name) > MAX_NAME:
        raise ValueError("bad GS2 header")
    found = None
    for pair in pairs:
        key, equals, value = pair.partition(b"=")
        if not equals or not key.isalpha():
            raise ValueError("a pair is key=value")
        if key == b"auth":
            found = _BEARER.fullmatch(value)
    if found is None or len(found[1]) > MAX_TOKEN:
        raise ValueError("auth=Bearer and a token are needed")
    return Bearer(name.decode("utf-8"), found[1].decode("ascii"))
