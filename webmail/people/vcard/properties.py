"""The lines of a vCard: unfolded, split, put together and folded (RFC 6350 §3.2, §3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from webmail.mail import MailError

LONGEST_LINE = 75  # octets before a line is folded
_NAME = re.compile(r"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)")
_PARAMETER = re.compile(r"[ \t]*;[ \t]*([A-Za-z0-9_-]+)[ \t]*(=?)")
_VALUE = re.compile(r'[ \t]*(?:"([^"]*)"|([^";:,]*))')
_CARETS = {"^n": "\n", "^N": "\n", "^'": '"', "^^": "^"}  # RFC 6868 §3.1
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class BadCard(MailError):
    """A vCard that can't be used. The text says why, for whoever wrote it."""

    status = 400


class BadLine(ValueError):
    """What is no line of a vCard."""


@dataclass(slots=True)
class Property:
    """One line. ``value`` is as it stands, with its escapes; names are in capital letters."""

    name: str
    value: str
    parameters: dict[str, list[str]] = field(default_factory=dict)
    group: str = ""

    def parameter(self, name: str) -> str:
        """The first value of a parameter; "" without it."""
        return next(iter(self.parameters.get(name, ())), "")

    @property
    def types(self) -> list[str]:
        """TYPE, in small letters, in whichever way it is written."""
        found = self.parameters.get("TYPE", ())
        return [each.strip().lower() for value in found for each in value.split(",")]


def parse_property(line: str) -> Property:
    """Raises BadLine for what is no line of a vCard. Takes time linear in its length."""
    head = _NAME.match(line)
    if head is None:
        raise BadLine(line[:80])
    parameters: dict[str, list[str]] = {}
    at = head.end()
    while found := _PARAMETER.match(line, at):
        at = found.end()
        name = found[1].upper()
        if not found[2]:  # vCard 2.1: a value alone
            is_encoding = name in ("BASE64", "B", "QUOTED-PRINTABLE", "8BIT", "7BIT")
            parameters.setdefault("ENCODING" if is_encoding else "TYPE", []).append(found[1])
            continue
        values = parameters.setdefault(name, [])
        while value := _VALUE.match(line, at):
            values.append(_uncaret(value[1] if value[1] is not None else value[2].rstrip()))
            at = value.end()
            if line[at : at + 1] != ",":
                break
            at += 1
    rest = line[at:].lstrip(" \t")
    if not rest.startswith(":"):
        raise BadLine(line[:80])
    return Property(head[2].upper(), rest[1:], parameters, head[1] or "")


def whole_lines(lines: Iterable[str]) -> Iterator[str]:
    """Whole lines out of those of a file; also those that quoted-printable breaks (vCard 2.1)."""
    pieces: list[str] = []
    is_soft = False
    for raw in lines:
        line = raw.rstrip("\r\n")
        if is_soft:
            pieces.append(line)
        elif line[:1] in (" ", "\t") and pieces:
            pieces.append(line[1:])
        else:
            if pieces:
                yield "".join(pieces)
            pieces = [line] if line.strip() else []
        is_soft = line.endswith("=") and bool(pieces) and _is_quoted_printable(pieces[0])
        if is_soft:
            pieces[-1] = pieces[-1].removesuffix("=")
    if pieces:
        yield "".join(pieces)


def _is_quoted_printable(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line[:400].partition(":")[0].upper()


def property_line(one: Property) -> str:
    """The line as it goes into a file, folded, with its line end."""
    head = f"{one.group}.{one.name}" if one.group else one.name
    for name, values in one.parameters.items():
        head += f";{name}={','.join(map(_parameter_value, values))}"
    return folded_line(f"{head}:{_CONTROLS.sub('', one.value)}")


def folded_line(line: str) -> str:
    """In lines of 75 octets at most, none of which ends within a character."""
    octets = line.encode("utf-8", "replace")
    pieces = []
    start, room = 0, LONGEST_LINE
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, LONGEST_LINE - 1
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode() + "\r\n"


def _parameter_value(value: str) -> str:
    safe = value.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    safe = _CONTROLS.sub("", safe)
    return f'"{safe}"' if set(safe) & set(",;: ") else safe


def _uncaret(value: str) -> str:
    return re.sub(r"\^[nN'^]", lambda found: _CARETS[found[0]], value) if "^" in value else value


def escaped_text(text: str) -> str:
    """A text as it stands in a value (RFC 6350 §3.4)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\\,;]", r"\\\g<0>", plain).replace("\n", "\\n")


def plain_text(value: str) -> str:
    """The text that stands in a value."""
    if "\\" not in value:
        return value
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def value_parts(value: str, separator: str) -> list[str]:
    """A value at its separators, each part with its escapes."""
    if "\\" not in value:
        return value.split(separator)
    parts, start = [], 0
    for found in re.finditer(rf"\\.|{separator}", value, re.DOTALL):
        if found[0] == separator:
            parts.append(value[start : found.start()])
            start = found.end()
    return [*parts, value[start:]]
