"""``keep``, ``discard`` and ``redirect`` (RFC 5228 §4)."""

from __future__ import annotations

import re

from ..call import Call
from ..errors import Fault
from ..outcome import Redirect, Store
from ..registry import STRING, command
from ..run import Run, Step
from .imap4flags import FLAGS, flags_of

ADDRESS = re.compile(
    r"(?:[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]{1,64}|\"[^\"\\\x00-\x1f\x7f]{0,62}\")"
    r"@(?:[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]{1,255}|\[[A-Za-z0-9.:]{1,60}\])"
)


def is_address(text: str) -> bool:
    """Whether mail could be sent there: an addr-spec without a display name."""
    return ADDRESS.fullmatch(text) is not None


@command("keep", tags=(FLAGS,))
def keep(call: Call) -> Step:
    """Put the message where it would go without a script."""
    flags = flags_of(call)

    def step(run: Run) -> None:
        run.keep = False
        run.act(Store(flags=flags(run), header=run.changed_header))

    return step


@command("discard")
def discard(call: Call) -> Step:
    """Cancel the implicit keep."""

    def step(run: Run) -> None:
        run.keep = False

    return step


@command("redirect", STRING)
def redirect(call: Call) -> Step:
    """Send the message to another address."""
    address, copy = call.text(0), call.has("copy")
    if address.constant is not None and not is_address(address.constant):
        raise call.wrong(f"{address.constant!r} is not an e-mail address", 0)

    def step(run: Run) -> None:
        to = address.of(run)
        if not is_address(to):
            raise Fault(f"{to[:100]!r} is not an e-mail address")
        run.act(Redirect(to, run.changed_header))
        run.keep = run.keep and copy

    return step
