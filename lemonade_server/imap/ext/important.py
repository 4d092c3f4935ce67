r"""``\Important``: a mailbox for what matters to its owner (RFC 8457).

Who decides that is a filter: ``fileinto :specialuse "\\Important"`` finds the mailbox by its use
(RFC 8579). The keyword ``$Important`` is stored like any other.
"""

from __future__ import annotations

from lemonade_server.imap.ext.mailboxes import special_uses

NEEDS = ("mailboxes",)

special_uses(b"\\Important")
