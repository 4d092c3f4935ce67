"""``addheader`` and ``deleteheader`` (RFC 5293): actions behind them use the changed header."""

from __future__ import annotations

from email.header import Header

from lemonade_server.wire import headers, text

from ..call import Call
from ..errors import Fault
from ..mail import is_field_name
from ..match_tags import MATCH
from ..registry import NUMBER, STRING, STRINGS, Tag, command, extension
from ..run import Run, Step

EDITHEADER = extension("editheader", rfc=5293)
LARGEST_HEADER = 1_048_576
COST = 100
"""The header is copied by each change."""

PROTECTED = frozenset(
    {"received", "auto-submitted", "return-path", "delivered-to", "mime-version",
     "x-sieve-redirected-from"}
)  # fmt: skip
"""Traces, by which loops are found, and what decides the message's structure (§6)."""


def is_protected(name: str) -> bool:
    """Whether a field stays as it is; changes of it are passed over (§6)."""
    return name.lower() in PROTECTED or name.lower().startswith("content-")


@command("addheader", STRING, STRING, needs=EDITHEADER, tags=(Tag("last"),))
def addheader(call: Call) -> Step:
    """Add a field, in front of all or behind them (§4)."""
    names = call.constant(0, is_field_name, "is not the name of a header field")
    value, last = call.text(1), call.has("last")

    def step(run: Run) -> None:
        name = names.of(run)[0]
        if not is_field_name(name) or len(name) > 100:
            raise Fault(f"{name[:100]!r} is not the name of a header field")
        if not is_protected(name):
            _add(run, name, " ".join(value.of(run).split()), last)

    return step


def _add(run: Run, name: str, value: str, last: bool) -> None:
    run.spend(COST)
    charset = "us-ascii" if value.isascii() else "utf-8"
    made = Header(value, charset, header_name=name).encode(linesep="\r\n")
    line = f"{name}: {made}\r\n".encode("ascii", "replace")
    header = run.header
    at = max((stop for *_, stop in headers.each(header)), default=0) if last else 0
    if len(header) + len(line) > LARGEST_HEADER:
        raise Fault("The header would be too large")
    run.set_header(header[:at] + line + header[at:])


@command(
    "deleteheader",
    STRING,
    STRINGS,
    needs=EDITHEADER,
    optional=1,
    tags=(*MATCH, Tag("index", value=NUMBER), Tag("last")),
)
def deleteheader(call: Call) -> Step:
    """Remove fields of a name, those that fit, or the one that is counted to (§5)."""
    # The optional argument is the last one here: what was given alone is the name.
    has_patterns = call.is_given(0)
    names = call.constant(
        0 if has_patterns else 1, is_field_name, "is not the name of a header field"
    )
    if len(names.each) != 1:
        raise call.wrong("deleteheader needs one name", 0 if has_patterns else 1)
    patterns, match = call.texts(1) if has_patterns else None, call.match()
    number, last = call.tagged_number("index"), call.has("last")
    if last and number is None:
        raise call.wrong(":last needs :index")

    def step(run: Run) -> None:
        name = names.of(run)[0].lower()
        if is_protected(name):
            return
        run.spend(COST)
        spans = [
            (start, stop, raw)
            for found, raw, start, stop in headers.each(run.header)
            if found.decode("latin-1").lower() == name
        ]
        if number is not None:
            index = len(spans) - number if last else number - 1
            spans = spans[index : index + 1] if 0 <= index < len(spans) else []
        if patterns is not None:
            keys = patterns.of(run)
            spans = [span for span in spans if match.any(run, [_text(span[2])], keys)]
        _cut(run, [(start, stop) for start, stop, _ in spans])

    return step


def _text(raw: bytes) -> str:
    return text.decode_words(headers.unfold(raw)).strip()


def _cut(run: Run, spans: list[tuple[int, int]]) -> None:
    if not spans:
        return
    left, at = [], 0
    for start, stop in spans:
        left.append(run.header[at:start])
        at = stop
    run.set_header(b"".join([*left, run.header[at:]]))
