"""Variables (RFC 5229): ``set`` with its modifiers, and the test ``string``."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from urllib.parse import quote

from ..call import Call
from ..match_tags import MATCH
from ..registry import STRING, STRINGS, Tag, command, extension, test
from ..run import Check, Run, Step
from ..texts import NAME

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


MODIFIER_TAGS = tuple(_tag(name, precedence) for name, (precedence, _) in MODIFIERS.items())


def variable_name(call: Call, index: int) -> tuple[str, bool]:
    """The variable that a command sets, and whether it is a global one. Raises ScriptError."""
    name = call.text(index).constant or ""
    shared = name.lower().startswith("global.") and call.requires("include")
    bare = name[len("global.") :] if shared else name
    if not NAME.fullmatch(bare):
        raise call.wrong("This is not the name of a variable", index)
    return bare.lower(), shared


def modifier_chain(call: Call) -> Modifier:
    """What the modifiers that were given make of a text, one after the other."""
    chain = [change for given, (_, change) in MODIFIERS.items() if call.has(given)]
    return lambda value: reduce(lambda made, change: change(made), chain, value)


@command("set", STRING, STRING, needs=VARIABLES, tags=MODIFIER_TAGS)
def set_variable(call: Call) -> Step:
    """Give a variable a value (§4)."""
    name, shared = variable_name(call, 0)
    value, change = call.text(1), modifier_chain(call)

    def step(run: Run) -> None:
        run.set_variable(name, change(value.of(run)), shared)

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
