"""``:index`` and ``:last``: one of several fields of a name (RFC 5260 §6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..call import Call
from ..registry import NUMBER, Tag, extension

INDEX = extension("index", rfc=5260)

TAGS = (Tag("index", needs=INDEX, value=NUMBER), Tag("last", needs=INDEX))

T = TypeVar("T")


def index_selector(call: Call) -> Callable[[list[T]], list[T]]:
    """What a test looks at of the fields of one name: all, or the one that is counted to."""
    number = call.tagged_number("index")
    if number is None:
        if call.has("last"):
            raise call.wrong(":last needs :index")
        return lambda found: found
    if number < 1:
        raise call.wrong_tag("Fields are counted from 1", "index")
    if call.has("last"):
        return lambda found: found[-number : len(found) - number + 1 or None] if (
            number <= len(found)
        ) else []  # fmt: skip
    return lambda found: found[number - 1 : number]
