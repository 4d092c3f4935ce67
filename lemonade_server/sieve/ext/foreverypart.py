"""``foreverypart`` and ``break``: commands for each part of a message (RFC 5703 §3)."""

from __future__ import annotations

from itertools import islice

from ..call import Call
from ..registry import STRING, Tag, command, extension
from ..run import Break, Loop, Run, Step

FOREVERYPART = extension("foreverypart", rfc=5703)
NAME = (Tag("name", value=STRING),)


@command("foreverypart", needs=FOREVERYPART, tags=NAME, block=True)
def foreverypart(call: Call) -> Step:
    """Each part in turn, depth first: of the message, itself the first; within another loop only
    what the part at hand holds.
    """
    loop = Loop(_name(call))
    steps = call.block(loop)

    def step(run: Run) -> None:
        outer = run.part
        parts = run.mail.root.walk() if outer is None else islice(outer.walk(), 1, None)
        try:
            for part in parts:
                run.part = part
                run.spend(1)
                for one in steps:
                    one(run)
        except Break as end:
            if end.loop is not loop:
                raise
        finally:
            run.part = outer

    return step


@command("break", needs=FOREVERYPART, tags=NAME)
def break_(call: Call) -> Step:
    """End the closest loop, or the closest one of a name."""
    name = _name(call)
    loops = [loop for loop in call.unit.loops if name is None or loop.name == name]
    if not loops:
        where = "foreverypart" if name is None else f'foreverypart :name "{name}"'
        raise call.wrong(f"break stands within no {where}")
    loop = loops[-1]

    def step(run: Run) -> None:
        raise Break(loop)

    return step


def _name(call: Call) -> str | None:
    """What a loop is called. Raises ScriptError."""
    given = call.tagged_text("name")
    if given is not None and given.constant is None:
        raise call.wrong_tag("The name of a loop can't hold variables", "name")
    return None if given is None else given.constant
