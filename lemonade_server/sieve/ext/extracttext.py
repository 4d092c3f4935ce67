"""``extracttext``: the text of a part as a variable (RFC 5703 §7)."""

from __future__ import annotations

from ..call import Call
from ..registry import NUMBER, STRING, Tag, command, extension
from ..run import Run, Step
from .variables import MODIFIER_TAGS, modifier_chain, variable_name

NEEDS = ("variables",)

EXTRACTTEXT = extension("extracttext", rfc=5703)


@command(
    "extracttext",
    STRING,
    needs=EXTRACTTEXT,
    tags=(*MODIFIER_TAGS, Tag("first", value=NUMBER)),
)
def extracttext(call: Call) -> Step:
    """The part at hand, as much of it as a variable takes; empty where it is no text."""
    if not call.requires("variables"):
        raise call.wrong('extracttext needs: require "variables";')
    if not call.unit.loops:
        raise call.wrong("extracttext stands within no foreverypart")
    name, shared = variable_name(call, 0)
    change, first = modifier_chain(call), call.tagged_number("first")

    def step(run: Run) -> None:
        assert run.part is not None, "a loop has a part"
        text = run.mail.exact_text(run.part)
        run.spend(1 + len(text) // 64)
        run.set_variable(name, change(text[:first]), shared)

    return step
