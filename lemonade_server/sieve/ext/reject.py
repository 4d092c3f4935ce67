"""``reject`` and ``ereject`` (RFC 5429): both refuse while the sender is still there if that can
be, and send a report otherwise."""

from __future__ import annotations

from ..call import Call
from ..outcome import Reject
from ..registry import STRING, command, extension
from ..run import Run, Step

REJECT = extension("reject", rfc=5429)
EREJECT = extension("ereject", rfc=5429)


def _rejecting(call: Call) -> Step:
    reason = call.text(0)

    def step(run: Run) -> None:
        run.act(Reject(reason.of(run)))
        run.keep = False

    return step


@command("reject", STRING, needs=REJECT)
def reject(call: Call) -> Step:
    """Refuse the message with a reason."""
    return _rejecting(call)


@command("ereject", STRING, needs=EREJECT)
def ereject(call: Call) -> Step:
    """Refuse the message with a reason."""
    return _rejecting(call)
