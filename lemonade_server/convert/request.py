"""What a client asked for, checked: a conversion and values that it takes (RFC 5259 §7).

No parameter is ever ignored: each one that is unknown, does not apply or has a value that can't
be used is named in the refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lemonade_server.wire import text

from . import catalogue
from .catalogue import Conversion
from .errors import ConversionRefused, Params

LONGEST_REPLACEMENT = 16  # characters
LARGEST_SIDE = 65_535  # pixels
LAST_PAGE = 100_000
NOTHING = "application/octet-stream"
_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:()+-]{0,39}")


@dataclass(frozen=True, slots=True)
class ConversionRequest:
    """One conversion with its parameters, names in lower case."""

    conversion: Conversion
    params: tuple[tuple[str, str], ...]


def choose(source: str, target: str | None, params: Params, picture: str) -> Conversion:
    """The conversion meant; without a ``target`` the first that takes all of the parameters.

    Always gives one: whether it is possible, and its parameters fit, ``order`` says.
    """
    if target is not None:
        return catalogue.find(source, target) or Conversion(source, target, (), "")
    found = catalogue.from_source(source, picture)
    named = {name for name, _ in params}
    fitting = [each for each in found if named <= set(each.params)]
    return (fitting or found or [Conversion(source, NOTHING, (), "")])[0]


def targets(source: str, target: str | None, params: Params, picture: str) -> list[Conversion]:
    """What a part can be converted to with these parameters. Raises Refused when to nothing."""
    if target is not None:
        found = [choose(source, target, params, picture)]
    else:
        found = catalogue.from_source(source, picture)
    fitting = [each for each in found if each.decoder and not _faults(each, params)]
    if not fitting:
        check_request(choose(source, target, params, picture), params)
    return fitting


def check_request(conversion: Conversion, params: Params) -> ConversionRequest:
    """Check the parameters against what the conversion takes. Raises Refused."""
    if not conversion.decoder:
        raise ConversionRefused("there is no such conversion")
    wrong = _faults(conversion, params)
    if wrong:
        raise ConversionRefused(
            "the parameters are unknown, do not apply or have no valid value", wrong
        )
    return ConversionRequest(conversion, tuple(params))


def _faults(conversion: Conversion, params: Params) -> list[tuple[str, str]]:
    wrong = [
        (name, value)
        for name, value in params
        if name not in conversion.params or not _VALID[name](value)
    ]
    given = dict(params)
    name = "unknown-character-replacement"
    if not wrong and name in given and not _can_be_written(given[name], given.get("charset", "")):
        wrong.append((name, given[name]))
    return wrong


def _can_be_written(value: str, charset: str) -> bool:
    """Whether a replacement exists in the charset that it is for (RFC 5259 §7.1)."""
    try:
        value.encode(text.writing_codec(charset or "utf-8") or "utf-8")
    except UnicodeError:
        return False
    return True


def _number(most: int) -> Callable[[str], bool]:
    """Whether a value is a number from 1 to ``most``."""
    return lambda value: (
        value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= most
    )


_VALID: dict[str, Callable[[str], bool]] = {
    "charset": lambda value: bool(_CHARSET.fullmatch(value)) and bool(text.writing_codec(value)),
    "unknown-character-replacement": lambda value: len(value) <= LONGEST_REPLACEMENT,
    "pix-x": _number(LARGEST_SIDE),
    "pix-y": _number(LARGEST_SIDE),
    "quality": _number(100),
    "page": _number(LAST_PAGE),
}


def header_faults(params: Params) -> list[tuple[str, str]]:
    """Parameters that do not fit the conversion of a header, which takes those of text."""
    as_text = Conversion("text/rfc822-headers", "text/rfc822-headers", catalogue.TEXT_PARAMS, "-")
    return _faults(as_text, params)
