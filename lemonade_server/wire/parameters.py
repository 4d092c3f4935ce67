"""Structured values of MIME fields: media types, dispositions and their parameters.

Values are ``str`` in which each character is one octet (latin-1), so that BODYSTRUCTURE can give
back exactly what the message holds. ``parameter`` puts the pieces of RFC 2231 together;
``filename`` in ``wire.text`` makes readable text of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Params = list[tuple[str, str]]

STRUCTURED_LIMIT = 16_384  # octets of one field that are looked at
_PARAMS_LIMIT = 128

_TOKEN = rb"[!#$%&'*+.^_`{|}~0-9A-Za-z-]+"
_TYPE = re.compile(rb"\s*(%s)\s*/\s*(%s)(\s*/|[@=<>?\[\]\\])?" % (_TOKEN, _TOKEN))
_WORD = re.compile(_TOKEN)
_COMMENT = re.compile(rb"\([^()]*+\)")
# Some mailers forget the semicolon, so blanks do in front of ``name=``; others write quotes inside
# of quotes as they are.
_QUOTED = rb"\"([^\"\\]*+(?:\\.[^\"\\]*+)*+)\"?+"
_NEXT = rb"(?=\s*+(?:[;(]|\Z)|\s++[^\s=;\"()]++\s*+=)"
_PARAM = re.compile(
    rb"(?:;\s*+|(?<![\s;])\s++)([^\s=;\"()]++)\s*+=\s*+"
    rb"(?:%b%b|\"([^;]*)\"(?=\s*+(?:;|\Z))|%b|([^;]*+))" % (_QUOTED, _NEXT, _QUOTED),
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_COMMENT_AT_END = re.compile(rb"\s+\([^()]*\)$")
_PIECE = re.compile(r"(.*?)\*(?:(\d{1,4})(\*?))?", re.DOTALL)


def params(value: bytes) -> Params:
    """Parameters of a field's unfolded value, in order, names in lower case."""
    found: Params = []
    for match in _PARAM.finditer(value[:STRUCTURED_LIMIT]):
        name, *forms, plain = match.groups()
        quoted = next((form for form in forms if form is not None), None)
        if quoted is not None:
            octets = _ESCAPED.sub(rb"\1", quoted) if b"\\" in quoted else quoted
        else:
            octets = _COMMENT_AT_END.sub(b"", plain.strip())
        found.append((name.lower().decode("latin-1"), octets.decode("latin-1")))
        if len(found) == _PARAMS_LIMIT:
            break
    return found


def media_type(value: bytes) -> tuple[str, str, Params] | None:
    """Type, subtype and parameters of a Content-Type value; None when it is not one.

    The caller then takes the default of RFC 2045 §5.2. What names a type and goes on as none can,
    ``text/plain/x``, says that it is not the default: it is opaque.
    """
    match = _TYPE.match(value)
    if match is None:
        return None
    kind, subtype, more = match.groups()
    if more:
        return "application", "octet-stream", params(value)
    return kind.lower().decode(), subtype.lower().decode(), params(value)


def disposition(value: bytes) -> tuple[str, Params] | None:
    """Kind ("inline", "attachment") and parameters of Content-Disposition (RFC 2183)."""
    match = _WORD.search(value[:STRUCTURED_LIMIT])
    if match is None:
        return None
    return match.group().lower().decode(), params(value)


def word(value: bytes, default: str) -> str:
    """First token of a value in lower case: what Content-Transfer-Encoding means."""
    match = _WORD.search(_COMMENT.sub(b" ", value[:STRUCTURED_LIMIT]))
    return match.group().lower().decode() if match else default


def words(value: bytes) -> list[str]:
    """All tokens of a value: Content-Language (RFC 3282)."""
    return [token.decode() for token in _WORD.findall(value[:STRUCTURED_LIMIT])]


def parameter(found: Sequence[tuple[str, str]], name: str) -> tuple[str, str] | None:
    """A parameter with its RFC 2231 continuations joined: (value, charset or "").

    A value in pieces wins over a plain one, since mailers send the plain one for old readers.
    Percent escapes are undone when the piece says that it holds some (``name*0*=``). Where a piece
    is missing, the others are joined: the last holds the end of a file's name.
    """
    pieces: dict[int, str] = {}
    charset = ""
    plain: str | None = None
    for key, value in found:
        if key == name:
            plain = value if plain is None else plain
            continue
        match = _PIECE.fullmatch(key)
        if match is None or match.group(1) != name:
            continue
        number = int(match.group(2) or 0)
        if match.group(2) is None or match.group(3):
            if number == 0 and value.count("'") >= 2:
                charset, _, value = value.split("'", 2)
            value = _percent_decoded(value)
        pieces.setdefault(number, value)
    whole = sorted(pieces) == list(range(len(pieces)))
    if pieces and (whole or plain is None):
        return "".join([pieces[number] for number in sorted(pieces)]), charset
    return None if plain is None else (plain, "")


_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")


def _percent_decoded(value: str) -> str:
    return _PERCENT.sub(lambda match: chr(int(match.group(1), 16)), value)
