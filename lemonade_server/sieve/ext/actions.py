"""``keep``, ``discard`` and ``redirect`` (RFC 5228 §4)."""

from __future__ import annotations

from ..address import addr_spec, is_address
from ..call import Call
from ..errors import Fault
from ..outcome import Redirect, Store
from ..registry import STRING, command
from ..run import Run, Step
from .imap4flags import FLAGS, flags_of

NEEDS = ("imap4flags",)


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
        try:
            to = addr_spec(address.of(run))
        except ValueError as error:
            raise Fault(str(error)) from None
        run.act(Redirect(to, run.changed_header))
        run.keep = run.keep and copy

    return step
