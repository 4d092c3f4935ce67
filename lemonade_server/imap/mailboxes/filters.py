"""Mailbox filters: which mailboxes NOTIFY and ESEARCH mean (RFC 5465 §6, RFC 7377 §2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from lemonade_server.store.mailboxes import fold, is_foreign
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.utf7 import DELIMITER

MOST_NAMES = 1_000


@dataclass(slots=True)
class MailboxFilter:
    """Some mailboxes; ``kind`` is the filter's name in lower case.

    "subtree-one", of what is one level down, is a filter of ESEARCH alone (RFC 7377 §2.2). The
    name "" is the root, as in LIST.
    """

    kind: str
    names: frozenset[str]

    def matches(self, name: str, subscribed: bool) -> bool:
        """Whether the filter means this mailbox.

        Mail can be filed in any mailbox of one's own: inboxes are the same as personal.
        """
        match self.kind:
            case "subscribed":
                return subscribed
            case "mailboxes":
                return name in self.names
            case "subtree":
                return name in self.names or any(
                    not above or name.startswith(above + DELIMITER) for above in self.names
                )
            case "subtree-one":
                return name in self.names or name.rpartition(DELIMITER)[0] in self.names
            case _:
                return not is_foreign(name)


def mailbox_names(args: Cursor) -> frozenset[str]:
    """one-or-more-mailbox; ``*`` and ``%`` mean nothing (§6.6). Raises Bad.

    Like a name of no mailbox, what can be no name is no error: nothing happens there.
    """
    if args.peek() == b"(":
        names = args.parse_list(Cursor.possible_mailbox)
    else:
        names = [args.possible_mailbox()]
    if not 0 < len(names) <= MOST_NAMES:
        raise Bad(f"from 1 to {MOST_NAMES} mailboxes can be named")
    return frozenset(fold(name.rstrip(DELIMITER)) for name in names if name is not None)
