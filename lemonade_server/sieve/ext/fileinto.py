"""``fileinto`` (RFC 5228 §4.1)."""

from __future__ import annotations

from ..call import Call
from ..errors import Fault
from ..outcome import Store
from ..registry import STRING, command, extension
from ..run import Run, Step
from .imap4flags import FLAGS, flags_of

NEEDS = ("imap4flags",)

FILEINTO = extension("fileinto", rfc=5228)
LONGEST_NAME = 1000


def is_mailbox(name: str) -> bool:
    """Whether a mailbox could have the name."""
    return 0 < len(name) <= LONGEST_NAME and not any(
        ord(char) < 32 or ord(char) == 127 or char in "*%" for char in name
    )


@command("fileinto", STRING, needs=FILEINTO, tags=(FLAGS,))
def fileinto(call: Call) -> Step:
    """Put the message into a mailbox."""
    mailbox, flags, use = call.text(0), flags_of(call), call.tagged_text("specialuse")
    copy, create = call.has("copy"), call.has("create")
    if mailbox.constant is not None and not is_mailbox(mailbox.constant):
        raise call.wrong("No mailbox can have this name", 0)

    def step(run: Run) -> None:
        name = mailbox.of(run)
        if not is_mailbox(name):
            raise Fault(f"No mailbox can have the name {name[:100]!r}")
        special = use.of(run) if use is not None else ""
        run.act(Store(name, special, create, flags(run), run.changed_header))
        run.keep = run.keep and copy

    return step
