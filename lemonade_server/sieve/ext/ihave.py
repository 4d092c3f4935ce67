"""``ihave`` and ``error``: a script that works with and without an extension (RFC 5463)."""

from __future__ import annotations

from ..call import Call
from ..errors import Fault
from ..late import IHAVE, is_available, with_implied
from ..registry import STRING, STRINGS, command, extension, test
from ..run import Check, Run, Step

extension(IHAVE, rfc=5463)


@test("ihave", STRINGS, needs=IHAVE)
def ihave(call: Call) -> Check:
    """All of these are available, and may be used from now on (§4)."""
    names: list[str] = []
    for one in call.texts(0).each:
        if one.constant is None:
            raise call.wrong("ihave takes no variables", 0)
        names.append(one.constant)
    available = all(name in call.unit.required or is_available(name) for name in names)
    enabled = with_implied(names) if available else set()

    def check(run: Run) -> bool:
        run.frame.enabled |= enabled
        return available

    return check


@command("error", STRING, needs=IHAVE)
def error(call: Call) -> Step:
    """The script fails with these words (§5)."""
    words = call.text(0)

    def step(run: Run) -> None:
        raise Fault(words.of(run))

    return step
