"""The commands and replies of SMTP submission: RFC 5321 §4 and its extensions' parameters.

SIZE (RFC 1870), 8BITMIME (RFC 6152), BINARYMIME and BDAT (RFC 3030), DSN (RFC 3461), AUTH
(RFC 4954), BURL (RFC 4468), SMTPUTF8 (RFC 6531), enhanced codes (RFC 2034). Each parser takes what
follows the verb and raises Reply.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lemonade_server.wire.errors import Reply

MAX_ADDRESS = 320
MAX_DOMAIN = 255
MAX_LABEL = 63  # RFC 1035 §2.3.4
MAX_ENVID = 100
MAX_ORCPT = 500
MAX_REPLY_TEXT = 400

_COMMAND = re.compile(rb"([A-Za-z0-9]{1,20})(?: +(.*?))? *", re.DOTALL)
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_URL = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+")
_SIZE = re.compile(rb"[0-9]{1,19}")
_MECHANISM = re.compile(rb"[A-Za-z0-9_-]{1,20}")

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010FFFF-]+"
_DOT_STRING = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED = r'"(?:[ !#-\[\]-~\x80-\U0010FFFF]|\\[ -~])*"'
_LABEL = r"[A-Za-z0-9_\x80-\U0010FFFF](?:[A-Za-z0-9_\x80-\U0010FFFF-]*[A-Za-z0-9_\x80-\U0010FFFF])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*\.?"
_LITERAL = r"\[(?:[0-9.]+|[A-Za-z0-9-]*[A-Za-z0-9]:[!-Z^-~]+)\]"
_ADDRESS = re.compile(
    rf"(?P<local>{_ATOM}(?:\.{_ATOM})*|{_QUOTED})@(?P<domain>{_DOMAIN}|{_LITERAL})"
)
_ROUTE = re.compile(rf"@{_DOMAIN}(?:,@{_DOMAIN})*:")
# The end of the path is the first ">" outside quotes; what is in between is judged after.
_PATH = re.compile(r'<((?:[^<>"\\]|"(?:[^"\\]|\\.)*")*)>')
_PAIR = re.compile(r"\\(.)")
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\x80-\U0010FFFF]+))?")
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_XTEXT_PAIR = re.compile(r"\+([0-9A-F]{2})")
_NOT_XCHAR = re.compile(r"[^!-*,-<>-~]")
_UNITEXT_PAIR = re.compile(r"\\x\{([0-9A-F]{2,6})\}")
_PRINTABLE = re.compile(r"[ -~\t]*")
_ADDRESS_TYPE = re.compile(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+")

# RFC 5550 §4 prints BODY=BINARY in an example where BINARYMIME is meant.
_BODIES = {
    "7BIT": "7BIT",
    "8BITMIME": "8BITMIME",
    "BINARYMIME": "BINARYMIME",
    "BINARY": "BINARYMIME",
}
_EVENTS = ("SUCCESS", "FAILURE", "DELAY")


@dataclass(slots=True)
class MailCommand:
    """MAIL FROM: `address` is empty for <>. `size` counts octets as declared.

    `ret` is FULL, HDRS or empty; `envid` is decoded; `auth` is the decoded AUTH mailbox, empty for
    AUTH=<>. `other` holds parameters of extensions that are not known here.
    """

    address: str
    body: str = "7BIT"
    size: int | None = None
    smtputf8: bool = False
    ret: str = ""
    envid: str = ""
    auth: str | None = None
    other: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RcptCommand:
    """RCPT TO: `notify` is NEVER, a list such as `SUCCESS,DELAY`, or empty when not given.

    `orcpt` is `type;address`, the address decoded.
    """

    address: str
    notify: str = ""
    orcpt: str = ""
    other: dict[str, str] = field(default_factory=dict)


def command(line: bytes) -> tuple[bytes, bytes]:
    """A line as verb, in upper case, and arguments."""
    found = _COMMAND.fullmatch(line)
    if found is None or _CONTROL.search(line):
        raise Reply(500, "5.5.2", "This is no command")
    return found[1].upper(), found[2] or b""


def mail(args: bytes) -> MailCommand:
    """`FROM:<path> [parameters]` (RFC 5321 §4.1.1.2)."""
    address, parameters = _path_and_parameters(args, b"FROM:", "5.1.7")
    given = MailCommand(address, smtputf8="SMTPUTF8" in parameters)
    for name, value in parameters.items():
        if name == "SIZE":
            given.size = _size(value)
        elif name == "BODY":
            given.body = _one_of(_BODIES, value)
        elif name == "RET":
            given.ret = _one_of({"FULL": "FULL", "HDRS": "HDRS"}, value)
        elif name == "ENVID":
            given.envid = _envid(value)
        elif name == "AUTH":
            given.auth = "" if value == "<>" else decode_xtext(value)
        elif name == "SMTPUTF8":
            _no_value(value)
        else:
            given.other[name] = value
    _check_ascii(address, allowed=given.smtputf8)
    return given


def recipient(args: bytes, *, utf8: bool = False) -> RcptCommand:
    """`TO:<path> [parameters]` (RFC 5321 §4.1.1.3). `utf8`: MAIL said SMTPUTF8."""
    address, parameters = _path_and_parameters(args, b"TO:", "5.1.3")
    if not address:
        raise Reply(501, "5.1.3", "A recipient has an address")
    given = RcptCommand(address)
    for name, value in parameters.items():
        if name == "NOTIFY":
            given.notify = _notify(value)
        elif name == "ORCPT":
            given.orcpt = _orcpt(value)
        else:
            given.other[name] = value
    _check_ascii(address, allowed=utf8)
    return given


def burl(args: bytes) -> tuple[bytes, bool]:
    """`absolute-URI [LAST]` (RFC 4468 §3.1): the URL, and whether the message ends with it."""
    url, last = _with_last(args)
    if not _URL.fullmatch(url):
        raise Reply(501, "5.5.4", "BURL needs an absolute URL")
    return url, last


def bdat(args: bytes) -> tuple[int, bool]:
    """`size [LAST]` (RFC 3030 §2): octets that follow at once, and whether they are the last."""
    size, last = _with_last(args)
    if not _SIZE.fullmatch(size):
        raise Reply(501, "5.5.4", "BDAT needs the size of the chunk")
    return int(size), last


def auth(args: bytes) -> tuple[str, bytes | None]:
    """`mechanism [initial-response]` (RFC 4954 §4), the response still in base64 or `=`."""
    mechanism, *rest = args.split(b" ")
    if not _MECHANISM.fullmatch(mechanism) or len(rest) > 1:
        raise Reply(501, "5.5.4", "AUTH needs a mechanism and at most one response")
    return mechanism.decode("ascii").upper(), rest[0] if rest else None


def reply(code: int, enhanced: str, *lines: str) -> bytes:
    """A reply of one line or several, the enhanced code in each (RFC 2034 §4).

    Without an enhanced code for greeting, EHLO and 3xx. Text can't break out of its line.
    """
    texts = [_reply_text(line) for line in lines] or [""]
    status = f"{enhanced} " if enhanced else ""
    written = [f"{code}-{status}{text}\r\n" for text in texts[:-1]]
    return "".join([*written, f"{code} {status}{texts[-1]}\r\n"]).encode("ascii", "replace")


def encode_xtext(text: str) -> str:
    """The text as an ESMTP value can carry it: `+HH` for what can't stand (RFC 3461 §4)."""
    return _NOT_XCHAR.sub(lambda found: _hex_pairs(found[0]), text)


def decode_xtext(value: str) -> str:
    """Undo `encode_xtext`: digits are in upper case, octets UTF-8, none of them a control.

    A line break smuggled in here would come out in the header of a report.
    """
    if not _XTEXT.fullmatch(value):
        raise Reply(501, "5.5.4", "A parameter is not in xtext")
    octets = _XTEXT_PAIR.sub(lambda found: chr(int(found[1], 16)), value).encode("latin-1")
    if _CONTROL.search(octets):
        raise Reply(501, "5.5.4", "A parameter holds control characters")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Reply(501, "5.5.4", "A parameter is not in UTF-8") from error


def encode_orcpt(orcpt: str) -> str:
    r"""`type;address` as the value of ORCPT; UTF-8 addresses with `\x{…}` (RFC 6533 §3)."""
    kind, _, address = orcpt.partition(";")
    if kind.lower() != "utf-8":
        return f"{kind};{encode_xtext(address)}"
    written = [
        c if c != "\\" and not _NOT_XCHAR.match(c) else f"\\x{{{ord(c):02X}}}" for c in address
    ]
    return f"{kind};{''.join(written)}"


def _path_and_parameters(args: bytes, word: bytes, status: str) -> tuple[str, dict[str, str]]:
    if args[: len(word)].upper() != word:
        raise Reply(501, "5.5.4", f"{word.decode('ascii')}<address> is missing")
    try:
        text = args[len(word) :].decode("utf-8").lstrip(" ")
    except UnicodeDecodeError as error:
        raise Reply(501, "5.5.2", "Not in UTF-8") from error
    path = _PATH.match(text)
    if path is None:
        raise Reply(501, status, "An address stands in <>")
    return _address(path[1], status), _parameters(text[path.end() :])


def _address(path: str, status: str) -> str:
    """The mailbox of a path, its source route forgotten and with as few quotes as can be."""
    route = _ROUTE.match(path)
    mailbox = path[route.end() :] if route else path
    if not mailbox and not route:
        return ""
    if mailbox.lower() == "postmaster":
        return mailbox
    found = _ADDRESS.fullmatch(mailbox)
    if found is None or len(mailbox) > MAX_ADDRESS or not _may_exist(found["domain"]):
        raise Reply(501, status, "This is no address")
    local = found["local"]
    if local.startswith('"'):
        local = _PAIR.sub(r"\1", local[1:-1])
        if not _DOT_STRING.fullmatch(local):
            local = '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'
    return f"{local}@{found['domain'].removesuffix('.')}"


def _may_exist(domain: str) -> bool:
    """Whether the name servers could know such a name: otherwise it would be asked for for days."""
    return len(domain) <= MAX_DOMAIN and all(len(label) <= MAX_LABEL for label in domain.split("."))


def _parameters(text: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    if text and not text.startswith(" "):
        raise Reply(501, "5.5.4", "A blank is missing after the address")
    for part in text.split():
        found = _PARAMETER.fullmatch(part)
        if found is None:
            raise Reply(501, "5.5.4", "A parameter is written NAME=value")
        name = found[1].upper()
        if name in parameters:
            raise Reply(501, "5.5.4", f"{name} is given twice")
        parameters[name] = found[2] or ""
    return parameters


def _check_ascii(address: str, *, allowed: bool) -> None:
    if not allowed and not address.isascii():
        raise Reply(553, "5.6.7", "An address beyond ASCII needs SMTPUTF8")


def _with_last(args: bytes) -> tuple[bytes, bool]:
    first, *rest = args.split(b" ")
    if rest and (len(rest) > 1 or rest[0].upper() != b"LAST"):
        raise Reply(501, "5.5.4", "Only LAST can stand at the end")
    return first, bool(rest)


def _size(value: str) -> int:
    if not _SIZE.fullmatch(value.encode()):
        raise Reply(501, "5.5.4", "SIZE needs a number")
    return int(value)


def _one_of(known: dict[str, str], value: str) -> str:
    found = known.get(value.upper())
    if found is None:
        raise Reply(501, "5.5.4", f"A parameter is not one of {', '.join(known)}")
    return found


def _no_value(value: str) -> None:
    if value:
        raise Reply(501, "5.5.4", "SMTPUTF8 takes no value")


def _envid(value: str) -> str:
    envid = decode_xtext(value)
    if not envid or len(envid) > MAX_ENVID or not _PRINTABLE.fullmatch(envid):
        raise Reply(501, "5.5.4", f"ENVID is 1 to {MAX_ENVID} printable characters")
    return envid


def _notify(value: str) -> str:
    events = value.upper().split(",")
    never = events == ["NEVER"]
    if not never and (len(set(events)) < len(events) or not set(events) <= set(_EVENTS)):
        raise Reply(501, "5.5.4", "NOTIFY is NEVER or some of SUCCESS, FAILURE, DELAY")
    return ",".join(events)


def _orcpt(value: str) -> str:
    kind, semicolon, address = value.partition(";")
    if not semicolon or not address or not _ADDRESS_TYPE.fullmatch(kind) or len(value) > MAX_ORCPT:
        raise Reply(501, "5.5.4", f"ORCPT is type;address, {MAX_ORCPT} characters at most")
    if kind.lower() == "utf-8":
        return f"{kind};{_UNITEXT_PAIR.sub(_unitext_character, address)}"
    return f"{kind};{decode_xtext(address)}"


def _unitext_character(found: re.Match[str]) -> str:
    point = int(found[1], 16)
    if point > 0x10FFFF or 0xD800 <= point < 0xE000 or point < 0x20 or point == 0x7F:
        raise Reply(501, "5.5.4", "ORCPT names a character that does not exist")
    return chr(point)


def _hex_pairs(character: str) -> str:
    return "".join(f"+{octet:02X}" for octet in character.encode("utf-8"))


def _reply_text(line: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", line)[:MAX_REPLY_TEXT]
