"""Variables (RFC 5229): ``set`` with its modifiers, and the test ``string``."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from ..call import Call
from ..registry import STRING, STRINGS, Tag, command, extension, test
from ..run import Check, Run, Step
from ..texts import NAME
from .match_tags import MATCH

VARIABLES = extension("variables", rfc=5229)

Modifier = Callable[[str], str]

_WILD = str.maketrans({"*": "\\*", "?": "\\?", "\\": "\\\\"})

MODIFIERS: dict[str, tuple[int, Modifier]] = {
    "lower": (40, str.lower),
    "upper": (40, str.upper),
    "lowerfirst": (30, lambda value: value[:1].lower() + value[1:]),
    "upperfirst": (30, lambda value: value[:1].upper() + value[1:]),
    "quotewildcard": (20, lambda value: value.translate(_WILD)),
    "encodeurl": (15, lambda value: quote(value, safe="-._~")),
    "length": (10, lambda value: str(len(value))),
}
"""By precedence: the higher goes first, and of each at most one is given (§4.1, RFC 5435 §6)."""


def _tag(name: str, precedence: int) -> Tag:
    needs = "enotify" if name == "encodeurl" else ""
    return Tag(name, needs=needs, group=f"modifier {precedence}")


@command(
    "set",
    STRING,
    STRING,
    needs=VARIABLES,
    tags=tuple(_tag(name, precedence) for name, (precedence, _) in MODIFIERS.items()),
)
def set_variable(call: Call) -> Step:
    """Give a variable a value (§4)."""
    name, value = call.text(0).constant, call.text(1)
    shared = name is not None and name.lower().startswith("global.") and call.requires("include")
    bare = (name or "")[len("global.") :] if shared else name or ""
    if not NAME.fullmatch(bare):
        raise call.wrong("This is not the name of a variable", 0)
    chain = [change for given, (_, change) in MODIFIERS.items() if call.has(given)]

    def step(run: Run) -> None:
        made = value.of(run)
        for change in chain:
            made = change(made)
        run.set_variable(bare.lower(), made, shared)

    return step


@test("string", STRINGS, STRINGS, needs=VARIABLES, tags=MATCH)
def string(call: Call) -> Check:
    """One of the strings fits one of the keys; ``:count`` counts those that are not empty (§5)."""
    sources, keys, match = call.texts(0), call.texts(1), call.match()

    def check(run: Run) -> bool:
        values = sources.of(run)
        if match.kind == "count":
            values = [value for value in values if value]
        return match.any(run, values, keys.of(run))

    return check
