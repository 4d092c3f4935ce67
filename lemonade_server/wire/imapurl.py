"""IMAP URLs of messages and their parts, with and without URLAUTH.

RFC 5092, RFC 4467, access identifiers of RFC 5593. Absolute URLs and relative ones that begin with
a slash are read; the other relative forms have no base here, and a server, a search or another
host's path is never the URL of a message (RFC 5092 §7.2, §10.1).
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

from lemonade_server.wire import dates, utf7

MAX_NUMBER = 0xFFFFFFFF

_UCHAR = rb"A-Za-z0-9\-._~!$'()*+,"
_PERCENT = rb"%[0-9A-Fa-f]{2}"
_ACHARS = rb"(?:[%b&=]|%b)+" % (_UCHAR, _PERCENT)
# A slash before ";" ends a mailbox or a section, for what follows is the next component.
_BCHARS = rb"(?:[%b&=:@]|%b|/(?!;))+" % (_UCHAR, _PERCENT)
_NUMBER = rb"[1-9][0-9]{0,9}"

_SERVER = re.compile(
    rb"imap://(?:(?P<user>%b)?(?:;AUTH=(?P<auth>\*|%b))?@)?"
    rb"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{0,5}))?(?=/|\Z)"
    % (_ACHARS, _ACHARS),
    re.IGNORECASE,
)
# The slashes that are optional here are so because the examples of RFC 4550 §2.4 leave them out,
# or put them where the grammar has none: between two ";" they are unambiguous.
_PATH = re.compile(
    rb"/(?!/)(?P<mailbox>%b)(?:;UIDVALIDITY=(?P<uidvalidity>%b))?"
    rb"(?:/;UID=(?P<uid>%b)(?:/?;SECTION=(?P<section>%b))?"
    rb"(?:/?;PARTIAL=(?P<offset>[0-9]{1,19})(?:\.(?P<length>[1-9][0-9]{0,18}))?)?"
    rb"(?:(?:/?;EXPIRE=(?P<expire>[0-9TtZz:.+-]+))?/?;URLAUTH=(?P<access>[a-z][a-z0-9.-]*(?:\+%b)?)"
    rb"(?P<verifier>:(?P<mechanism>[A-Za-z0-9.-]+):(?P<token>[0-9A-Fa-f]{32,}))?)?)?"
    % (_BCHARS, _NUMBER, _NUMBER, _BCHARS, _ACHARS),
    re.IGNORECASE,
)

# What may stand unencoded besides letters, digits and "-._~".
_SAFE_USER = "!$'()*+,&="
_SAFE_MAILBOX = _SAFE_USER + ":@/"

_PERSONAL = ("submit", "user")
_IMPERSONAL = ("authuser", "anonymous")


class UrlError(ValueError):
    """The octets are not the URL of a message, a part or a mailbox."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(slots=True)
class ImapUrl:
    """A URL taken apart, everything percent-decoded except `raw` and `rump`.

    `uid` is None for a whole mailbox, `section` for a whole message. `partial` is offset and
    length in octets, of which the length may be None. `expire` is seconds since 1970 UTC. `access`
    has its keyword in lower case (`submit+alice`). `rump` is what a token covers: the octets as
    received, up to the mechanism (RFC 4467 §3).
    """

    raw: bytes
    absolute: bool
    user: str | None
    auth: str | None
    host: str | None
    port: int | None
    mailbox: str
    uidvalidity: int | None
    uid: int | None
    section: str | None
    partial: tuple[int, int | None] | None
    expire: int | None
    access: str | None
    mechanism: str | None
    token: bytes | None
    rump: bytes


def parse(raw: bytes) -> ImapUrl:
    """Take a URL apart. Raises UrlError."""
    server = _SERVER.match(raw)
    if server is None and not raw.startswith(b"/"):
        raise UrlError("not an absolute IMAP URL, nor a path that begins with a slash")
    path = _PATH.fullmatch(raw, server.end() if server else 0)
    if path is None:
        raise UrlError("not the URL of a message or a mailbox")
    offset, length = path["offset"], path["length"]
    return ImapUrl(
        raw=raw,
        absolute=server is not None,
        user=_text(server["user"]) if server else None,
        auth=_text(server["auth"]) if server else None,
        host=server["host"].decode("ascii").lower() if server else None,
        port=_port(server["port"]) if server else None,
        mailbox=utf7.canonical(_text(path["mailbox"]) or ""),
        uidvalidity=_number(path["uidvalidity"]),
        uid=_number(path["uid"]),
        section=_text(path["section"]),
        partial=(int(offset), int(length) if length else None) if offset else None,
        expire=_expire(path["expire"]),
        access=_access(path["access"]),
        mechanism=path["mechanism"].decode("ascii").upper() if path["mechanism"] else None,
        token=_token(path["token"]),
        rump=raw[: path.start("verifier")] if path["verifier"] else raw,
    )


def message_url(
    mailbox: str,
    uidvalidity: int | None,
    uid: int,
    section: str = "",
    partial: tuple[int, int | None] | None = None,
    *,
    user: str | None = None,
    host: str | None = None,
    port: int | None = None,
) -> bytes:
    """The URL of a message or of a part of it: absolute when a host is given, else relative."""
    if not mailbox:
        raise ValueError("a mailbox has a name")
    url = "/" + _encode_component(mailbox)
    if uidvalidity is not None:
        url += f";UIDVALIDITY={uidvalidity}"
    url += f"/;UID={uid}"
    if section:
        url += f"/;SECTION={_encode_component(section)}"
    if partial is not None:
        offset, length = partial
        url += f"/;PARTIAL={offset}" if length is None else f"/;PARTIAL={offset}.{length}"
    if host is not None:
        owner = f"{_encode(user, _SAFE_USER)}@" if user is not None else ""
        url = f"imap://{owner}{host}" + (f":{port}" if port is not None else "") + url
    return url.encode("ascii")


def ticket_rump(url: bytes, access: str, expire: int | None = None) -> bytes:
    """A message URL made ready for GENURLAUTH: `access` such as `submit+alice` (RFC 4467 §3)."""
    keyword, plus, userid = access.partition("+")
    until = b";EXPIRE=" + dates.rfc3339(expire) if expire is not None else b""
    who = f"{keyword}{plus}{_encode(userid, _SAFE_USER)}"
    return url + until + b";URLAUTH=" + who.encode("ascii")


def _encode_component(text: str) -> str:
    """A mailbox or section. A slash at its border would be read as one between components."""
    inner = text.strip("/")
    if not inner:
        return "%2F" * len(text)
    before, after = text.index(inner), len(text) - len(text.rstrip("/"))
    return "%2F" * before + _encode(inner, _SAFE_MAILBOX) + "%2F" * after


def _encode(text: str, safe: str) -> str:
    return quote_from_bytes(text.encode("utf-8"), safe=safe)


def _text(encoded: bytes | None) -> str | None:
    if encoded is None:
        return None
    octets = unquote_to_bytes(encoded) if b"%" in encoded else encoded
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UrlError("percent-encoded octets are not UTF-8") from error
    if "\0" in text:
        raise UrlError("NUL in a URL")
    return text


def _number(digits: bytes | None) -> int | None:
    if digits is None:
        return None
    value = int(digits)
    if value > MAX_NUMBER:
        raise UrlError("number too large")
    return value


def _port(digits: bytes | None) -> int | None:
    if not digits:
        return None
    port = int(digits)
    if not 0 < port <= 65_535:
        raise UrlError("no such port")
    return port


def _expire(wire: bytes | None) -> int | None:
    if wire is None:
        return None
    try:
        return dates.parse_rfc3339(wire)
    except ValueError as error:
        raise UrlError(f"bad EXPIRE: {error}") from error


def _access(wire: bytes | None) -> str | None:
    if wire is None:
        return None
    keyword, plus, userid = (_text(wire) or "").partition("+")
    keyword = keyword.lower()
    if (keyword in _PERSONAL and not userid) or (keyword in _IMPERSONAL and plus):
        raise UrlError("bad access identifier")
    return keyword + plus + userid


def _token(digits: bytes | None) -> bytes | None:
    if digits is None:
        return None
    if len(digits) % 2:
        raise UrlError("a token has an even number of digits")
    return binascii.unhexlify(digits)
