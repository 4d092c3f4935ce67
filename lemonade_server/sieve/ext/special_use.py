"""``:specialuse`` and ``specialuse_exists``: mailboxes by what they are for (RFC 8579)."""

from __future__ import annotations

from ..call import Call
from ..registry import COMMANDS, STRING, STRINGS, Tag, extension, more_tags, test
from ..run import Check, Run
from . import fileinto  # noqa: F401  (brings the command)

SPECIAL_USE = extension("special-use", rfc=8579)

more_tags(COMMANDS["fileinto"], Tag("specialuse", needs=SPECIAL_USE, value=STRING))


@test("specialuse_exists", STRING, STRINGS, needs=SPECIAL_USE, optional=1)
def specialuse_exists(call: Call) -> Check:
    """There is a mailbox for each use; or the one that is named has all of them."""
    mailbox, uses = call.text(0) if call.is_given(0) else None, call.texts(1)

    def check(run: Run) -> bool:
        name = mailbox.of(run) if mailbox is not None else None
        wanted = uses.of(run)
        run.spend(100 * len(wanted))
        return all(run.host.special_use_exists(use, name) for use in wanted)

    return check
