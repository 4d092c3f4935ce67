"""Messages as files have them: lines that end with LF, mbox with its quoted lines and flags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from webmail.mail import Flags

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
LONGEST_LINE = 64 * 1024  # octets that are held back until the line's end is known
_FROM_LINE = re.compile(rb"^(>*From )", re.MULTILINE)
_STATUS = re.compile(
    rb"^(Status|X-Status|X-Keywords):((?:[^\n]*\n)(?:[ \t][^\n]*\n)*)", re.I | re.M
)
MAILDIR_LETTERS = (
    ("draft", "D"),
    ("flagged", "F"),
    ("forwarded", "P"),
    ("answered", "R"),
    ("seen", "S"),
    ("deleted", "T"),
)
STATUS_LETTERS = {"R": "seen"}
X_STATUS_LETTERS = {"A": "answered", "F": "flagged", "T": "draft", "D": "deleted"}


def unix_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Octets whose lines end with CRLF, with LF instead."""
    held = b""
    for block in blocks:
        data = held + block
        held = b"\r" if data.endswith(b"\r") else b""
        yield data[: len(data) - len(held)].replace(b"\r\n", b"\n")
    if held:
        yield held


def mbox_message(blocks: Iterable[bytes], flags: Flags, received: datetime) -> Iterator[bytes]:
    """A message of an mbox (RFC 4155, with the quoting of mboxrd), from octets with CRLF.

    The line before it has the date; fields before its own have the flags.
    """
    when = received.astimezone(UTC)
    day = f"{DAYS[when.weekday()]} {MONTHS[when.month - 1]} {when.day:2}"
    yield f"From MAILER-DAEMON {day} {when:%H:%M:%S %Y}\n".encode("ascii")
    yield status_fields(flags)
    last = b""
    for block in _quote_blocks(unix_lines(blocks)):
        last = block[-1:] or last
        yield block
    yield b"\n" if last == b"\n" else b"\n\n"


def _quote_blocks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """With one ``>`` more before each line that begins like the line between messages."""
    held, is_inside = b"", False
    for block in blocks:
        data = held + block
        end = data.rfind(b"\n") + 1
        if not end and len(data) < LONGEST_LINE:
            held = data
            continue
        whole = data[:end] if end else data
        held = data[len(whole) :]
        yield whole if is_inside and not end else _quote(whole, is_inside)
        is_inside = not end
    if held:
        yield held if is_inside else _quote(held, is_inside)


def _quote(lines: bytes, is_inside: bool) -> bytes:
    """``is_inside``: the first line goes on from before."""
    if not is_inside:
        return _FROM_LINE.sub(rb">\1", lines)
    first, newline, rest = lines.partition(b"\n")
    return first + newline + _FROM_LINE.sub(rb">\1", rest)


def status_fields(flags: Flags) -> bytes:
    """The flags as mail programs note them in an mbox."""
    status = "".join(letter for letter, name in STATUS_LETTERS.items() if getattr(flags, name))
    more = "".join(letter for letter, name in X_STATUS_LETTERS.items() if getattr(flags, name))
    keywords = [*flags.keywords, *(["$Forwarded"] if flags.forwarded else [])]
    lines = [f"Status: {status}O\n"]
    lines += [f"X-Status: {more}\n"] if more else []
    lines += [f"X-Keywords: {' '.join(keywords)}\n"] if keywords else []
    return "".join(lines).encode("utf-8", "replace")


def split_status(octets: bytes) -> tuple[bytes, Flags]:
    """A message with LF without these fields, and the flags that they name."""
    end = octets.find(b"\n\n")
    head, body = (octets[: end + 1], octets[end + 1 :]) if end >= 0 else (octets, b"")
    flags = Flags()
    for match in _STATUS.finditer(head):
        words = match[2].decode("utf-8", "replace")
        if match[1].lower() == b"x-keywords":
            _set_keywords(flags, words.replace(",", " ").split())
            continue
        meaning = STATUS_LETTERS if match[1].lower() == b"status" else X_STATUS_LETTERS
        for letter in words.strip():
            if letter in meaning:
                setattr(flags, meaning[letter], True)
    return _STATUS.sub(b"", head) + body, flags


def _set_keywords(flags: Flags, words: list[str]) -> None:
    for word in words[:50]:
        if word.lower() == "$forwarded":
            flags.forwarded = True
        else:
            flags.keywords.append(word)


def maildir_info(flags: Flags) -> str:
    """The flags at the end of a file's name in a Maildir."""
    return "".join(letter for name, letter in MAILDIR_LETTERS if getattr(flags, name))


def maildir_flags(name: str) -> Flags:
    """The same, back from the name."""
    letters = re.split(r"[:;!]2,", name)[1:]
    flags = Flags()
    for attribute, letter in MAILDIR_LETTERS:
        if letters and letter in letters[0]:
            setattr(flags, attribute, True)
    return flags


def keywords_of(name: str, letters: Mapping[str, str]) -> list[str]:
    """The keywords of a message by the letters in its file's name."""
    found = re.split(r"[:;!]2,", name)[1:]
    return [letters[letter] for letter in (found[0] if found else "") if letter in letters]


def network_lines(octets: bytes) -> bytes:
    """Octets whose lines end as files have them, with CRLF."""
    return re.sub(rb"\r\n|\r|\n", b"\r\n", octets)
