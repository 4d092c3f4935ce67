"""Authentication-Results as a reader takes it apart (RFC 8601 §2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LONGEST = 4_096
"""Octets in which a field must have said whose it is."""
MOST = 65_536
"""Octets of a field that are read."""
MOST_RESULTS = 100

_BLANKS = " \t\r\n"
_VALUE = r'"(?:\\.|[^"\\])*"|[^\s()<>@,;:\\"/\[\]?=]+'
_AUTHORITY = re.compile(rf"({_VALUE})", re.DOTALL)
"""A quoted string or a token (RFC 2045 §5.1)."""
_METHOD = re.compile(rf"([A-Za-z0-9][A-Za-z0-9-]*)\s*(?:/\s*\d+\s*)?=\s*({_VALUE})\s*", re.DOTALL)
_PROPERTY = re.compile(
    r'([A-Za-z][A-Za-z0-9-]*)\s*\.\s*([A-Za-z0-9-]+)\s*=\s*("(?:\\.|[^"\\])*"|[^\s;]+)\s*',
    re.DOTALL,
)
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_PART = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^";])+', re.DOTALL)
_REASON = re.compile(rf"reason\s*=\s*(?:{_VALUE})\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One result: ``dkim`` is ``pass`` with ``header.d`` being ``example.org``; in lower case."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """Who judged, in lower case, and what was found."""

    authority: str
    results: list[MethodResult]

    def of(self, method: str) -> list[MethodResult]:
        """Those of one method, in order."""
        return [each for each in self.results if each.method == method]


def parse(value: bytes) -> AuthenticationResults | None:
    """A value of the field, unfolded or not; None for one that does not say whose it is.

    A result that can't be read ends what is read: nothing behind it is believed.
    """
    whose = authority(value)
    text = without_comments(value[:MOST].decode("utf-8", "replace"))
    if whose is None or text is None:
        return None
    found = []
    for part in _split(text)[1 : MOST_RESULTS + 1]:
        result = _result(part.strip())
        if result is None:
            break
        found.append(result)
    return AuthenticationResults(whose, found)


def _result(text: str) -> MethodResult | None:
    """``method=result reason="…" ptype.property=value…``; None for anything else, ``none`` too."""
    start = _METHOD.match(text)
    if start is None:
        return None
    at = start.end()
    if reason := _REASON.match(text, at):
        at = reason.end()
    properties: dict[str, str] = {}
    while at < len(text):
        each = _PROPERTY.match(text, at)
        if each is None:
            return None
        properties.setdefault(f"{each[1]}.{each[2]}".lower(), _bare(each[3]).lower())
        at = each.end()
    return MethodResult(start[1].lower(), _bare(start[2]).lower(), properties)


def authority(value: bytes) -> str | None:
    """The authserv-id at the beginning of a value in lower case, None when there is none (§2.2)."""
    text = value[:LONGEST].decode("utf-8", "replace")
    at = _skip_comments(text, 0)
    found = None if at is None else _AUTHORITY.match(text, at)
    return None if found is None else _bare(found[1]).lower()


def without_comments(text: str) -> str | None:
    """The text with a blank for each comment; None when one, or a quotation, does not end."""
    out: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "(":
            end = _skip_comments(text, at)
            if end is None:
                return None
            out.append(" ")
            at = end
        elif text[at] == '"':
            quoted = _QUOTED.match(text, at)
            if quoted is None:
                return None
            out.append(quoted[0])
            at = quoted.end()
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def _split(text: str) -> list[str]:
    """At the semicolons that stand in no quotation."""
    return _PART.findall(text)


def _skip_comments(text: str, at: int) -> int | None:
    """Where blanks and comments end, which hold others and quoted pairs (RFC 5322 §3.2.2).

    None when a comment does not end.
    """
    depth = 0
    while at < len(text):
        if text[at] == "(":
            depth += 1
        elif depth and text[at] == ")":
            depth -= 1
        elif depth and text[at] == "\\":
            at += 1
        elif not depth and text[at] not in _BLANKS:
            break
        at += 1
    return None if depth else at


def _bare(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL) if text[:1] == '"' else text
