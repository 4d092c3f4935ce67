"""Extended parameters of MIME fields (RFC 2231) in another charset (RFC 5259 §6).

The pieces of a parameter are joined, since a character may be cut between two, and cut anew so
that lines stay short. Comments between them go behind the parameter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lemonade_server.wire import headers, parameters, text

FIELDS = frozenset({b"content-type", b"content-disposition"})
LONGEST_LINE = 77

Encode = Callable[[str], bytes]

# A comment or a parameter, as they follow each other behind the value of a field.
_ITEM = re.compile(
    rb"\s*+(?:(?P<comment>\([^()]*+\))|;?\s*+(?P<name>[^\s=;\"()]++)(?P<inside>(?:\([^()]*+\))*+)"
    rb"\s*+=\s*+(?P<after>(?:\([^()]*+\))*+)(?P<value>\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"|[^\s;()]*+)|;)",
    re.DOTALL,
)
_NAME = re.compile(rb"(.+?)\*(?:([0-9]{1,4})(\*?))?")
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`{|}~")


@dataclass(slots=True)
class _Parameter:
    """``items`` are names and values as they stand; comments were between or behind them."""

    name: bytes
    items: list[tuple[bytes, bytes]] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)


def recode(block: bytes, charset: bytes, encode: Encode) -> bytes:
    """One field with its line end. It stays as it is without a parameter that can be recoded."""
    if b"*" not in block or len(block) > parameters.STRUCTURED_LIMIT:
        return block
    name, raw, _, _ = next(headers.each(block))
    value, semicolon, rest = headers.unfold(raw).partition(b";")
    found = _read(semicolon + rest)
    if found is None:
        return block
    lines = [b"%b: %b" % (name, value.rstrip())]
    changed = False
    for each in found:
        recoded = _recode_parameter(each, charset, encode)
        changed = changed or recoded is not None
        written = recoded or [b"%b=%b" % item for item in each.items]
        written[-1] = b" ".join(
            (written[-1], *([b"".join(each.comments)] if each.comments else []))
        )
        lines += written
    return b";\r\n ".join(lines) + b"\r\n" if changed else block


def _read(rest: bytes) -> list[_Parameter] | None:
    """The parameters, pieces of one together; None when there is anything else."""
    found: list[_Parameter] = []
    at = 0
    while at < len(rest.rstrip()):
        item = _ITEM.match(rest, at)
        if item is None or item.end() == at:
            return None
        at = item.end()
        if item["comment"]:
            if not found:
                return None
            found[-1].comments.append(item["comment"])
        elif item["name"]:
            matched = _NAME.fullmatch(item["name"])
            name = (matched[1] if matched else item["name"]).lower()
            if not found or found[-1].name != name:
                found.append(_Parameter(name))
            found[-1].items.append((item["name"], item["value"]))
            found[-1].comments += filter(None, (item["inside"], item["after"]))
    return found


def _recode_parameter(found: _Parameter, charset: bytes, encode: Encode) -> list[bytes] | None:
    """The pieces of a parameter in the charset; None when it has no charset or can't be read."""
    pairs = [
        (name.lower().decode("latin-1"), value.strip(b'"').decode("latin-1"))
        for name, value in found.items
    ]
    joined = parameters.parameter(pairs, found.name.decode("latin-1"))
    if joined is None or not joined[1]:
        return None
    value, old = joined
    codec = text.reading_codec(old)
    try:
        words = value.encode("latin-1").decode(codec or "undefined")
    except (UnicodeError, LookupError):
        return None
    language = found.items[0][1].split(b"'")[1]
    head = b"%b'%b'" % (charset, language)
    name = _NAME.fullmatch(found.items[0][0])
    assert name is not None  # one with a charset has an asterisk
    return list(_pieces(name[1], head, encode(words)))


def _pieces(name: bytes, head: bytes, octets: bytes) -> Iterator[bytes]:
    coded = [bytes((octet,)) if octet in _SAFE else b"%%%02X" % octet for octet in octets]
    whole = b"%b*=%b%b" % (name, head, b"".join(coded))
    if len(whole) < LONGEST_LINE - 2:
        yield whole
        return
    number, line = 0, b"%b*0*=%b" % (name, head)
    for each in coded:
        if len(line) + len(each) > LONGEST_LINE - 2:
            yield line
            number += 1
            line = b"%b*%d*=" % (name, number)
        line += each
    yield line
