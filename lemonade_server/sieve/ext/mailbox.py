"""``:create`` and ``mailboxexists`` (RFC 5490 §3)."""

from __future__ import annotations

from ..call import Call
from ..registry import COMMANDS, STRINGS, Tag, extension, more_tags, test
from ..run import Check, Run
from . import fileinto  # noqa: F401  (brings the command)

MAILBOX = extension("mailbox", rfc=5490)

more_tags(COMMANDS["fileinto"], Tag("create", needs=MAILBOX))


@test("mailboxexists", STRINGS, needs=MAILBOX)
def mailboxexists(call: Call) -> Check:
    """Mail can be filed into each of these mailboxes."""
    names = call.texts(0)

    def check(run: Run) -> bool:
        wanted = names.of(run)
        run.spend(100 * len(wanted))  # each is looked up in the store
        return all(run.host.mailbox_exists(name) for name in wanted)

    return check
